import pytest

from apps.upwork.sandbox.market.history import Sent
from apps.upwork.sandbox.quirks import Quirks
from tests.upwork_sandbox.documents import nodes, proposal_input, read_proposals, search, send
from tests.upwork_sandbox.server import running_sandbox


def statuses(sandbox, bucket="Accepted"):
    connection = read_proposals(sandbox, bucket)["data"]["vendorProposals"]
    return {node["id"]: node["status"]["status"] for node in nodes(connection)}


@pytest.fixture
def job(sandbox):
    return sandbox.market.post_job(specialty="python-backend", trap="", questions=("Which Django version do you use?",))


def test_sent_proposal_can_be_read_back(sandbox, job):
    answer = send(sandbox, job)

    connection = read_proposals(sandbox, jobPostingIds_any=[str(job.id)])["data"]["vendorProposals"]

    [node] = nodes(connection)
    assert answer == {"newProposalId": node["id"], "status": "SUCCESS", "error": None}
    assert node["status"] == {"status": "ACCEPTED", "reason": None}
    assert node["viewedByClient"] is False
    assert node["terms"]["chargeRate"]["rawValue"] == "40.0"
    assert node["marketplaceJobPosting"]["id"] == str(job.id)


def test_moments_of_a_proposal_are_epoch_milliseconds(sandbox, job):
    number = send(sandbox, job)["newProposalId"]

    connection = read_proposals(sandbox, jobPostingIds_any=[str(job.id)])["data"]["vendorProposals"]

    created = int(nodes(connection)[0]["auditDetails"]["createdDateTime"]["rawValue"])
    assert created == sandbox.market.proposal(int(number)).created_ms
    assert (int(number) >> 22) + 1288834974657 == created


def test_second_proposal_to_a_job_is_refused_and_costs_nothing(sandbox, job):
    send(sandbox, job)
    connects = sandbox.market.freelancer().connects

    again = send(sandbox, job)

    assert again["newProposalId"] is None
    assert again["error"].startswith("VJ-JA-10")
    assert sandbox.market.freelancer().connects == connects


def test_sending_spends_connects(sandbox, job):
    before = sandbox.market.freelancer().connects

    number = int(send(sandbox, job)["newProposalId"])

    assert sandbox.market.freelancer().connects == before - sandbox.market.proposal(number).connects


def test_search_says_applied(sandbox, job):
    send(sandbox, job)

    found = {node["id"]: node["applied"] for node in nodes(search(sandbox, first=50))}

    assert found[str(job.id)] is True
    assert sum(found.values()) < len(found)


@pytest.mark.parametrize(
    ("change", "code"),
    (
        ({"jobReference": "~021"}, "VJ-JA-4"),
        ({"jobReference": "12345"}, "VJ-JA-4"),
        ({"teamOrgId": "1"}, "VJ-JA-3"),
        ({"selectedContractor": {"id": "1", "oDeskUserID": "someone"}}, "VJ-JA-2"),
        ({"chargedAmount": 0}, "VJ-JA-15"),
        ({"questions": []}, "VJ-JA-30"),
        ({"coverLetter": "x" * 5001}, "VJ-JA-22"),
        ({"boostBidAmount": 5000}, "VJ-JA-40"),
    ),
)
def test_refusals_come_with_http_200_and_no_graphql_error(sandbox, job, change, code):
    answer = sandbox.graphql(
        "mutation ($input: CreateJobProposalInput!) { createJobProposal(input: $input) { newProposalId status error } }",
        {"input": proposal_input(sandbox, job, **change)},
    )

    result = answer.json()["data"]["createJobProposal"]
    assert answer.status_code == 200
    assert "errors" not in answer.json()
    assert (result["newProposalId"], result["status"]) == (None, "FAILED")
    assert result["error"].startswith(f"{code}:")


def test_a_closed_job_takes_no_proposals(sandbox, job):
    sandbox.market.close_job(job.id)

    assert send(sandbox, job)["error"].startswith("VJ-JA-6")


def test_accepted_means_open_and_activated_means_answered(sandbox, job):
    number = send(sandbox, job)["newProposalId"]
    before = statuses(sandbox)[number]

    sandbox.market.react(int(number), "reply")

    assert before == "ACCEPTED"
    assert statuses(sandbox, "Activated")[number] == "ACTIVATED"
    assert number not in statuses(sandbox)


def test_buckets_overlap(sandbox, job):
    number = send(sandbox, job)["newProposalId"]

    buckets = {bucket: statuses(sandbox, bucket) for bucket in ("Declined", "Withdrawn", "Hired", "Archived")}

    assert buckets["Declined"] == buckets["Withdrawn"] == buckets["Hired"]
    assert buckets["Declined"][number] == "ACCEPTED"
    assert number not in buckets["Archived"]


def test_declined_proposals_are_found_in_the_archive_with_a_reason(sandbox, job):
    number = send(sandbox, job)["newProposalId"]
    sandbox.market.react(int(number), "decline")

    connection = read_proposals(sandbox, "Archived", jobPostingIds_any=[str(job.id)])["data"]["vendorProposals"]

    assert nodes(connection)[0]["status"]["status"] == "DECLINED"
    assert nodes(connection)[0]["status"]["reason"]["reason"]


def test_pages_of_more_than_twenty_are_refused(sandbox):
    answer = read_proposals(sandbox, first=21)

    assert answer["data"] is None
    assert answer["errors"][0]["message"].startswith("VJCA-6")


