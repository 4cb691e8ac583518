"""A person says yes: what stands in the way, what is frozen, how it is taken back."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db import connection as database
from django.utils import timezone

from apps.accounts.models import Profile
from apps.core.errors import DomainError
from apps.core.tenancy import owner_scope
from apps.jobs.models import Job
from apps.proposals import selectors, services
from apps.proposals.enums import SendState, Status
from apps.proposals.models import Approval, Proposal, StatusChange, Version
from apps.proposals.rules import letter_hash
from apps.upwork.models import Connection
from tests.jobs.factories import JobFactory
from tests.proposals.conftest import QUESTIONS
from tests.proposals.factories import GenerationFactory, ProposalFactory


def approve(proposal, actor):
    return services.approve_proposal(proposal_id=proposal.pk, actor=actor)


def labels(proposal):
    return [blocker.label for blocker in selectors.what_blocks(proposal, selectors.way_of_sending(proposal))]


def test_approval_freezes_text_bid_person_and_moment(draft, scope):
    approve(draft, scope)

    approval = Approval.objects.get()
    assert approval.version == draft.current_version
    assert approval.approved_by == scope
    assert approval.text_hash == letter_hash(
        text=draft.current_version.text, answers=[], bid=draft.bid_amount, currency="USD"
    )


def test_approved_letter_waits_for_the_undo(draft, scope, settings):
    settings.SEND_UNDO_SECONDS = 10

    proposal = approve(draft, scope)

    assert (proposal.status, proposal.send_state) == (Status.APPROVED, SendState.WAITING)
    assert proposal.send_after == Approval.objects.get().approved_at + timedelta(seconds=10)


def test_approval_takes_the_persons_own_copy_of_the_job(draft, scope):
    approve(draft, scope)
    Job.objects.update(
        title="", description="", skills=[], questions=[], search_vector=None, content_purged_at=timezone.now()
    )

    proposal = Proposal.objects.get()
    assert selectors.title_of(proposal, is_gone=True) == "Django developer to speed up our checkout"
    assert proposal.job_facts["skills"] == ["Django", "PostgreSQL", "HTMX"]


def test_title_of_a_draft_goes_with_the_posting(draft, scope):
    Job.objects.update(
        title="", description="", skills=[], questions=[], search_vector=None, content_purged_at=timezone.now()
    )

    assert selectors.title_of(Proposal.objects.get(), is_gone=True) == "A job whose posting is gone"


@pytest.mark.django_db(transaction=True)
def test_double_click_on_approve_is_one_approval(owner, draft):
    ready = threading.Barrier(4)

    def click():
        with owner_scope(owner.pk):
            ready.wait()
            services.approve_proposal(proposal_id=draft.pk, actor=owner)
        database.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    with owner_scope(owner.pk):
        assert Approval.objects.count() == 1
        assert StatusChange.objects.count() == 1


@pytest.mark.parametrize("text", ("", "   \n"))
def test_empty_letter_is_not_approved(scope, connection, text):
    proposal = ProposalFactory(owner=scope, text=text)

    with pytest.raises(DomainError, match="The letter is empty"):
        approve(proposal, scope)

    assert Approval.objects.count() == 0


def test_letter_longer_than_upwork_takes_is_not_approved(scope, connection):
    proposal = ProposalFactory(owner=scope, text="x" * 5001)

    with pytest.raises(DomainError, match="5001 characters"):
        approve(proposal, scope)


def test_open_questions_block(scope, connection):
    proposal = ProposalFactory(
        owner=scope,
        job=JobFactory(source="sandbox", questions=list(QUESTIONS)),
        answers=[{"question": QUESTIONS[0], "answer": "5.2"}, {"question": QUESTIONS[1], "answer": " "}],
    )

    assert labels(proposal) == ["Answer 1 question to send"]
    with pytest.raises(DomainError, match="1 screening question"):
        approve(proposal, scope)


def test_bid_is_needed(scope, connection):
    proposal = ProposalFactory(owner=scope, bid_amount=None)

    assert labels(proposal) == ["Set a bid to send"]


def test_letter_being_written_blocks(scope, connection):
    proposal = ProposalFactory(owner=scope, generation=GenerationFactory(owner=scope))

    assert labels(proposal) == ["Being written"]


def test_untouched_text_of_the_sandbox_never_goes_to_the_real_upwork(scope, connection):
    proposal = ProposalFactory(owner=scope)
    Version.objects.update(source="ai", author=None, generation=GenerationFactory(owner=scope), is_sandbox=True)
    proposal.refresh_from_db()
    assert labels(proposal) == []

    Connection.objects.update(is_sandbox=False)

    assert labels(proposal) == ["Edit the letter to send"]


def test_everything_that_blocks_is_named_at_once(scope, connection):
    job = JobFactory(source="sandbox", questions=list(QUESTIONS))
    proposal = ProposalFactory(owner=scope, job=job, text="", bid_amount=None)

    assert labels(proposal) == [
        "Write the letter to send",
        "Answer 2 questions to send",
        "Set a bid to send",
    ]


def test_without_a_connection_the_letter_is_sent_by_hand(scope):
    proposal = approve(ProposalFactory(owner=scope), scope)

    assert (proposal.status, proposal.send_state) == (Status.APPROVED, SendState.BY_HAND)


@pytest.mark.parametrize("obstacle", ("forbidden", "other market", "own job"))
def test_what_the_connection_cannot_send_is_sent_by_hand(scope, connection, obstacle):
    job = {"forbidden": JobFactory, "other market": JobFactory, "own job": JobFactory}[obstacle](
        source={"other market": "api", "own job": "pasted"}.get(obstacle, "sandbox")
    )
    if obstacle == "forbidden":
        Connection.objects.update(capabilities={"submit": False})

    assert approve(ProposalFactory(owner=scope, job=job), scope).send_state == SendState.BY_HAND


def test_key_that_was_never_tried_may_send(scope, connection):
    Connection.objects.update(capabilities={"submit": None})

    assert approve(ProposalFactory(owner=scope), scope).send_state == SendState.WAITING


def test_undo_takes_everything_back(draft, scope):
    approve(draft, scope)

    proposal = services.undo_approval(proposal_id=draft.pk, actor=scope)

    assert (proposal.status, proposal.send_state, proposal.send_after) == (Status.DRAFT, SendState.NONE, None)
    assert proposal.approved_version is None
    assert [change.to_status for change in StatusChange.objects.all()] == ["approved", "draft"]


def test_undo_ends_the_own_copy_of_the_posting(draft, scope):
    approve(draft, scope)
    assert Proposal.objects.get().title

    services.undo_approval(proposal_id=draft.pk, actor=scope)

    proposal = Proposal.objects.get()
    assert (proposal.title, proposal.job_facts) == ("", {})


def test_answers_whose_questions_went_with_the_posting_are_sent_by_hand(scope, connection):
    answers = [{"question": question, "answer": "Yes."} for question in QUESTIONS]
    job = JobFactory(source="sandbox", questions=list(QUESTIONS), content_expires_at=timezone.now())

    assert approve(ProposalFactory(owner=scope, job=job, answers=answers), scope).send_state == SendState.BY_HAND


def test_second_undo_is_harmless(draft, scope):
    approve(draft, scope)
    for _ in range(2):
        services.undo_approval(proposal_id=draft.pk, actor=scope)

    assert StatusChange.objects.count() == 2


@pytest.mark.parametrize("state", ("sending", "unclear"))
def test_undo_comes_too_late_once_sending_began(scope, state):
    proposal = ProposalFactory(
        owner=scope,
        status="approved",
        send_state=state,
        send_after=timezone.now(),
        claimed_until=timezone.now() + timedelta(minutes=1),
    )

    with pytest.raises(DomainError, match="too late"):
        services.undo_approval(proposal_id=proposal.pk, actor=scope)


def test_sent_letter_is_not_approved_again(scope):
    with pytest.raises(DomainError, match="sent already"):
        approve(ProposalFactory(owner=scope, status="sent"), scope)


def test_approval_leaves_a_trail_that_the_database_keeps(draft, scope):
    approve(draft, scope)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Approval.objects.update(text_hash="0" * 64)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        StatusChange.objects.update(note="It was different.")


def test_erasing_a_person_takes_the_trail_along(draft, scope):
    approve(draft, scope)

    scope.delete()

    assert not Proposal.objects.exists()
    assert not Approval.objects.exists()
    assert not Profile.objects.exists()
