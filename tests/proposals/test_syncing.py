"""What the client does on Upwork moves the card: forward, once, and told once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.notifications.models import Delivery
from apps.proposals import services, tasks
from apps.proposals.enums import ChangeSource, SendState, SentVia, Status
from apps.proposals.models import Proposal, StatusChange
from apps.proposals.services.syncing import apply_remote
from apps.upwork.models import Connection
from apps.upwork.sandbox.market.history import Sent
from apps.upwork.types import RemoteProposal
from tests.jobs.factories import JobFactory
from tests.proposals.factories import ProposalFactory

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def remote(proposal, **changes):
    plain = RemoteProposal(
        remote_id="77",
        job_upwork_id=proposal.job.upwork_id,
        status="ACCEPTED",
        reason="",
        viewed=False,
        cover_letter="",
        rate=Decimal(62),
        created_at=MOMENT,
        modified_at=None,
    )
    return replace(plain, **changes)


@pytest.fixture
def sent(draft, scope, settings):
    """A letter that the marketplace has."""
    settings.SEND_UNDO_SECONDS = 0
    services.approve_proposal(proposal_id=draft.pk, actor=scope)
    services.send_proposal(proposal_id=draft.pk)
    draft.refresh_from_db()
    return draft


def sync(connection):
    Connection.objects.update(proposals_due_at=None)
    services.sync_connection(connection_id=connection.pk)


@pytest.mark.parametrize(
    ("actions", "status"),
    (
        (["view"], Status.VIEWED),
        (["view", "reply"], Status.REPLIED),
        (["view", "reply", "offer"], Status.OFFER),
        (["view", "reply", "offer", "hire"], Status.HIRED),
        (["view", "decline"], Status.LOST),
    ),
)
def test_steps_of_the_client_reach_the_board(sent, market, connection, actions, status):
    for action in actions:
        market.control("reactions", proposal=sent.remote_id, action=action)

    sync(connection)

    sent.refresh_from_db()
    assert sent.status == status
    assert StatusChange.objects.last().source == ChangeSource.SYNC


def test_every_step_between_two_syncs_is_one_line_of_history(sent, market, connection):
    market.control("reactions", proposal=sent.remote_id, action="view")
    sync(connection)
    market.control("reactions", proposal=sent.remote_id, action="reply")
    sync(connection)
    sync(connection)

    steps = [change.to_status for change in StatusChange.objects.all()]
    assert steps == [Status.APPROVED, Status.SENT, Status.VIEWED, Status.REPLIED]


def test_moments_of_the_way_are_kept(sent, market, connection):
    market.control("reactions", proposal=sent.remote_id, action="reply")

    sync(connection)

    sent.refresh_from_db()
    assert sent.viewed_at is not None
    assert sent.replied_at == sent.moved_at
    assert sent.closed_at is None


def test_each_step_is_told_once(sent, market, connection, scope):
    market.control("reactions", proposal=sent.remote_id, action="view")
    for _ in range(3):
        sync(connection)

    told = Delivery.objects.get(channel="inpage")
    assert told.context["status"] == "Viewed"
    assert told.context["id"] == str(sent.public_id)


def test_reason_of_a_refusal_is_kept_as_note(sent, market, connection):
    market.control("reactions", proposal=sent.remote_id, action="decline")

    sync(connection)

    assert StatusChange.objects.last().note


def test_connection_remembers_when_it_was_read_and_when_it_is_due(sent, connection, settings):
    sync(connection)

    connection.refresh_from_db()
    assert connection.claimed_until is None
    assert connection.proposals_synced_at is not None
    assert connection.proposals_due_at > timezone.now() + timedelta(seconds=settings.UPWORK_POLL_SECONDS - 5)


def test_second_worker_leaves_a_claimed_connection_alone(sent, market, connection):
    market.control("reactions", proposal=sent.remote_id, action="view")
    Connection.objects.update(claimed_until=timezone.now() + timedelta(seconds=30))

    services.sync_connection(connection_id=connection.pk)

    assert Proposal.objects.get().status == Status.SENT


def requests_for_proposals(market):
    """How many requests with lists of proposals the marketplace answered."""
    return market.ledger()["counters"].get("api_vendorProposals", 0)


def test_task_of_a_connection_that_was_just_read_asks_nobody(sent, market, connection):
    sync(connection)
    before = requests_for_proposals(market)

    services.sync_connection(connection_id=connection.pk)

    assert requests_for_proposals(market) == before


@pytest.mark.parametrize(("days", "more"), ((0, False), (120, True)))
def test_first_sync_reads_back_to_the_oldest_open_proposal_and_no_further(sent, market, connection, days, more):
    Proposal.objects.update(created_at=timezone.now() - timedelta(days=days))
    long_ago_ms = market.market.now_ms - 90 * 86_400_000
    market.market.import_history([Sent("Long ago.", 5000, long_ago_ms + number) for number in range(45)])
    market.control("reactions", proposal=sent.remote_id, action="view")
    before = requests_for_proposals(market)

    sync(connection)

    assert (requests_for_proposals(market) - before > 1) is more
    assert Proposal.objects.get().status == Status.VIEWED


@pytest.mark.parametrize("fault", ("500", "html", "429", "revoke"))
def test_trouble_changes_nothing_and_comes_again(sent, market, connection, fault):
    market.control("faults", kind=fault, operation="vendorProposals")

    sync(connection)

    connection.refresh_from_db()
    assert connection.claimed_until is None
    assert connection.proposals_due_at > timezone.now()
    assert Proposal.objects.get().status == Status.SENT


def test_due_are_those_who_wait_for_something(sent, connection, stranger):
    with everyone_scope(Reason.SWEEP):
        assert services.connections_to_sync() == [(connection.pk, connection.owner_id)]

        Proposal.objects.update(status=Status.HIRED)
        assert services.connections_to_sync() == []


@pytest.mark.parametrize(
    ("state", "due"),
    (
        ({"proposals_due_at": timezone.now() + timedelta(hours=1)}, False),
        ({"proposals_due_at": timezone.now() - timedelta(hours=1)}, True),
        ({"claimed_until": timezone.now() + timedelta(hours=1)}, False),
        ({"state": "reconnect"}, False),
        ({"capabilities": {"proposals": False}}, False),
        ({"capabilities": {"proposals": None}}, True),
        ({"capabilities": {}}, True),
    ),
)
def test_connection_is_due(sent, connection, state, due):
    Connection.objects.update(**({"proposals_due_at": None} | state))

    with everyone_scope(Reason.SWEEP):
        assert bool(services.connections_to_sync()) is due


def test_tasks_carry_it_out(sent, market, connection, valkey):
    market.control("reactions", proposal=sent.remote_id, action="view")
    tasks.sync_due_connections()
    with owner_scope(None):
        tasks.sync_connection(connection_id=connection.pk, owner_id=connection.owner_id)

    assert valkey.llen("sync") >= 1
    assert Proposal.objects.get().status == Status.VIEWED


@pytest.mark.parametrize("status", (Status.INTERVIEW, Status.HIRED, Status.LOST, Status.WITHDRAWN))
def test_sync_never_goes_back(scope, status):
    proposal = ProposalFactory(owner=scope, status=status)

    apply_remote([remote(proposal, viewed=True)])

    assert Proposal.objects.get().status == status
    assert not StatusChange.objects.exists()


def test_unknown_word_of_upwork_changes_nothing(scope):
    proposal = ProposalFactory(owner=scope, status="sent")

    apply_remote([remote(proposal, status="BRAND_NEW")])

    assert Proposal.objects.get().status == Status.SENT


def test_letter_sent_on_upwork_by_hand_is_found(scope):
    proposal = ProposalFactory(owner=scope)

    apply_remote([remote(proposal, viewed=True)])

    proposal.refresh_from_db()
    assert (proposal.status, proposal.sent_via, proposal.remote_id) == (Status.VIEWED, SentVia.HAND, "77")
    assert proposal.sent_at == MOMENT
    assert [change.to_status for change in StatusChange.objects.all()] == [Status.SENT, Status.VIEWED]


def test_title_of_a_letter_without_an_own_copy_is_told_for_a_time_only(scope):
    until = timezone.now() + timedelta(hours=2)
    proposal = ProposalFactory(owner=scope, job=JobFactory(title="Their words", content_expires_at=until))

    apply_remote([remote(proposal, viewed=True)])

    told = Delivery.objects.filter(channel="inpage").get()
    assert "title" not in told.context
    assert (told.content, told.content_expires_at) == ({"title": "Their words"}, until)


def test_letter_found_on_upwork_is_not_sent_a_second_time(scope):
    proposal = ProposalFactory(owner=scope, status="approved", send_state="waiting", send_after=timezone.now())

    apply_remote([remote(proposal)])
    services.send_proposal(proposal_id=proposal.pk)

    assert Proposal.objects.get().send_state == SendState.SENT
    assert Proposal.objects.get().sent_via == SentVia.HAND


def test_unclear_letter_is_settled_by_the_sync_too(scope):
    proposal = ProposalFactory(owner=scope, status="approved", send_state="unclear", send_after=timezone.now())

    apply_remote([remote(proposal)])

    proposal.refresh_from_db()
    assert (proposal.status, proposal.sent_via, proposal.check_at) == (Status.SENT, SentVia.API, None)


def test_letter_on_its_way_is_left_to_its_sender(scope):
    soon = timezone.now() + timedelta(seconds=30)
    proposal = ProposalFactory(
        owner=scope, status="approved", send_state="sending", send_after=soon, claimed_until=soon
    )

    apply_remote([remote(proposal)])

    assert Proposal.objects.get().send_state == SendState.SENDING


@pytest.mark.parametrize("word", ("ARCHIVED", "WITHDRAWN", "DECLINED"))
def test_old_proposal_of_the_same_job_does_not_close_a_draft(scope, word):
    proposal = ProposalFactory(owner=scope)

    apply_remote([remote(proposal, status=word)])

    assert Proposal.objects.get().status == Status.DRAFT


def test_newest_of_two_proposals_for_a_job_counts(scope):
    proposal = ProposalFactory(owner=scope)
    withdrawn = remote(proposal, remote_id="70", status="WITHDRAWN", created_at=MOMENT - timedelta(days=1))

    apply_remote([remote(proposal), withdrawn])

    assert Proposal.objects.get().remote_id == "77"


def test_our_own_proposal_counts_where_two_exist(scope):
    proposal = ProposalFactory(owner=scope, status="sent", remote_id="70")
    ours = remote(proposal, remote_id="70", viewed=True, created_at=MOMENT - timedelta(days=1))

    apply_remote([ours, remote(proposal, status="HIRED")])

    assert Proposal.objects.get().status == Status.VIEWED


def test_proposals_never_drafted_here_are_left_alone(scope):
    ProposalFactory(owner=scope, status="sent")
    elsewhere = ProposalFactory.build(job=JobFactory())

    apply_remote([remote(elsewhere, status="HIRED")])

    assert Proposal.objects.get().status == Status.SENT


def test_sync_touches_nobody_elses_proposals(scope, stranger):
    job = JobFactory(source="sandbox")
    ours, theirs = (
        ProposalFactory(owner=scope, job=job, status="sent"),
        ProposalFactory(owner=stranger, job=job, status="sent"),
    )

    apply_remote([remote(ours, viewed=True)])

    with owner_scope(stranger.pk):
        assert Proposal.objects.get(pk=theirs.pk).status == Status.SENT
