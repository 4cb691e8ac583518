"""Two at once, with real threads on real rows: whoever wins, the story stays true."""

import itertools
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection as database
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.errors import DomainError
from apps.core.tenancy import owner_scope
from apps.notifications.models import Delivery
from apps.proposals import services, tasks
from apps.proposals.enums import SendState, Status
from apps.proposals.models import Proposal, StatusChange, Version
from apps.upwork.models import Connection
from tests.proposals.conftest import letters_sent
from tests.proposals.factories import LETTER, ProposalFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(owner, *actions):
    """Do all of it at the same moment, each as the owner; returns what was refused."""
    ready, refused = threading.Barrier(len(actions)), []

    def run(action):
        with owner_scope(owner.pk):
            ready.wait()
            try:
                action()
            except DomainError as error:
                refused.append(str(error))
        database.close()

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def wait_for_waiters(number):
    """Until so many others stand in line for a row that we hold."""
    for _ in range(500):
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the same picture for ever
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= number:
                return
        time.sleep(0.02)
    raise AssertionError("nobody came to wait")


@contextmanager
def in_line(owner, proposal, *forms):
    """Post the forms of the page, (name, data), in this order while we hold the proposal; gives the answers."""
    threads, answers = [], {}

    def post(name, data):
        client = Client()
        client.force_login(owner)
        address = reverse(f"proposals:{name}", args=[proposal.public_id])
        answers[name] = client.post(address, data, headers={"X-Autosave": "1"}).status_code
        database.close()

    with owner_scope(owner.pk), transaction.atomic():
        Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
        for number, form in enumerate(forms, 1):
            threads.append(threading.Thread(target=post, args=form))
            threads[-1].start()
            wait_for_waiters(number)
        yield answers
    for thread in threads:
        thread.join()


@pytest.fixture
def approved(owner, draft, settings):
    settings.SEND_UNDO_SECONDS = 0
    with owner_scope(owner.pk):
        services.approve_proposal(proposal_id=draft.pk, actor=owner)
    return draft


@pytest.mark.parametrize("round_", range(3))
def test_sending_and_syncing_at_once(owner, approved, market, connection, round_):
    together(
        owner,
        lambda: tasks.send_proposal(proposal_id=approved.pk, owner_id=owner.pk),
        lambda: tasks.sync_connection(connection_id=connection.pk, owner_id=owner.pk),
        lambda: tasks.send_proposal(proposal_id=approved.pk, owner_id=owner.pk),
    )

    with owner_scope(owner.pk):
        assert Proposal.objects.get().status == Status.SENT
        assert StatusChange.objects.filter(to_status=Status.SENT).count() == 1
    assert letters_sent(market, approved) == 1


def test_two_syncs_write_one_history_and_one_message(owner, approved, market, connection):
    tasks.send_proposal(proposal_id=approved.pk, owner_id=owner.pk)
    with owner_scope(owner.pk):
        sent = Proposal.objects.get()
        Connection.objects.update(proposals_due_at=None)
    market.control("reactions", proposal=sent.remote_id, action="view")

    sync = lambda: tasks.sync_connection(connection_id=connection.pk, owner_id=owner.pk)  # noqa: E731 said three times
    together(owner, sync, sync, sync)

    with owner_scope(owner.pk):
        assert StatusChange.objects.filter(to_status=Status.VIEWED).count() == 1
        assert Delivery.objects.filter(channel="inpage").count() == 1


