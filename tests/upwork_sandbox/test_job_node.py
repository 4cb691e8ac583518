"""What the search says about one posting, field by field."""

import pytest

from tests.upwork_sandbox.documents import nodes, search
from tests.upwork_sandbox.server import running_sandbox

START = 1_800_000_000.0
HOURLY = {"kind": "HOURLY", "fixed_cents": None, "hourly_min_cents": 2500, "hourly_max_cents": 4000}
FIXED = {"kind": "FIXED", "fixed_cents": 120000, "hourly_min_cents": None, "hourly_max_cents": None}
TERMS = """query ($id: ID!) { marketplaceJobPosting(id: $id) { contractTerms { contractType experienceLevel personsToHire
  hourlyContractTerms { hourlyBudgetMin hourlyBudgetMax hourlyBudgetType engagementType notSureProjectDuration engagementDuration { weeks } }
  fixedPriceContractTerms { amount { rawValue currency } engagementDuration { label } } } } }"""


def node_of(sandbox, job):
    return next(node for node in nodes(search(sandbox, first=50)) if node["id"] == str(job.id))


def terms_of(sandbox, job):
    return sandbox.graphql(TERMS, {"id": str(job.id)}).json()["data"]["marketplaceJobPosting"]["contractTerms"]


@pytest.mark.parametrize(
    ("fields", "path", "value"),
    (
        (HOURLY, ("hourlyBudgetType",), "MANUAL"),
        (HOURLY, ("amount", "rawValue"), "0.0"),
        (HOURLY, ("job", "contractTerms", "contractType"), "HOURLY"),
        ({**HOURLY, "hourly_min_cents": None, "hourly_max_cents": None}, ("hourlyBudgetType",), "NOT_PROVIDED"),
        ({**HOURLY, "hourly_min_cents": None, "hourly_max_cents": None}, ("hourlyBudgetMin",), None),
        ({**HOURLY, "hourly_min_cents": 1250}, ("hourlyBudgetMin", "rawValue"), "12.5"),
        (FIXED, ("amount", "rawValue"), "1200.0"),
        (FIXED, ("amount", "currency"), "USD"),
        (FIXED, ("hourlyBudgetMax",), None),
        (FIXED, ("job", "contractTerms", "contractType"), "FIXED"),
        ({"duration": "WEEK"}, ("durationLabel",), "Less than 1 month"),
        ({"duration": "ONGOING"}, ("duration",), "ONGOING"),
        ({"duration": None}, ("durationLabel",), None),
        ({"engagement": "30+ hrs/week"}, ("engagement",), "30+ hrs/week"),
        ({"engagement": None}, ("engagement",), None),
        ({"level": "EXPERT"}, ("experienceLevel",), "EXPERT"),
        ({"hires_wanted": 3}, ("freelancersToHire",), 3),
        ({"countries": ("Canada", "Ukraine")}, ("preferredFreelancerLocation",), ["Canada", "Ukraine"]),
        ({"countries": ()}, ("preferredFreelancerLocation",), None),
        ({"letter_required": False}, ("job", "contractorSelection", "proposalRequirement", "coverLetterRequired"), False),
        ({"questions": ()}, ("job", "contractorSelection", "proposalRequirement", "screeningQuestions"), []),
        ({"client": {"hires": 0, "spent_cents": 0}}, ("client", "totalSpent"), None),
        ({"client": {"hires": 2, "spent_cents": 123456}}, ("client", "totalSpent", "rawValue"), "1234.56"),
        ({"client": {"verified": True}}, ("client", "verificationStatus"), "VERIFIED"),
        ({"client": {"verified": False}}, ("client", "verificationStatus"), None),
        ({"client": {"rating": 4.71, "reviews": 8}}, ("client", "totalFeedback"), 4.71),
        ({"client": {"city": "Lviv", "country": "Ukraine"}}, ("client", "location", "city"), "Lviv"),
        ({}, ("renewedDateTime",), None),
        ({}, ("applied",), False),
        ({"popularity": 0.0}, ("totalApplicants",), 0),
    ),
)  # fmt: skip
def test_facts_of_a_posting_reach_the_search(sandbox, fields, path, value):
    found = node_of(sandbox, sandbox.market.post_job(**fields))

    for step in path:
        found = found[step]

    assert found == value


