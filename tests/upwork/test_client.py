"""The client against the sandbox, over real HTTP: what comes back, page after page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apps.upwork import services
from apps.upwork.enums import Capability
from apps.upwork.errors import MissingScopeError
from apps.upwork.sandbox.market.history import Sent
from apps.upwork.types import NotAllowed, ProposalSubmission, Refused, SearchRequest, Submitted, Unclear
from tests.upwork.conftest import connect, point_at
from tests.upwork_sandbox.server import running_sandbox

EVERYTHING = SearchRequest()
LETTER = "Your checkout fails on Safari because of the cookie flag; I have fixed this twice. " * 4


@pytest.fixture
def job(sandbox):
    return sandbox.control(
        "jobs",
        title="Django developer for a booking system",
        description="We need a Django developer for a booking system. Start your letter with the word heron.",
        skills=["Django", "PostgreSQL"],
        kind="HOURLY",
        hourly_min_cents=4500,
        hourly_max_cents=7000,
        level="EXPERT",
        letter_required=True,
        questions=["Have you built booking systems?", "When can you start?"],
        countries=["Germany", "Austria"],
    )


def _submission(job, **changes) -> ProposalSubmission:
    answers = tuple((question, "Yes, two of them.") for question in job["questions"])
    return ProposalSubmission(
        job["id"], **{"cover_letter": LETTER, "amount": Decimal("62.50"), "answers": answers, **changes}
    )


def test_posting_arrives_with_all_its_facts(client_of_upwork, job):
    page = client_of_upwork.search_jobs(EVERYTHING, page_size=10)

    found = next(posting for posting in page.postings if posting.upwork_id == job["id"])
    assert (found.title, found.ciphertext) == (job["title"], job["ciphertext"])
    assert (found.kind, found.hourly_min, found.hourly_max, found.fixed_budget) == ("hourly", 45, 70, None)
    assert (found.skills, found.experience, found.currency) == (("Django", "PostgreSQL"), "expert", "USD")
    assert found.questions == ("Have you built booking systems?", "When can you start?")
    assert (found.preferred_countries, found.cover_letter_required, found.applied) == (
        ("Germany", "Austria"),
        True,
        False,
    )
    assert abs(found.posted_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert found.client.rid
    assert found.client.country


def test_fixed_price_posting_has_a_budget_and_no_rate(client_of_upwork, sandbox):
    job = sandbox.control("jobs", title="Logo", description="A logo.", kind="FIXED", fixed_cents=25000, skills=["Logo"])

    page = client_of_upwork.search_jobs(EVERYTHING, page_size=10)

    found = next(posting for posting in page.postings if posting.upwork_id == job["id"])
    assert (found.kind, found.hourly_min, found.hourly_max, found.fixed_budget) == ("fixed", None, None, Decimal("250"))


def test_pages_follow_one_another_without_gap_or_double(client_of_upwork):
    seen: list[str] = []
    cursor = None

    for _number in range(20):
        page = client_of_upwork.search_jobs(EVERYTHING, cursor=cursor, page_size=7)
        seen += [posting.upwork_id for posting in page.postings]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert cursor is None
    assert len(seen) == len(set(seen)) >= 40


def test_newest_posting_comes_first(client_of_upwork):
    page = client_of_upwork.search_jobs(EVERYTHING, page_size=30)

    moments = [posting.renewed_at or posting.posted_at for posting in page.postings]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(
    ("request_", "holds"),
    (
        (SearchRequest(kind="fixed"), lambda posting: posting.kind == "fixed"),
        (SearchRequest(kind="hourly"), lambda posting: posting.kind == "hourly"),
        (SearchRequest(experience="expert"), lambda posting: posting.experience == "expert"),
        (SearchRequest(verified_only=True), lambda posting: posting.client.payment_verified),
        (
            SearchRequest(expression="booking"),
            lambda posting: "booking" in f"{posting.title} {posting.description}".lower(),
        ),
    ),
)
def test_search_asks_for_what_upwork_heeds(client_of_upwork, job, request_, holds):
    page = client_of_upwork.search_jobs(request_, page_size=50)

    assert page.postings
    assert all(holds(posting) for posting in page.postings)


def test_search_by_category_number(client_of_upwork, sandbox, job):
    page = client_of_upwork.search_jobs(SearchRequest(category_ids=(job["category_id"],)), page_size=50)

    assert job["id"] in {posting.upwork_id for posting in page.postings}
    assert len({posting.category for posting in page.postings}) == 1


def test_search_that_finds_nothing_has_no_next_page(client_of_upwork):
    page = client_of_upwork.search_jobs(SearchRequest(expression="xylophonist AND zeppelin"))

    assert (page.postings, page.next_cursor, page.skipped) == ((), None, 0)


def test_identity_names_the_person_and_the_organization(client_of_upwork, connection):
    me = client_of_upwork.identity()

    assert (me.user_id, me.nid, me.name) == (connection.upwork_user_id, connection.upwork_nid, connection.upwork_name)
    assert me.organization_id == connection.organization_id != me.user_id


def test_proposal_is_sent_and_read_back(client_of_upwork, sandbox, job):
    result = client_of_upwork.submit_proposal(_submission(job))
    found = client_of_upwork.find_proposal(job["id"])

    assert isinstance(result, Submitted)
    assert (found.remote_id, found.job_upwork_id, found.status) == (result.remote_id, job["id"], "ACCEPTED")
    assert (found.cover_letter, found.rate, found.viewed) == (LETTER, Decimal("62.5"), False)
    assert abs(found.created_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_posting_says_that_we_have_applied(client_of_upwork, job):
    client_of_upwork.submit_proposal(_submission(job))

    page = client_of_upwork.search_jobs(EVERYTHING, page_size=10)

    assert next(posting for posting in page.postings if posting.upwork_id == job["id"]).applied


def test_refusal_carries_the_reason_and_sends_nothing(client_of_upwork, job):
    result = client_of_upwork.submit_proposal(_submission(job, cover_letter=""))

    assert isinstance(result, Refused)
    assert "VJ-JA" in result.reason
    assert client_of_upwork.find_proposal(job["id"]) is None


def test_second_proposal_for_a_job_is_unclear_until_read_back(client_of_upwork, job):
    """Upwork says that there is one already; whose words it has, only reading back tells."""
    first = client_of_upwork.submit_proposal(_submission(job))

    second = client_of_upwork.submit_proposal(_submission(job))

    assert isinstance(second, Unclear)
    assert "VJ-JA-10" in second.reason
    assert client_of_upwork.find_proposal(job["id"]).remote_id == first.remote_id


def test_proposal_that_was_never_sent_is_not_found(client_of_upwork, job):
    assert client_of_upwork.find_proposal(job["id"]) is None


OUTCOMES = (*["sent"] * 21, "viewed", "replied", "interviewed", "offered", "hired", "declined", "withdrawn", "archived")
STATUSES = {
    "sent": "ACCEPTED", "viewed": "ACCEPTED", "replied": "ACTIVATED", "interviewed": "ACTIVATED", "offered": "OFFERED",
    "hired": "HIRED", "declined": "DECLINED", "withdrawn": "WITHDRAWN", "archived": "ARCHIVED",
}  # fmt: skip
HOUR_MS = 3600 * 1000


@pytest.fixture
def with_history(settings, person):
    """A client of the API and 29 proposals of two weeks ago."""
    with running_sandbox(backlog=1) as sandbox:
        point_at(settings, sandbox.url)
        past = [
            Sent(LETTER, 5000, sandbox.market.now_ms - (14 * 24 + number) * HOUR_MS, outcome)
            for number, outcome in enumerate(OUTCOMES)
        ]
        proposals = sandbox.market.import_history(past)
        yield services.client_for(connect(sandbox, person).pk), proposals, sandbox


def test_each_proposal_is_listed_once_though_the_buckets_overlap(with_history):
    upwork, proposals, _sandbox = with_history

    listed = upwork.list_proposals()

    expected = {str(proposal.id): STATUSES[outcome] for proposal, outcome in zip(proposals, OUTCOMES, strict=True)}
    assert len(listed) == len(OUTCOMES)
    assert {proposal.remote_id: proposal.status for proposal in listed} == expected


def test_latest_change_is_listed_first_with_its_reason(with_history):
    upwork, proposals, sandbox = with_history
    sandbox.market.react(proposals[20].id, "decline")

    listed = upwork.list_proposals()

    changes = [proposal.modified_at for proposal in listed]
    assert changes == sorted(changes, reverse=True)
    assert (listed[0].remote_id, listed[0].status, listed[0].viewed) == (str(proposals[20].id), "DECLINED", True)
    assert listed[0].reason


def test_listing_what_changed_lately_leaves_older_pages_unread(with_history):
    upwork, proposals, sandbox = with_history
    sandbox.market.react(proposals[20].id, "view")
    upwork.list_proposals()
    requests = sandbox.ledger()["counters"]["api_vendorProposals"]

    listed = upwork.list_proposals(changed_since=datetime.now(UTC) - timedelta(days=1))

    more_requests = sandbox.ledger()["counters"]["api_vendorProposals"] - requests
    assert (listed[0].remote_id, listed[0].viewed) == (str(proposals[20].id), True)
    assert more_requests == 1 < requests


def test_proposal_is_found_among_many_by_its_job(with_history):
    upwork, proposals, _sandbox = with_history

    found = [upwork.find_proposal(str(proposal.job_id)) for proposal in (proposals[0], proposals[20], proposals[28])]

    assert [proposal.remote_id for proposal in found] == [str(proposals[number].id) for number in (0, 20, 28)]


@pytest.mark.parametrize(
    ("profile", "search", "connects"),
    (("full", True, True), ("freelancer", True, False), ("reader", True, False), ("agency", False, False)),
)
def test_key_is_asked_what_it_may_do_field_by_field(sandbox, person, profile, search, connects):
    upwork = services.client_for(connect(sandbox, person, profile=profile).pk)

    capabilities = upwork.capabilities()

    assert capabilities == {
        Capability.SEARCH: search,
        Capability.SUBMIT: None,
        Capability.PROPOSALS: True,
        Capability.PROFILE: True,
        Capability.CONNECTS: connects,
    }


def test_asking_what_a_key_may_do_sends_nothing(sandbox, client_of_upwork):
    before = sandbox.ledger()["proposals"]

    client_of_upwork.capabilities()

    assert sandbox.ledger()["proposals"] == before


def test_search_without_the_permission_names_the_cure_and_to_us_the_field(sandbox, person):
    upwork = services.client_for(connect(sandbox, person, profile="agency").pk)

    with pytest.raises(MissingScopeError, match="API center") as caught:
        upwork.search_jobs(EVERYTHING)

    assert caught.value.fields == ("Query.marketplaceJobPostingsSearch",)
    assert "Query." not in str(caught.value)


def test_first_refused_and_first_accepted_sending_tell_what_the_key_may_do(sandbox, person, job):
    reader = connect(sandbox, person, profile="reader")
    refused = services.client_for(reader.pk).submit_proposal(_submission(job))
    reader.refresh_from_db()
    full = connect(sandbox, person, profile="full")
    sent = services.client_for(full.pk).submit_proposal(_submission(job))
    full.refresh_from_db()

    assert (type(refused), reader.capabilities, reader.may(Capability.SUBMIT)) == (NotAllowed, {"submit": False}, False)
    assert (type(sent), full.capabilities, full.may(Capability.SUBMIT)) == (Submitted, {"submit": True}, True)