def test_reading_back_against_the_person_who_looked(owner, approved, market):
    market.control("faults", kind="lost", operation="createJobProposal")
    tasks.send_proposal(proposal_id=approved.pk, owner_id=owner.pk)
    with owner_scope(owner.pk):
        Proposal.objects.update(check_at=timezone.now())

    together(
        owner,
        lambda: tasks.send_proposal(proposal_id=approved.pk, owner_id=owner.pk),
        lambda: services.mark_sent(proposal_id=approved.pk, actor=owner),
    )

    with owner_scope(owner.pk):
        assert Proposal.objects.get().send_state == SendState.SENT
        assert StatusChange.objects.filter(to_status=Status.SENT).count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_edit_against_approval_approves_what_is_current(owner, draft, settings, round_):
    settings.SEND_UNDO_SECONDS = 60
    with owner_scope(owner.pk):
        base = draft.current_version.stamp

    def edit():
        services.save_edit(proposal_id=draft.pk, typed=services.Typed("Edited meanwhile.", [], base), actor=owner)

    refused = together(owner, edit, lambda: services.approve_proposal(proposal_id=draft.pk, actor=owner))

    with owner_scope(owner.pk):
        proposal = Proposal.objects.select_related("approved_version", "current_version").get()
        approval = proposal.approvals.select_related("version").get()
    assert proposal.status == Status.APPROVED
    assert approval.version == proposal.approved_version == proposal.current_version
    assert (proposal.approved_version.text == "Edited meanwhile.") is not bool(refused)


def test_undo_twice_at_once_is_one_step(owner, approved):
    with owner_scope(owner.pk):
        Proposal.objects.update(send_after=timezone.now() + timedelta(minutes=1))
    undo = lambda: services.undo_approval(proposal_id=approved.pk, actor=owner)  # noqa: E731 said twice

    assert together(owner, undo, undo) == []

    with owner_scope(owner.pk):
        assert StatusChange.objects.filter(to_status=Status.DRAFT).count() == 1


def test_moves_at_once_make_a_history_without_gaps(owner):
    proposal = ProposalFactory(owner=owner, status="sent")

    def move(to):
        return lambda: services.move_proposal(proposal_id=proposal.pk, to=to, actor=owner)

    together(owner, move(Status.REPLIED), move(Status.INTERVIEW), move(Status.HIRED))

    with owner_scope(owner.pk):
        steps = list(StatusChange.objects.order_by("pk").values_list("from_status", "to_status"))
        assert steps[0][0] == Status.SENT
        assert all(earlier[1] == later[0] for earlier, later in itertools.pairwise(steps))
        assert Proposal.objects.get().status == steps[-1][1]


def test_many_edits_at_once_get_numbers_of_their_own(owner, draft):
    with owner_scope(owner.pk):
        Version.objects.update(created_at=timezone.now() - timedelta(minutes=5))
        base = Version.objects.get().stamp

    def edit(number):
        return lambda: services.save_edit(
            proposal_id=draft.pk, typed=services.Typed(f"Text {number}", [], base, f"tab{number}"), actor=owner
        )

    together(owner, *(edit(number) for number in range(4)))

    with owner_scope(owner.pk):
        numbers = sorted(Version.objects.values_list("number", flat=True))
        texts = set(Version.objects.values_list("text", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert texts == {f"Text {number}" for number in range(4)} | ({LETTER} if len(texts) == 5 else set())


def test_rewrite_clicked_many_times_asks_once(owner, draft, writer):
    from apps.ai.models import Generation

    rewrite = lambda: services.rewrite_letter(proposal_id=draft.pk, actor=owner)  # noqa: E731 said three times
    together(owner, rewrite, rewrite, rewrite)

    with owner_scope(owner.pk):
        assert Generation.objects.count() == 1


def test_older_text_of_an_autosave_does_not_slip_in_before_the_approval(owner, draft):
    with owner_scope(owner.pk):
        form = {"base": draft.current_version.stamp, "tab": "mine", "bid": "62"}

    with in_line(
        owner, draft, ("approve", form | {"text": "What I see now."}), ("save", form | {"text": "What I"})
    ) as answers:
        pass

    with owner_scope(owner.pk):
        proposal = Proposal.objects.select_related("approved_version").get()
    assert proposal.approved_version.text == "What I see now."
    assert answers == {"approve": 302, "save": 409}


def test_rewrite_of_a_letter_that_was_approved_meanwhile_is_refused_on_the_page(owner, draft):
    with owner_scope(owner.pk):
        form = {"base": draft.current_version.stamp, "text": "Changed too late.", "bid": "62"}

    with in_line(owner, draft, ("rewrite", form)) as answers:
        services.approve_proposal(proposal_id=draft.pk, actor=owner)

    assert answers == {"rewrite": 409}
