"""One approved letter is sent once, whatever happens on the way; the marketplace counts what it got."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone

from apps.core.errors import DomainError
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.notifications.models import Delivery
from apps.proposals import services, tasks
from apps.proposals.enums import ChangeSource, SendState, SentVia, Status
from apps.proposals.models import Proposal, StatusChange, Version
from apps.upwork import services as upwork
from apps.upwork.enums import Capability
from apps.upwork.models import Connection
from apps.upwork.sandbox.market.history import Sent
from tests.proposals.conftest import QUESTIONS, letters_sent
from tests.proposals.factories import ProposalFactory
from tests.upwork.conftest import connect


@pytest.fixture
def approved(draft, scope):
    services.approve_proposal(proposal_id=draft.pk, actor=scope)
    return draft


@pytest.fixture
def later():
    """Let time pass for the product; in the marketplace no job closes meanwhile."""
    with time_machine.travel(timezone.now(), tick=True) as clock:
        yield lambda seconds: clock.shift(timedelta(seconds=seconds))


def send(proposal):
    services.send_proposal(proposal_id=proposal.pk)
    proposal.refresh_from_db()
    return proposal


def test_letter_goes_out_when_the_undo_is_over(approved, market, later):
    later(11)

    proposal = send(approved)

    assert (proposal.status, proposal.send_state, proposal.sent_via) == (Status.SENT, SendState.SENT, SentVia.API)
    assert proposal.sent_at is not None
    assert letters_sent(market, proposal) == 1
    assert proposal.remote_id in {str(row["id"]) for row in market.ledger()["proposals"]}


def test_letter_stays_while_it_can_be_undone(approved, market, later):
    later(5)

    assert send(approved).send_state == SendState.WAITING
    assert letters_sent(market, approved) == 0


def test_client_gets_letter_bid_and_answers_as_approved(scope, connection, post_job, later):
    answers = [{"question": question, "answer": f"Answer to {question}"} for question in QUESTIONS]
    proposal = ProposalFactory(owner=scope, job=post_job(questions=QUESTIONS), answers=answers)
    services.approve_proposal(proposal_id=proposal.pk, actor=scope)
    later(11)
    send(proposal)

    remote = upwork.client_for(connection.pk).find_proposal(proposal.job.upwork_id)

    assert remote.cover_letter == proposal.approved_version.text
    assert remote.rate == proposal.bid_amount


def test_second_run_sends_nothing(approved, market, later):
    later(11)
    for _ in range(3):
        send(approved)

    assert letters_sent(market, approved) == 1


@pytest.mark.django_db(transaction=True)
def test_many_workers_send_one_letter(owner, draft, market, settings):
    settings.SEND_UNDO_SECONDS = 0
    with owner_scope(owner.pk):
        services.approve_proposal(proposal_id=draft.pk, actor=owner)
    ready = threading.Barrier(6)

    def worker():
        ready.wait()
        tasks.send_proposal(proposal_id=draft.pk, owner_id=owner.pk)
        database.close()

    workers = [threading.Thread(target=worker) for _ in range(6)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join()

    assert letters_sent(market, draft) == 1
    with owner_scope(owner.pk):
        assert Proposal.objects.get().status == Status.SENT


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(4))
def test_undo_against_sending_has_one_winner(owner, draft, market, settings, round_):
    settings.SEND_UNDO_SECONDS = 0
    with owner_scope(owner.pk):
        services.approve_proposal(proposal_id=draft.pk, actor=owner)
    ready, refused = threading.Barrier(2), []

    def undo():
        with owner_scope(owner.pk):
            ready.wait()
            try:
                services.undo_approval(proposal_id=draft.pk, actor=owner)
            except DomainError as error:
                refused.append(error)
        database.close()

    thread = threading.Thread(target=undo)
    thread.start()
    ready.wait()
    tasks.send_proposal(proposal_id=draft.pk, owner_id=owner.pk)
    thread.join()

    with owner_scope(owner.pk):
        status = Proposal.objects.get().status
    assert (status, letters_sent(market, draft)) == ((Status.SENT, 1) if refused else (Status.DRAFT, 0))


def test_letter_that_was_undone_is_never_sent(approved, scope, market, later):
    services.undo_approval(proposal_id=approved.pk, actor=scope)
    later(60)

    send(approved)

    assert letters_sent(market, approved) == 0


@pytest.mark.parametrize("change", ("text", "answers", "bid"))
def test_text_that_differs_from_the_approval_is_not_sent(approved, market, later, change):
    if change == "bid":
        Proposal.objects.update(bid_amount=1)
    else:
        Version.objects.update(
            **{"text": {"text": "Other"}, "answers": {"answers": [{"question": "?", "answer": "!"}]}}[change]
        )
    later(11)

    proposal = send(approved)

    assert (proposal.status, proposal.send_state) == (Status.DRAFT, SendState.FAILED)
    assert "differs" in proposal.error
    assert letters_sent(market, approved) == 0


def test_lost_answer_is_unclear_and_reading_back_settles_it(approved, market, later):
    market.control("faults", kind="lost", operation="createJobProposal")
    later(11)
    assert send(approved).send_state == SendState.UNCLEAR
    assert approved.status == Status.APPROVED
    later(30)

    proposal = send(approved)

    assert (proposal.status, proposal.send_state) == (Status.SENT, SendState.SENT)
    assert letters_sent(market, proposal) == 1
    assert StatusChange.objects.last().note == "Found on Upwork after an unclear answer"


def test_unclear_letter_that_never_arrived_is_never_sent_again(approved, market, later):
    market.control("faults", kind="500", operation="createJobProposal")
    later(11)
    send(approved)
    for _ in range(10):
        later(4000)
        send(approved)

    assert approved.send_state == SendState.UNCLEAR
    assert approved.check_at is None
    assert "Look there yourself" in approved.error
    assert letters_sent(market, approved) == 0


@pytest.mark.parametrize(
    ("age", "outcome"), ((400 * 86400, "sent"), (3600, "replied"), (60, "withdrawn"), (60, "archived"))
)
def test_older_proposal_for_the_job_is_not_taken_for_the_letter(approved, market, later, age, outcome):
    sent_ms = market.market.now_ms - age * 1000
    market.market.import_history([Sent("Old words.", 5000, sent_ms, outcome, job_id=int(approved.job.upwork_id))])
    market.control("faults", kind="500", operation="createJobProposal")
    later(11)
    send(approved)
    later(30)

    proposal = send(approved)

    assert (proposal.status, proposal.send_state) == (Status.APPROVED, SendState.UNCLEAR)
    assert proposal.tries == 1
    assert proposal.remote_id == ""


def test_person_is_told_once_that_it_stays_unclear(approved, market, later):
    market.control("faults", kind="500", operation="createJobProposal")
    later(11)
    for _ in range(12):
        send(approved)
        later(4000)

    assert Delivery.objects.filter(channel="inpage").count() == 1


def test_person_is_not_told_of_a_look_that_never_came_about(approved, market, later):
    market.control("faults", kind="500", operation="createJobProposal")
    later(11)
    send(approved)
    Connection.objects.update(state="disconnected")
    for _ in range(8):
        later(4000)
        proposal = send(approved)

    assert proposal.error == "Upwork could not be asked. Look there yourself, and say whether it was sent."


def test_waits_between_looks_grow(approved, market, later):
    market.control("faults", kind="500", operation="createJobProposal")
    later(11)
    waits = []
    for _ in range(5):
        send(approved)
        waits.append((approved.check_at - timezone.now()).total_seconds())
        later(waits[-1] + 1)

    assert waits == sorted(waits)
    assert waits[-1] > 5 * waits[0]


def test_upwork_down_while_reading_back_only_delays(approved, market, later):
    market.control("faults", kind="lost", operation="createJobProposal")
    later(11)
    send(approved)
    market.control("faults", kind="500", operation="vendorProposals")
    later(30)
    assert send(approved).send_state == SendState.UNCLEAR
    later(120)

    assert send(approved).status == Status.SENT
    assert letters_sent(market, approved) == 1


@pytest.mark.parametrize("arrived", (True, False))
def test_worker_killed_while_sending_is_found_and_read_back(approved, market, later, connection, arrived):
    later(11)
    Proposal.objects.update(send_state=SendState.SENDING, claimed_until=timezone.now() + timedelta(seconds=60))
    if arrived:
        proposal = Proposal.objects.select_related("job", "approved_version").get()
        from apps.proposals.services import sending

        assert sending._submit(proposal).remote_id
    assert send(approved).send_state == SendState.SENDING
    later(61)
    with everyone_scope(Reason.SWEEP):
        assert services.proposals_to_send() == [(approved.pk, approved.owner_id)]
    send(approved)

    assert (approved.send_state == SendState.SENT) is arrived
    assert letters_sent(market, approved) == arrived


def test_late_answer_of_a_slow_worker_still_counts(approved, market, later):
    from apps.proposals.services import sending

    later(11)
    Proposal.objects.update(send_state=SendState.SENDING, claimed_until=timezone.now() + timedelta(seconds=60))
    slow = Proposal.objects.select_related("job", "approved_version").get()
    Proposal.objects.update(send_state=SendState.UNCLEAR, claimed_until=None)

    sending._send(slow)

    assert Proposal.objects.get().status == Status.SENT


def test_refusal_brings_the_letter_back_with_the_reason(approved, market, later, scope):
    market.market.close_job(int(approved.job.upwork_id))
    later(11)

    proposal = send(approved)

    assert (proposal.status, proposal.send_state) == (Status.DRAFT, SendState.FAILED)
    assert proposal.error.startswith("Upwork refused")
    assert proposal.current_version.text
    assert Delivery.objects.filter(channel="inpage", context__status="Not sent").count() == 1


def test_letter_can_be_approved_again_after_a_refusal(approved, market, later, scope):
    market.market.close_job(int(approved.job.upwork_id))
    later(11)
    send(approved)

    services.approve_proposal(proposal_id=approved.pk, actor=scope)

    assert Proposal.objects.get().send_state == SendState.WAITING
    assert approved.approvals.count() == 2


def test_full_budget_delays_and_then_sends(approved, market, later, settings):
    settings.UPWORK_PROPOSALS_PER_HOUR = 0
    later(11)
    proposal = send(approved)
    assert (proposal.send_state, proposal.status) == (SendState.WAITING, Status.APPROVED)
    assert proposal.error
    settings.UPWORK_PROPOSALS_PER_HOUR = 100
    later(3700)

    assert send(approved).status == Status.SENT, approved.error
    assert letters_sent(market, approved) == 1


def test_letter_that_waited_very_often_still_waits(approved, later, settings):
    settings.UPWORK_PROPOSALS_PER_HOUR = 0
    Proposal.objects.update(tries=5000)
    later(11)

    proposal = send(approved)

    assert (proposal.send_state, proposal.tries) == (SendState.WAITING, 5001)
    assert proposal.send_after > timezone.now()


def test_letter_that_could_not_leave_for_a_day_is_a_draft_again(approved, market, later, settings):
    settings.UPWORK_PROPOSALS_PER_HOUR = 0
    later(11)
    send(approved)
    later(24 * 3600)

    proposal = send(approved)

    assert (proposal.status, proposal.send_state, proposal.send_after) == (Status.DRAFT, SendState.FAILED, None)
    assert proposal.error.startswith("It could not be sent for a day: ")
    assert letters_sent(market, approved) == 0
    assert Delivery.objects.filter(channel="inpage", context__status="Not sent").count() == 1


def test_delayed_letter_can_still_be_taken_back(approved, market, later, settings, scope):
    settings.UPWORK_PROPOSALS_PER_HOUR = 0
    later(11)
    send(approved)

    services.undo_approval(proposal_id=approved.pk, actor=scope)

    assert Proposal.objects.get().status == Status.DRAFT


def test_connection_that_is_gone_stops_the_letter(approved, market, later):
    Connection.objects.update(state="disconnected")
    later(11)

    proposal = send(approved)

    assert (proposal.status, proposal.send_state) == (Status.DRAFT, SendState.FAILED)
    assert "not connected" in proposal.error


def test_unclear_letter_waits_while_upwork_is_not_connected(approved, market, later):
    market.control("faults", kind="lost", operation="createJobProposal")
    later(11)
    send(approved)
    Connection.objects.update(state="disconnected")
    later(30)

    proposal = send(approved)

    assert proposal.send_state == SendState.UNCLEAR
    assert "nobody can look" in proposal.error


def test_permission_that_ended_brings_the_letter_back(approved, market, later):
    market.control("faults", kind="revoke", operation="createJobProposal")
    market.control("faults", kind="revoke", operation="token", calls=5)
    later(11)

    proposal = send(approved)

    assert proposal.send_state in {SendState.FAILED, SendState.WAITING}
    assert proposal.error
    assert letters_sent(market, approved) == 0


def test_key_that_may_not_send_leaves_the_approved_letter_to_the_person(owner, market, post_job, later):
    with owner_scope(owner.pk):
        reader = connect(market, owner, profile="reader")
        draft = ProposalFactory(owner=owner, job=post_job())
        services.approve_proposal(proposal_id=draft.pk, actor=owner)
        draft.refresh_from_db()
        version = draft.approved_version
        later(11)

        proposal = send(draft)
        reader.refresh_from_db()

        assert (proposal.status, proposal.send_state) == (Status.APPROVED, SendState.BY_HAND)
        assert (proposal.approved_version, proposal.approvals.count()) == (version, 1)
        assert proposal.title
        assert not reader.may(Capability.SUBMIT)
        assert Delivery.objects.filter(key__contains=":by-hand:").exists()
        assert letters_sent(market, proposal) == 0
        assert services.mark_sent(proposal_id=proposal.pk, actor=owner).sent_via == SentVia.HAND


def test_page_says_why_the_letter_is_left_to_the_person(owner, market, post_job, later, page):
    with owner_scope(owner.pk):
        connect(market, owner, profile="reader")
        draft = ProposalFactory(owner=owner, job=post_job())
        services.approve_proposal(proposal_id=draft.pk, actor=owner)
        later(11)
        send(draft)

    shown = page(draft)

    assert "may not send proposals, so nothing was sent" in shown
    assert "Send it on Upwork yourself" in shown
    assert "createJobProposal" not in shown


def test_letter_sent_by_hand_is_marked_by_the_person(scope):
    proposal = ProposalFactory(owner=scope)
    services.approve_proposal(proposal_id=proposal.pk, actor=scope)

    for _ in range(2):
        proposal = services.mark_sent(proposal_id=proposal.pk, actor=scope)

    assert (proposal.status, proposal.sent_via) == (Status.SENT, SentVia.HAND)
    assert StatusChange.objects.filter(to_status=Status.SENT).count() == 1
    assert StatusChange.objects.last().source == ChangeSource.PERSON


@pytest.mark.parametrize("state", ("waiting", "sending"))
def test_letter_on_its_way_is_not_marked_by_hand(scope, state):
    later = timezone.now() + timedelta(minutes=1)
    proposal = ProposalFactory(owner=scope, status="approved", send_state=state, send_after=later, claimed_until=later)

    with pytest.raises(DomainError, match="Approve the letter first"):
        services.mark_sent(proposal_id=proposal.pk, actor=scope)


def test_unclear_letter_can_be_settled_by_the_person_who_looked(scope):
    unclear = {"status": "approved", "send_state": "unclear", "send_after": timezone.now()}
    there, missing = ProposalFactory(owner=scope, **unclear), ProposalFactory(owner=scope, tries=1, **unclear)

    assert services.mark_sent(proposal_id=there.pk, actor=scope).status == Status.SENT
    assert services.mark_not_sent(proposal_id=missing.pk, actor=scope).status == Status.DRAFT


def test_nobody_says_not_sent_before_upwork_was_asked(scope):
    proposal = ProposalFactory(owner=scope, status="approved", send_state="unclear", send_after=timezone.now())

    with pytest.raises(DomainError, match="Wait until"):
        services.mark_not_sent(proposal_id=proposal.pk, actor=scope)


def test_sweep_finds_only_what_is_due(scope, valkey):
    now = timezone.now()
    due = ProposalFactory(owner=scope, status="approved", send_state="waiting", send_after=now)
    ProposalFactory(owner=scope, status="approved", send_state="waiting", send_after=now + timedelta(seconds=9))
    ProposalFactory(owner=scope, status="approved", send_state="by_hand", send_after=now)
    ProposalFactory(owner=scope)
    with everyone_scope(Reason.SWEEP):
        assert services.proposals_to_send() == [(due.pk, scope.pk)]

    tasks.send_due()

    assert valkey.llen("sync") == 1


def test_reason_is_written_in_the_language_of_the_person(approved, market, later, scope):
    from django.utils import translation

    scope.language = "uk"
    scope.save(update_fields=["language"])
    later(11)
    seen = []
    with owner_scope(None), tasks._working_for(scope.pk):
        seen.append(translation.get_language())

    assert seen == ["uk"]
