"""Everything that goes wrong on the way: each ends as one of few kinds of error, and sending as one of four values."""

import socket
from decimal import Decimal

import pytest

from apps.core.breaker import Circuit
from apps.core.errors import OutboundRefusedError, PermanentError, TemporaryError
from apps.upwork import selectors, services
from apps.upwork.budget import Budget
from apps.upwork.client import Graph, UpworkClient
from apps.upwork.client.transport import BREAKER
from apps.upwork.enums import ConnectionState
from apps.upwork.errors import (
    AnswerLostError,
    BadAnswerError,
    MissingScopeError,
    OverBudgetError,
    ReconnectNeededError,
    RequestRefusedError,
    UndeliveredError,
)
from apps.upwork.services.connecting import FreshTokens
from apps.upwork.types import (
    Identity,
    NotAllowed,
    NotSent,
    ProposalSubmission,
    Refused,
    SearchRequest,
    Submitted,
    Unclear,
)
from tests.upwork.scripted import DROP, Reply

ANYTHING = SearchRequest()
ME = Identity(user_id="1", nid="ada", name="Ada", organization_id="2")
SUBMISSION = ProposalSubmission(job_upwork_id="3", cover_letter="Hello", amount=Decimal(50))
HTML = Reply("<!DOCTYPE html><title>Just a moment...</title>", headers={"Content-Type": "text/html"})


def _client(url: str) -> UpworkClient:
    """A client with a token of its own, away from the database."""
    return UpworkClient(
        Graph(url=f"{url}/graphql", tokens=FreshTokens("oauth2v2_x"), budget=Budget(client_id="key")), me=ME
    )


def _failed(message: str, classification: str = "ExecutionAborted") -> dict[str, object]:
    return {"data": None, "errors": [{"message": message, "extensions": {"classification": classification}}]}


# Asking


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    (
        ("500", AnswerLostError, "has trouble"),
        ("429", UndeliveredError, "slow down"),
        ("html", UndeliveredError, "gate turned us away"),
        ("errors", TemporaryError, "could not answer"),
        ("transform-timeout", TemporaryError, "could not answer"),
        ("lost", AnswerLostError, "has trouble"),
    ),
)
def test_fault_of_the_marketplace_is_temporary_and_passes(sandbox, client_of_upwork, valkey, kind, error, words):
    sandbox.control("faults", kind=kind, calls=1)

    with pytest.raises(error, match=words) as caught:
        client_of_upwork.search_jobs(ANYTHING)
    valkey.delete("limit:upwork:address:closed")

    assert isinstance(caught.value, TemporaryError)
    assert client_of_upwork.search_jobs(ANYTHING).postings


def test_slow_answer_is_not_waited_for(sandbox, client_of_upwork, settings):
    settings.UPWORK_TIMEOUT_SECONDS = 0.2
    sandbox.control("faults", kind="slow", calls=1, seconds=1)

    with pytest.raises(AnswerLostError, match="too long"):
        client_of_upwork.search_jobs(ANYTHING)


