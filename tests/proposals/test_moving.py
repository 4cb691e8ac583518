"""Cards moved by hand."""

import pytest

from apps.core.errors import DomainError
from apps.core.tenancy import owner_scope
from apps.proposals import services
from apps.proposals.enums import ChangeSource, Status
from apps.proposals.models import Proposal, StatusChange
from tests.proposals.factories import ProposalFactory


@pytest.fixture
def move(scope):
    def move(proposal, to, note=""):
        return services.move_proposal(proposal_id=proposal.pk, to=to, actor=scope, note=note)

    return move


def test_move_is_written_into_the_history(scope, move):
    proposal = ProposalFactory(owner=scope, status="sent")

    move(proposal, Status.INTERVIEW, note="Call on Monday")

    change = StatusChange.objects.get()
    assert (change.from_status, change.to_status, change.note) == (Status.SENT, Status.INTERVIEW, "Call on Monday")
    assert (change.source, change.actor) == (ChangeSource.PERSON, scope)


def test_move_to_where_it_is_changes_nothing(scope, move):
    move(ProposalFactory(owner=scope, status="sent"), Status.SENT)

    assert not StatusChange.objects.exists()


def test_closing_and_opening_again_keeps_the_moment_right(scope, move):
    proposal = ProposalFactory(owner=scope, status="sent")

    assert move(proposal, Status.LOST).closed_at is not None
    assert move(proposal, Status.REPLIED).closed_at is None


def test_first_answer_is_remembered(scope, move):
    proposal = ProposalFactory(owner=scope, status="sent")
    replied_at = move(proposal, Status.REPLIED).replied_at

    assert move(proposal, Status.OFFER).replied_at == replied_at


@pytest.mark.parametrize(
    ("status", "to"),
    (
        ("draft", Status.SENT),
        ("draft", Status.APPROVED),
        ("draft", Status.HIRED),
        ("sent", Status.DRAFT),
        ("hired", Status.APPROVED),
    ),
)
def test_impossible_step_is_refused_in_words(scope, move, status, to):
    proposal = ProposalFactory(owner=scope, status=status)

    with pytest.raises(DomainError, match="cannot become"):
        move(proposal, to)

    assert Proposal.objects.get().status == status


def test_draft_is_set_aside_and_taken_up_again(scope, move):
    proposal = ProposalFactory(owner=scope)

    assert move(proposal, Status.WITHDRAWN).closed_at is not None
    assert move(proposal, Status.DRAFT).is_editable


@pytest.mark.django_db(transaction=True)
def test_other_pages_hear_of_the_move(owner, frames):
    proposal = ProposalFactory(owner=owner, status="sent")
    with owner_scope(owner.pk):
        services.move_proposal(proposal_id=proposal.pk, to=Status.REPLIED, actor=owner)

    assert frames(owner) == [{"event": "proposal_status", "id": str(proposal.public_id), "status": "replied"}]


@pytest.mark.parametrize("status", ("sent", "draft", "approved"))
def test_stranger_moves_nothing(owner, stranger, status):
    extra = {"send_state": "by_hand"} if status == "approved" else {}
    proposal = ProposalFactory(owner=owner, status=status, **extra)

    with owner_scope(stranger.pk):
        for service in (services.mark_sent, services.undo_approval, services.approve_proposal, services.rewrite_letter):
            with pytest.raises(Proposal.DoesNotExist):
                service(proposal_id=proposal.pk, actor=stranger)