def test_rates_are_plain_numbers_in_the_posting_itself(sandbox):
    terms = terms_of(sandbox, sandbox.market.post_job(**HOURLY, duration="QUARTER", engagement="30+ hrs/week"))

    assert terms["fixedPriceContractTerms"] is None
    assert terms["hourlyContractTerms"] == {
        "hourlyBudgetMin": 25.0, "hourlyBudgetMax": 40.0, "hourlyBudgetType": "MANUAL", "engagementType": "FULL_TIME",
        "notSureProjectDuration": False, "engagementDuration": {"weeks": 18},
    }  # fmt: skip


def test_a_fixed_price_is_money_in_the_posting_itself(sandbox):
    terms = terms_of(sandbox, sandbox.market.post_job(**FIXED, duration="WEEK", level="ENTRY_LEVEL", hires_wanted=2))

    assert terms["hourlyContractTerms"] is None
    assert terms["fixedPriceContractTerms"] == {
        "amount": {"rawValue": "1200.0", "currency": "USD"}, "engagementDuration": {"label": "Less than 1 month"},
    }  # fmt: skip
    assert (terms["experienceLevel"], terms["personsToHire"]) == ("ENTRY_LEVEL", 2)


def test_questions_are_numbered_from_zero_in_their_order(sandbox):
    node = node_of(sandbox, sandbox.market.post_job(questions=("First?", "Second?")))

    assert node["job"]["contractorSelection"]["proposalRequirement"]["screeningQuestions"] == [
        {"question": "First?", "sequenceNumber": 0},
        {"question": "Second?", "sequenceNumber": 1},
    ]


def test_moments_are_iso_strings_in_utc():
    with running_sandbox(clock=lambda: START) as sandbox:
        node = node_of(sandbox, sandbox.market.post_job())

    assert node["publishedDateTime"] == node["createdDateTime"] == "2027-01-15T08:00:00+0000"


def test_applicants_grow_while_a_posting_is_up():
    now = [START]
    with running_sandbox(clock=lambda: now[0]) as sandbox:
        job = sandbox.market.post_job(popularity=50.0, scam="", client={"hire_rate": 0.0})
        counts = []
        for _ in range(4):
            counts.append(sandbox.market.job(job.id).closed_ms or node_of(sandbox, job)["totalApplicants"])
            now[0] += 1200

    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[-1] > 2


def test_an_edit_shows_at_the_next_look(sandbox):
    job = sandbox.market.post_job(description="Before.")

    sandbox.market.edit_job(job.id, "After.")

    assert node_of(sandbox, job)["description"] == "After."


def test_a_renewed_posting_comes_up_again():
    now = [START]
    with running_sandbox(clock=lambda: now[0]) as sandbox:
        old = sandbox.market.post_job(title="Renewed")
        with sandbox.market.writing() as db:
            db.execute("DELETE FROM event")
            db.execute(
                "INSERT INTO event (due_ms, kind, job_id) VALUES (?, 'renew', ?)", ((START + 100) * 1000, old.id)
            )
        now[0] += 50
        newer = sandbox.market.post_job(title="Newer")
        before = [node["id"] for node in nodes(search(sandbox))[:2]]
        now[0] += 60
        first = nodes(search(sandbox))[0]

    assert before == [str(newer.id), str(old.id)]
    assert (first["id"], first["renewedDateTime"]) == (str(old.id), "2027-01-15T08:01:40+0000")
    assert first["createdDateTime"] < first["publishedDateTime"]


def test_slugs_and_skills(sandbox):
    node = node_of(sandbox, sandbox.market.post_job(specialty="scraping", scam="", skills=("Data Scraping", "C++")))

    assert (node["category"], node["subcategory"]) == ("web-mobile-software-dev", "scripts-utilities")
    assert [(skill["name"], skill["prettyName"]) for skill in node["skills"]] == [
        ("data-scraping", "Data Scraping"),
        ("c", "C++"),
    ]
    assert len({skill["id"] for skill in node["skills"]}) == 2
