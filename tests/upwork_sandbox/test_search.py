import pytest

from apps.upwork.sandbox.quirks import Quirks
from tests.upwork_sandbox.documents import SEARCH, nodes, search
from tests.upwork_sandbox.server import running_sandbox

WEB = "531770282580668418"


def titles(sandbox, **given):
    return {node["title"] for node in nodes(search(sandbox, first=50, **given))}


def post(sandbox, title, **fields):
    facts = {"description": "plain words", "skills": ("Python",), "kind": "HOURLY", "fixed_cents": None, "scam": ""}
    return sandbox.market.post_job(title=title, **{"specialty": "python-backend", **facts, **fields})


def test_newest_posting_comes_first_with_everything_a_client_reads(sandbox):
    job = post(
        sandbox, "Newest of all", hourly_min_cents=2000, hourly_max_cents=4550, questions=("Why you?",), engagement=None
    )

    node = nodes(search(sandbox))[0]

    assert (node["id"], node["ciphertext"]) == (str(job.id), f"~02{job.id}")
    assert node["amount"] == {"rawValue": "0.0", "currency": "USD"}
    assert (node["hourlyBudgetMin"]["rawValue"], node["hourlyBudgetMax"]["rawValue"]) == ("20.0", "45.5")
    assert node["job"]["contractTerms"]["contractType"] == "HOURLY"
    assert node["job"]["contractorSelection"]["proposalRequirement"]["screeningQuestions"] == [
        {"question": "Why you?", "sequenceNumber": 0}
    ]
    assert node["category"] == "web-mobile-software-dev"


def test_fixed_price_is_an_amount_above_zero(sandbox):
    post(sandbox, "Fixed one", kind="FIXED", fixed_cents=75000, hourly_min_cents=None, hourly_max_cents=None)

    node = nodes(search(sandbox, jobType_eq="FIXED"))[0]

    assert node["amount"]["rawValue"] == "750.0"
    assert node["hourlyBudgetMin"] is None
    assert node["hourlyBudgetType"] is None


def test_ids_carry_their_moment_of_creation(sandbox):
    job = post(sandbox, "When")

    assert (job.id >> 22) + 1288834974657 == job.created_ms


@pytest.mark.parametrize(
    "page", ({"first": 5}, {"first": 5, "after": None}, {"first": 5, "after": ""}, {"first": 5, "after": "x"})
)
def test_paging_without_a_numeric_offset_fails(sandbox, page):
    answer = sandbox.graphql(SEARCH, {"filter": {"pagination_eq": page}})

    assert answer.status_code == 200
    assert answer.json()["errors"][0]["message"] == "Exception occurred"


def test_no_paging_at_all_gives_ten_rows(sandbox):
    answer = sandbox.graphql(SEARCH, {"filter": {}}).json()

    assert len(nodes(answer["data"]["marketplaceJobPostingsSearch"])) == 10


def test_pages_do_not_overlap_and_end():
    with running_sandbox(backlog=60) as sandbox:
        seen, after = [], "0"
        while True:
            connection = search(sandbox, first=7, after=after)
            seen += [node["id"] for node in nodes(connection)]
            after = connection["pageInfo"]["endCursor"]
            if not connection["pageInfo"]["hasNextPage"]:
                break

        open_jobs = sandbox.ledger()["open_jobs"]

    assert len(seen) == len(set(seen)) == open_jobs


@pytest.mark.parametrize(
    ("expression", "found"),
    (
        ("wombat", True),
        ("Wombats", True),
        ("wombat AND django", True),
        ("wombat AND rails", False),
        ("wombat rails", False),
        ("rails OR wombat", True),
        ("wombat NOT django", False),
        ("wombat AND NOT rails", True),
        ("wombat -rails", True),
        ('"feeding wombats"', True),
        ('"wombats feeding"', False),
        ("(rails OR django) AND wombat", True),
        ("(rails OR flask) AND wombat", False),
        ("womb*", True),
        ("ombat", False),
        ("title:wombat", True),
        ("title:schedule", False),
        ('skills:"rest api" AND wombat', True),
        ("(wombat", True),
        ("c++ AND wombat", True),
        ("node.js AND wombat", True),
    ),
)
def test_search_expressions(sandbox, expression, found):
    post(
        sandbox, "Feeding wombats", description="A schedule in c++ and Node.js, please.", skills=("Django", "REST API"),
    )  # fmt: skip

    assert ("Feeding wombats" in titles(sandbox, searchExpression_eq=expression)) is found


def test_search_term_is_used_only_without_an_expression(sandbox):
    post(sandbox, "Quokka portraits", description="in oil")
    term = {"andTerms_all": ["quokka"], "orTerms_any": ["oil", "chalk"], "excludeTerms_any": ["ink"]}

    alone = titles(sandbox, searchTerm_eq=term)
    beaten = titles(sandbox, searchTerm_eq=term, searchExpression_eq="nothinglikethis")

    assert alone == {"Quokka portraits"}
    assert beaten == set()


def test_title_and_skill_expressions(sandbox):
    post(sandbox, "Numbat survey", skills=("Statistics", "R"))

    assert titles(sandbox, titleExpression_eq="numbat") == {"Numbat survey"}
    assert "Numbat survey" in titles(sandbox, skillExpression_eq="Statistics,Cobol")
    assert "Numbat survey" not in titles(sandbox, skillExpression_eq="Cobol")


