"""Reading answers: bad and missing fields are named, and one bad posting does not cost the page."""

import copy
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from apps.upwork.client import parse
from apps.upwork.client.answers import Node
from apps.upwork.errors import BadAnswerError

POSTING = {
    "id": "2048894189896190929",
    "ciphertext": "~022048894189896190929",
    "title": "Booking system",
    "description": "We need a booking system.",
    "publishedDateTime": "2026-11-20T08:30:00+0000",
    "renewedDateTime": None,
    "durationLabel": "1 to 3 months",
    "engagement": None,
    "amount": {"rawValue": "0.0", "currency": "USD"},
    "hourlyBudgetMin": {"rawValue": "45.0"},
    "hourlyBudgetMax": {"rawValue": "70.0"},
    "experienceLevel": "EXPERT",
    "category": "web_mobile_software_dev",
    "subcategory": None,
    "skills": [{"name": "django", "prettyName": "Django"}],
    "freelancersToHire": 1,
    "totalApplicants": None,
    "preferredFreelancerLocation": ["Germany", None],
    "applied": False,
    "job": {
        "contractTerms": {"contractType": "HOURLY"},
        "contractorSelection": {
            "proposalRequirement": {
                "coverLetterRequired": False,
                "screeningQuestions": [
                    {"question": "Second?", "sequenceNumber": 1},
                    {"question": "First?", "sequenceNumber": 0},
                    {"question": "", "sequenceNumber": 2},
                ],
            }
        },
    },
    "client": {
        "companyRid": "77",
        "totalHires": 3,
        "totalPostedJobs": 5,
        "totalReviews": 2,
        "totalFeedback": 4.9,
        "totalSpent": {"rawValue": "182000.50"},
        "verificationStatus": "VERIFIED",
        "location": {"city": "Berlin", "country": "Germany"},
    },
}


def _edge(path: str = "", value: object = None, *, remove: bool = False) -> Node:
    """The posting as an edge, with one place of it changed."""
    node = copy.deepcopy(POSTING)
    *parents, last = path.split(".") if path else [""]
    place: dict = node
    for parent in parents:
        place = place[parent]
    if remove:
        del place[last]
    elif path:
        place[last] = value
    return Node({"node": node}, "edges[0]")


def test_whole_posting_is_read():
    posting = parse.posting(_edge())

    assert (posting.upwork_id, posting.kind, posting.hourly_min, posting.hourly_max) == (
        POSTING["id"],
        "hourly",
        45,
        70,
    )
    assert posting.posted_at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert posting.questions == ("First?", "Second?")
    assert (posting.cover_letter_required, posting.workload, posting.subcategory) == (False, "", "")
    assert posting.preferred_countries == ("Germany",)
    assert posting.client.total_spent == Decimal("182000.50")
    assert (posting.client.rating, posting.client.payment_verified) == (4.9, True)


@pytest.mark.parametrize(
    ("path", "value"),
    (
        ("title", None), ("title", ["x"]), ("id", True), ("description", 7.5),
        ("publishedDateTime", None), ("publishedDateTime", "yesterday"),
        ("amount", "45"), ("hourlyBudgetMin.rawValue", "a lot"), ("hourlyBudgetMin.rawValue", "NaN"),
        ("hourlyBudgetMax.rawValue", "Infinity"), ("hourlyBudgetMax", {}),
        ("amount.currency", None), ("freelancersToHire", "1"), ("freelancersToHire", None), ("totalApplicants", 2.5),
        ("applied", "no"), ("skills", "Django"), ("skills", [{"prettyName": None}]), ("client", None),
        ("client.totalHires", None), ("client.totalFeedback", "good"), ("client.companyRid", None),
        ("client.location", "Berlin"), ("job.contractTerms.contractType", 1),
        ("job.contractorSelection.proposalRequirement.screeningQuestions", {}),
        # well-formed, and still more than a column holds
        ("id", ""), ("id", "1" * 41), ("id", "1\0"), ("ciphertext", "~0" * 40), ("amount.currency", "DOLLARS"),
        ("totalApplicants", 2**31), ("totalApplicants", -1), ("freelancersToHire", 10**12),
        ("client.totalHires", -1), ("client.totalReviews", 2**31), ("client.totalFeedback", float("nan")),
        ("client.totalFeedback", 5.5), ("client.totalSpent.rawValue", "1E12"), ("hourlyBudgetMin.rawValue", "-1"),
        ("hourlyBudgetMax.rawValue", "99999999.999"), ("publishedDateTime", "0001-01-01T00:00:00+14:00"),
        ("renewedDateTime", "9999-12-31T23:59:59-12:00"),
    ),
)  # fmt: skip
def test_field_of_the_wrong_kind_is_named(path, value):
    with pytest.raises(BadAnswerError) as caught:
        parse.posting(_edge(path, value))

    assert caught.value.field.rpartition(".")[2] in {path.rpartition(".")[2], "name", "rawValue"}
    assert caught.value.field.startswith("edges[0].node.")
    assert caught.value.field in str(caught.value)