def test_pages_follow_each_other():
    with running_sandbox() as sandbox:
        jobs = [sandbox.market.post_job(specialty="scraping", trap="", questions=(), scam="") for _ in range(3)]
        sent = [send(sandbox, job)["newProposalId"] for job in jobs]

        first = read_proposals(sandbox, first=2)["data"]["vendorProposals"]
        second = read_proposals(sandbox, first=2, after=first["pageInfo"]["endCursor"])["data"]["vendorProposals"]

    assert first["pageInfo"] == {"endCursor": "2", "hasNextPage": True}
    assert second["pageInfo"] == {"endCursor": "3", "hasNextPage": False}
    assert sorted(node["id"] for node in nodes(first) + nodes(second)) == sorted(sent)


def test_exact_buckets_with_the_quirk_off():
    with running_sandbox(quirks=Quirks(rate_limit=False, overlapping_buckets=False)) as sandbox:
        number = send(sandbox, sandbox.market.post_job(specialty="scraping", trap="", scam="", questions=()))[
            "newProposalId"
        ]

        assert statuses(sandbox, "Accepted") == {number: "ACCEPTED"}
        assert statuses(sandbox, "Declined") == {}


def test_a_strangers_proposal_cannot_be_read(sandbox, job):
    number = send(sandbox, job)["newProposalId"]
    stranger = sandbox.tokens(freelancer="jokafor")["access_token"]

    answer = sandbox.graphql(
        "query ($id: ID!) { vendorProposal(id: $id) { id } }", {"id": number}, token=stranger
    ).json()

    assert answer["data"] == {"vendorProposal": None}
    assert answer["errors"][0]["message"] == "Authorization failed"


OPEN = {"ACCEPTED", "ACTIVATED", "OFFERED", "HIRED"}
CLOSED = {"DECLINED", "WITHDRAWN", "ARCHIVED"}


@pytest.fixture(scope="module")
def every_outcome():
    """A sandbox with one proposal of each status."""
    outcomes = ("sent", "replied", "offered", "hired", "declined", "withdrawn", "archived")
    with running_sandbox() as sandbox:
        now = sandbox.market.now_ms
        sandbox.market.import_history(
            [Sent("Letter", 100, now - (n + 1) * 3600_000, outcome) for n, outcome in enumerate(outcomes)]
        )
        yield sandbox


@pytest.mark.parametrize(
    ("bucket", "found"),
    (
        ("Pending", set()), ("Accepted", {"ACCEPTED"}), ("Activated", {"ACTIVATED"}), ("Offered", {"OFFERED"}),
        ("Declined", OPEN), ("Withdrawn", OPEN), ("Hired", OPEN), ("Archived", CLOSED),
    ),
)  # fmt: skip
def test_what_each_bucket_holds_on_the_real_server(every_outcome, bucket, found):
    assert set(statuses(every_outcome, bucket).values()) == found


@pytest.mark.parametrize("bucket", ("Accepted", "Activated", "Offered", "Hired", "Declined", "Withdrawn", "Archived"))
def test_what_each_bucket_would_hold_if_it_were_honest(every_outcome, bucket):
    every_outcome.control("quirks", overlapping_buckets=False)

    found = set(statuses(every_outcome, bucket).values())
    every_outcome.control("quirks", overlapping_buckets=True)

    assert found == {bucket.upper()}


@pytest.mark.parametrize("order", ("ASC", "DESC"))
@pytest.mark.parametrize("field", ("CREATEDDATETIME", "MODIFIEDDATETIME"))
def test_order_of_proposals(every_outcome, field, order):
    query = """query ($sort: VendorProposalSortAttribute!) { vendorProposals(filter: {status_eq: Hired}, sortAttribute: $sort,
      pagination: {first: 20, after: "0"}) { edges { node { auditDetails { createdDateTime { rawValue } modifiedDateTime { rawValue } } } } } }"""
    name = "createdDateTime" if field.startswith("C") else "modifiedDateTime"

    answer = every_outcome.graphql(query, {"sort": {"field": field, "sortOrder": order}}).json()

    moments = [int(node["auditDetails"][name]["rawValue"]) for node in nodes(answer["data"]["vendorProposals"])]
    assert len(moments) == len(OPEN)
    assert moments == sorted(moments, reverse=order == "DESC")


def test_all_buckets_in_one_document_fail_together(every_outcome):
    page = "sortAttribute: {field: CREATEDDATETIME, sortOrder: ASC}, pagination: {first: %d}"
    query = "{ " + " ".join(
        f"b{n}: vendorProposals(filter: {{status_eq: {bucket}}}, {page % size}) {{ totalCount }}"
        for n, (bucket, size) in enumerate((("Accepted", 20), ("Archived", 21)))
    ) + " }"  # fmt: skip

    answer = every_outcome.graphql(query).json()

    assert answer["data"] is None
    assert "VJCA-6" in answer["errors"][0]["message"]


def test_annotated_proposals_are_none(every_outcome):
    answer = read_proposals(every_outcome, "Accepted", annotations_eq="Hidden")

    assert answer["data"]["vendorProposals"]["edges"] == []


@pytest.mark.parametrize("after", ("x", "-1", "1.5"))
def test_pages_begin_at_a_number(every_outcome, after):
    assert read_proposals(every_outcome, after=after)["errors"][0]["message"].startswith("VJCA-6")


def test_connects_of_the_freelancer(every_outcome):
    answer = every_outcome.graphql("{ connectsSummary { connectsBalance } }").json()

    assert answer["data"]["connectsSummary"]["connectsBalance"] == every_outcome.market.freelancer().connects