def test_revoked_permission_asks_to_connect_again_and_tells_the_person_once(sandbox, client_of_upwork, connection):
    sandbox.control("faults", kind="revoke", calls=1)

    for _number in range(2):
        with pytest.raises(ReconnectNeededError, match="Connect it again"):
            client_of_upwork.search_jobs(ANYTHING)

    connection.refresh_from_db()
    assert (connection.state, connection.needs_reconnect) == (ConnectionState.RECONNECT, True)


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    (
        (HTML, AnswerLostError, "web page"),
        (Reply("[1, 2]"), AnswerLostError, "web page"),
        (Reply(b"\xff\xfe".decode("latin-1")), AnswerLostError, "web page"),
        (Reply({"data": None}), AnswerLostError, "could not be read"),
        (Reply({}), AnswerLostError, "could not be read"),
        (Reply(DROP), AnswerLostError, "line to Upwork broke"),
        (Reply("Bad Gateway", status=502), AnswerLostError, "has trouble"),
        (Reply({"message": "no"}, status=403), RequestRefusedError, "403"),
        (Reply({"message": "no"}, status=400), RequestRefusedError, "400"),
        (Reply("", status=302, headers={"Location": "http://10.0.0.1/"}), AnswerLostError, "web page"),
        (
            Reply(_failed("Validation error (FieldUndefined@[x])", "ValidationError")),
            RequestRefusedError,
            "has changed",
        ),
        (Reply(_failed("VJCA-6 Input parameter provided has incorrect value")), RequestRefusedError, "VJCA-6"),
        (Reply(_failed("Authorization failed")), MissingScopeError, "no permission"),
        (Reply(_failed("No luck", "DataFetchingException")), TemporaryError, "goes on by itself"),
        (Reply({"data": None, "errors": ["odd"]}), RequestRefusedError, "refused"),
        (Reply({"data": {"marketplaceJobPostingsSearch": None}}), BadAnswerError, "data.marketplaceJobPostingsSearch"),
        (Reply({"data": {"marketplaceJobPostingsSearch": 7}}), BadAnswerError, "data.marketplaceJobPostingsSearch"),
        (Reply({"data": {"marketplaceJobPostingsSearch": {"edges": 7}}}), BadAnswerError, "edges"),
    ),
)
def test_odd_answer_to_a_question_has_its_kind_and_its_sentence(scripted, reply, error, words):
    scripted.will_say(reply)

    with pytest.raises(error, match=words):
        _client(scripted.url).search_jobs(ANYTHING)


def test_missing_scope_lists_every_field(scripted):
    text = "The client or authentication token doesn't have enough oauth2 permissions/scopes to access: [Money.currency, Money.rawValue]."
    scripted.will_say(_failed(text))

    with pytest.raises(MissingScopeError) as caught:
        _client(scripted.url).search_jobs(ANYTHING)

    assert caught.value.fields == ("Money.currency", "Money.rawValue")


def test_partial_data_is_used(scripted):
    scripted.will_say(
        {
            "data": {"user": {"id": "1", "nid": "ada", "name": "Ada"}, "organization": None},
            "errors": [{"message": "Authorization failed", "path": ["organization"]}],
        }
    )

    me = _client(scripted.url).identity()

    assert (me.user_id, me.organization_id) == ("1", "")


def test_request_carries_token_name_and_tenant(scripted):
    scripted.will_say({"data": {"user": {"id": 1, "nid": "ada"}, "organization": {"id": 2}}})
    graph = Graph(f"{scripted.url}/graphql", FreshTokens("oauth2v2_x"), Budget("key"), tenant_id="77")

    UpworkClient(graph).identity()

    headers, body = scripted.asked[0]
    assert headers["Authorization"] == "Bearer oauth2v2_x"
    assert headers["User-Agent"].startswith("Bidwright/")
    assert headers["X-Upwork-API-TenantId"] == "77"
    assert body["variables"] == {}
    assert "query Identity" in body["query"]


def test_first_page_is_asked_with_the_offset_upwork_insists_on(scripted):
    scripted.will_say({"data": {"marketplaceJobPostingsSearch": {"edges": []}}})

    _client(scripted.url).search_jobs(ANYTHING, page_size=30)

    assert scripted.asked[0][1]["variables"] == {"filter": {"pagination_eq": {"after": "0", "first": 30}}}