def test_structural_filters(sandbox):
    client = {"country": "Iceland", "verified": True, "hires": 77}
    job = post(sandbox, "Puffin tours", client=client, level="EXPERT", duration="QUARTER", popularity=0.0)
    matching = {
        "categoryIds_any": [WEB], "subcategoryIds_any": [job.subcategory_id], "jobType_eq": "HOURLY",
        "experienceLevel_eq": "EXPERT", "locations_any": ["Iceland"], "verifiedPaymentOnly_eq": True, "daysPosted_eq": 1,
        "duration_any": ["QUARTER", "WEEK"], "clientHiresRange_eq": {"rangeStart": 70, "rangeEnd": 80},
        "proposalRange_eq": {"rangeEnd": 4},
    }  # fmt: skip
    missing = {
        "categoryIds_any": ["531770282580668423"], "jobType_eq": "FIXED", "experienceLevel_eq": "ENTRY_LEVEL",
        "locations_any": ["Norway"], "clientHiresRange_eq": {"rangeStart": 78}, "proposalRange_eq": {"rangeStart": 5},
        "duration_any": ["WEEK"], "previousClients_eq": True, "enterpriseOnly_eq": True, "occupationIds_any": ["1"],
    }  # fmt: skip

    assert titles(sandbox, **matching) == {"Puffin tours"}
    for name, value in missing.items():
        assert "Puffin tours" not in titles(sandbox, **{name: value}), name


def test_names_instead_of_category_numbers_find_nothing(sandbox):
    assert titles(sandbox, categoryIds_any=["Web, Mobile & Software Dev"]) == set()


def test_broken_filters_are_broken_as_on_the_real_server(sandbox):
    everything = titles(sandbox)

    assert titles(sandbox, budgetRange_eq={"rangeStart": 900000}) == everything
    assert titles(sandbox, hourlyRate_eq={"rangeStart": 900}) == everything
    assert titles(sandbox, workload_eq="FULL_TIME") == set()


def test_broken_filters_work_with_the_quirk_off():
    with running_sandbox(quirks=Quirks(rate_limit=False, broken_filters=False)) as sandbox:
        post(sandbox, "Rich", hourly_min_cents=90000, hourly_max_cents=95000, engagement="30+ hrs/week")
        post(sandbox, "Grand", kind="FIXED", fixed_cents=90_000_000, hourly_min_cents=None, hourly_max_cents=None)

        assert titles(sandbox, hourlyRate_eq={"rangeStart": 900}) == {"Rich"}
        assert titles(sandbox, budgetRange_eq={"rangeStart": 900000}) == {"Grand"}
        assert "Rich" in titles(sandbox, workload_eq="FULL_TIME")


def test_total_is_too_high_unless_told_to_be_exact():
    with running_sandbox(quirks=Quirks(rate_limit=False, rough_totals=True)) as sandbox:
        rough = search(sandbox, searchExpression_eq="wordthatnobodywrites")["totalCount"]
        sandbox.control("quirks", rough_totals=False)
        exact = search(sandbox, searchExpression_eq="wordthatnobodywrites")["totalCount"]

    assert rough > exact == 0


def test_sorting_by_the_clients_facts(sandbox):
    spent = [
        float(node["client"]["totalSpent"]["rawValue"]) if node["client"]["totalSpent"] else 0
        for node in nodes(search(sandbox, first=50, sort=[{"field": "CLIENT_TOTAL_CHARGE"}]))
    ]

    assert spent == sorted(spent, reverse=True)


def test_closed_jobs_are_not_found(sandbox):
    job = post(sandbox, "Soon gone")
    before = titles(sandbox)

    sandbox.market.close_job(job.id)

    assert "Soon gone" in before
    assert "Soon gone" not in titles(sandbox)


POSTING = (
    "query ($id: ID!) { marketplaceJobPosting(id: $id) { id content { title } workFlowState { status closeResult } } }"
)


def test_one_posting_is_read_by_number(sandbox):
    job = post(sandbox, "Single")
    sandbox.market.close_job(job.id, "HIRED")

    found = sandbox.graphql(POSTING, {"id": str(job.id)}).json()["data"]["marketplaceJobPosting"]

    assert found == {
        "id": str(job.id), "content": {"title": "Single"}, "workFlowState": {"status": "CLOSED", "closeResult": "0"},
    }  # fmt: skip


def test_one_posting_is_not_found_by_ciphertext(sandbox):
    job = post(sandbox, "Hidden")

    answer = sandbox.graphql(POSTING, {"id": job.ciphertext}).json()

    assert answer["data"]["marketplaceJobPosting"] is None
    assert answer["errors"][0]["message"] == f"Opening not found for uid={job.ciphertext}"


def test_the_clients_company_is_refused_and_the_rest_still_answers(sandbox):
    job = post(sandbox, "Whose")
    query = "query ($id: ID!) { marketplaceJobPosting(id: $id) { ownership { company { name } } content { title } } }"

    answer = sandbox.graphql(query, {"id": str(job.id)}).json()

    assert answer["data"]["marketplaceJobPosting"] == {"ownership": {"company": None}, "content": {"title": "Whose"}}
    assert answer["errors"][0]["message"] == "403 view_client_company"