@pytest.mark.parametrize("path", ("id", "ciphertext", "title", "description", "publishedDateTime", "amount", "client"))
def test_missing_field_is_named(path):
    with pytest.raises(BadAnswerError, match=f"edges\\[0\\].node.{path}"):
        parse.posting(_edge(path, remove=True))


@pytest.mark.parametrize(
    "path", ("renewedDateTime", "engagement", "totalApplicants", "preferredFreelancerLocation", "job", "category")
)
def test_what_upwork_may_leave_out_is_not_missed(path):
    assert parse.posting(_edge(path, remove=True)).title == "Booking system"


def test_one_bad_posting_is_skipped_and_counted():
    edges = [_edge(), _edge("title"), _edge("publishedDateTime", "soon"), _edge()]

    postings, skipped = parse.usable(edges, parse.posting)

    assert (len(postings), skipped) == (2, 2)


def test_budget_beyond_its_column_is_named():
    edge = _edge("amount.rawValue", "10000000000")
    edge.value["node"]["job"]["contractTerms"]["contractType"] = "FIXED"

    with pytest.raises(BadAnswerError, match="rawValue"):
        parse.posting(edge)


def test_gaps_in_a_list_are_passed_over():
    answer = Node({"edges": [None, {"node": 1}, "odd", {"node": 2}]}, "data")

    assert [child.path for child in answer.children("edges")] == ["data.edges[1]", "data.edges[3]"]


@pytest.mark.parametrize(
    ("amount", "job", "kind", "budget"),
    (
        ("500.0", None, "fixed", Decimal(500)),
        ("0.0", None, "hourly", None),
        ("0", {"contractTerms": {"contractType": "FIXED"}}, "fixed", None),
        ("9.0", {"contractTerms": {"contractType": "HOURLY"}}, "hourly", None),
    ),
)
def test_contract_terms_decide_the_kind_and_without_them_the_budget_does(amount, job, kind, budget):
    edge = _edge("amount.rawValue", amount)
    edge.value["node"]["job"] = job

    posting = parse.posting(edge)

    assert (posting.kind, posting.fixed_budget) == (kind, budget)


def test_new_client_has_no_rating_and_no_spend():
    edge = _edge("client", {**POSTING["client"], "totalReviews": 0, "totalFeedback": 0.0, "totalSpent": None})
    edge.value["node"]["client"] |= {"verificationStatus": None, "location": None}

    client = parse.posting(edge).client

    assert (client.rating, client.total_spent, client.payment_verified, client.country) == (None, None, False, "")


def test_time_without_a_zone_is_utc():
    posting = parse.posting(_edge("publishedDateTime", "2026-11-20T08:30:00"))

    assert posting.posted_at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


PROPOSAL = {
    "id": "9",
    "marketplaceJobPosting": {"id": "3"},
    "status": {"status": "Accepted", "reason": None},
    "viewedByClient": None,
    "proposalCoverLetter": None,
    "terms": {"chargeRate": {"rawValue": "62.5"}},
    "auditDetails": {"createdDateTime": {"rawValue": "1763625600000"}, "modifiedDateTime": None},
}


def test_proposal_is_read_with_its_times_in_milliseconds():
    proposal = parse.proposal(Node({"node": PROPOSAL}, "edges[0]"))

    assert (proposal.status, proposal.viewed, proposal.cover_letter) == ("ACCEPTED", False, "")
    assert proposal.created_at == datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
    assert (proposal.rate, proposal.modified_at) == (Decimal("62.5"), None)


@pytest.mark.parametrize("stamp", (None, {"rawValue": "2026-11-20"}, {"rawValue": "9" * 30}, {}))
def test_proposal_without_a_usable_time_is_named(stamp):
    broken = {**PROPOSAL, "auditDetails": {"createdDateTime": stamp}}

    with pytest.raises(BadAnswerError, match="createdDateTime"):
        parse.proposal(Node({"node": broken}, "edges[0]"))