def test_nobody_listening_is_undelivered(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.OUTBOUND_PRIVATE_ALLOW = [f"127.0.0.1:{port}"]

    with pytest.raises(UndeliveredError, match="cannot be reached"):
        _client(f"http://127.0.0.1:{port}").search_jobs(ANYTHING)


def test_private_address_is_refused(scripted, settings):
    settings.OUTBOUND_PRIVATE_ALLOW = []

    with pytest.raises(OutboundRefusedError):
        _client(scripted.url).search_jobs(ANYTHING)

    assert scripted.asked == []


@pytest.mark.parametrize(("header", "wait"), (({}, 60), ({"Retry-After": "7"}, 7)))
def test_429_closes_the_address_for_every_connection(scripted, header, wait):
    scripted.will_say(Reply("Too Many Requests", status=429, headers=header))

    with pytest.raises(UndeliveredError) as first:
        _client(scripted.url).search_jobs(ANYTHING)
    with pytest.raises(OverBudgetError) as second:
        _client(scripted.url).identity()

    assert first.value.retry_after == wait
    assert 55 < second.value.retry_after <= 60
    assert len(scripted.asked) == 1


# The circuit breaker


def test_upwork_that_keeps_failing_is_left_alone_and_health_says_so(scripted):
    scripted.will_say(Reply("Bad Gateway", status=502))
    client = _client(scripted.url)
    for _number in range(5):
        with pytest.raises(AnswerLostError):
            client.search_jobs(ANYTHING)

    with pytest.raises(UndeliveredError, match="does not answer") as caught:
        client.search_jobs(ANYTHING)
    with pytest.raises(TemporaryError, match=scripted.url.removeprefix("http://")):
        selectors.check_health()

    assert len(scripted.asked) == 5
    assert 0 < caught.value.retry_after <= 30


def test_probe_that_succeeds_lets_everybody_in_again(scripted, valkey):
    for _number in range(5):
        BREAKER.failed()
    valkey.delete("breaker:upwork:open")
    scripted.will_say({"data": {"marketplaceJobPostingsSearch": {"edges": []}}})

    _client(scripted.url).search_jobs(ANYTHING)

    assert BREAKER.state() is Circuit.CLOSED
    selectors.check_health()


@pytest.mark.parametrize(
    "reply", (Reply({"message": "no"}, status=400), Reply(_failed("Authorization failed")), Reply("", status=429))
)
def test_refusals_do_not_open_the_breaker(scripted, valkey, reply):
    scripted.will_say(reply)
    for _number in range(6):
        valkey.delete("limit:upwork:address:closed")
        with pytest.raises((PermanentError, UndeliveredError)):
            _client(scripted.url).search_jobs(ANYTHING)

    assert (len(scripted.asked), BREAKER.state()) == (6, Circuit.CLOSED)


# Sending


@pytest.mark.parametrize(
    ("reply", "outcome"),
    (
        (Reply({"data": {"createJobProposal": {"newProposalId": "9", "error": None}}}), Submitted),
        (Reply({"data": {"createJobProposal": {"newProposalId": 9}}}), Submitted),
        (Reply({"data": {"createJobProposal": {"newProposalId": None, "error": "VJ-JA-6: closed"}}}), Refused),
        (Reply({"data": {"createJobProposal": {"newProposalId": None, "error": "VJ-JA-10: already"}}}), Unclear),
        (Reply({"data": {"createJobProposal": {"newProposalId": None, "error": None}}}), Unclear),
        (Reply({"data": {"createJobProposal": None}}), Unclear),
        (Reply({"data": {"createJobProposal": "odd"}}), Unclear),
        (Reply({"data": None}), Unclear),
        (Reply(_failed("Transform timeout")), Unclear),
        (Reply(_failed("Exception occurred")), Unclear),
        (Reply(_failed("Something new", "DataFetchingException")), Unclear),
        (Reply(_failed("Validation error", "ValidationError")), Refused),
        (Reply(_failed("Authorization failed")), NotAllowed),
        (HTML, Unclear),
        (Reply(DROP), Unclear),
        (Reply("Bad Gateway", status=502), Unclear),
        (Reply("Internal Server Error", status=500), Unclear),
        (Reply({"message": "no"}, status=400), Refused),
        (Reply(HTML.body, status=403), NotSent),
        (Reply("Too Many Requests", status=429), NotSent),
        (Reply("", status=401), Refused),
    ),
)
def test_sending_happens_once_and_its_outcome_is_a_value(scripted, reply, outcome):
    scripted.will_say(reply)

    result = _client(scripted.url).submit_proposal(SUBMISSION)

    assert type(result) is outcome
    assert len(scripted.asked) == 1


def test_sending_puts_the_ids_where_upwork_wants_them(scripted):
    scripted.will_say({"data": {"createJobProposal": {"newProposalId": "9"}}})
    submission = ProposalSubmission("3", "Hello", Decimal("62.50"), answers=(("Why?", "Because."),))

    _client(scripted.url).submit_proposal(submission)

    assert scripted.asked[0][1]["variables"]["input"] == {
        "selectedContractor": {"id": "1", "oDeskUserID": "ada"},
        "teamOrgId": "2",
        "jobReference": "3",
        "chargedAmount": 62.5,
        "coverLetter": "Hello",
        "questions": [{"question": "Why?", "answer": "Because."}],
    }


def test_sending_that_takes_too_long_is_unclear(sandbox, client_of_upwork, settings):
    settings.UPWORK_TIMEOUT_SECONDS = 0.2
    sandbox.control("faults", kind="slow", calls=1, seconds=1)

    assert isinstance(client_of_upwork.submit_proposal(SUBMISSION), Unclear)


def test_nothing_is_sent_to_a_closed_door(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.OUTBOUND_PRIVATE_ALLOW = [f"127.0.0.1:{port}"]

    assert isinstance(_client(f"http://127.0.0.1:{port}").submit_proposal(SUBMISSION), NotSent)


def test_used_up_budget_sends_nothing_and_says_when(scripted, settings):
    settings.UPWORK_PER_DAY = 1
    scripted.will_say({"data": {"marketplaceJobPostingsSearch": {"edges": []}}})
    _client(scripted.url).search_jobs(ANYTHING)

    result = _client(scripted.url).submit_proposal(SUBMISSION)

    assert isinstance(result, NotSent)
    assert result.retry_after > 80_000
    assert len(scripted.asked) == 1


def test_open_breaker_sends_nothing(scripted):
    for _number in range(5):
        BREAKER.failed()

    result = _client(scripted.url).submit_proposal(SUBMISSION)

    assert isinstance(result, NotSent)
    assert 0 < result.retry_after <= 30
    assert scripted.asked == []


def test_sending_without_an_organization_is_refused_before_anything_leaves(scripted):
    client = UpworkClient(_client(scripted.url).graph, me=Identity("1", "ada", "Ada", ""))

    result = client.submit_proposal(SUBMISSION)

    assert isinstance(result, Refused)
    assert scripted.asked == []


def test_proposal_whose_answer_was_lost_is_found_by_reading_back(sandbox, client_of_upwork):
    job = sandbox.control("jobs", title="Lost", description="An answer gets lost.", skills=["Django"], questions=[])
    sandbox.control("faults", kind="lost", calls=1, operation="createJobProposal")
    submission = ProposalSubmission(job["id"], "I have done this before, twice. " * 5, Decimal(50))

    result = client_of_upwork.submit_proposal(submission)
    found = client_of_upwork.find_proposal(job["id"])

    assert isinstance(result, Unclear)
    assert found.cover_letter == submission.cover_letter


def test_token_turned_away_at_sending_is_renewed_and_the_sending_left_to_the_next_try(sandbox, connection):
    """Never a second POST within one attempt, not even after a 401."""
    job = sandbox.control("jobs", title="Again", description="Work.", skills=["Django"], questions=[])
    submission = ProposalSubmission(job["id"], "I have done this before, twice. " * 5, Decimal(50))
    with sandbox.market.writing() as db:
        db.execute("DELETE FROM token WHERE kind = 'access'")
    client = services.client_for(connection.pk)

    first, second = client.submit_proposal(submission), client.submit_proposal(submission)

    assert isinstance(first, NotSent)
    assert isinstance(second, Submitted)


def test_token_endpoint_that_fails_before_sending_means_not_sent(scripted, settings, sandbox, connection):
    type(connection).objects.filter(pk=connection.pk).update(expires_at=connection.connected_at)
    settings.UPWORK_TOKEN_URL = f"{scripted.url}/token"
    settings.OUTBOUND_PRIVATE_ALLOW = [scripted.url.removeprefix("http://")]
    scripted.will_say(Reply("Bad Gateway", status=502))

    result = services.client_for(connection.pk).submit_proposal(SUBMISSION)

    assert isinstance(result, NotSent)
    assert [body.partition("=")[0] for _headers, body in scripted.asked] == ["grant_type"]
