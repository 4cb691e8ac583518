"""Every step of a proposal stands in the audit trail, and no letter does."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from apps.core.audit import Action
from apps.proposals import services
from apps.proposals.enums import SendState, Status
from apps.proposals.models import Proposal
from tests.proposals.factories import ProposalFactory
from tests.trail import entries, trail


def lines_of(owner):
    return [line for line in trail(owner) if line[0].startswith("proposal_")]


def test_approval_and_taking_it_back_are_written_down(draft, scope):
    services.approve_proposal(proposal_id=draft.pk, actor=scope)
    services.undo_approval(proposal_id=draft.pk, actor=scope)

    approved, undone = lines_of(scope)
    assert approved[0] == Action.PROPOSAL_APPROVED
    assert (approved[1], approved[2]["status"], approved[2]["currency"]) == ({"status": "draft"}, "approved", "USD")
    assert undone == (
        Action.PROPOSAL_UNDONE,
        {"status": "approved"},
        {"status": "draft", "note": "Approval taken back"},
    )


def test_sending_is_the_systems_act_and_names_the_proposal(draft, scope, market):
    services.approve_proposal(proposal_id=draft.pk, actor=scope)
    with time_machine.travel(timezone.now() + timedelta(seconds=11), tick=True):
        services.send_proposal(proposal_id=draft.pk)

    sent = next(entry for entry in entries(scope) if entry.action == Action.PROPOSAL_SENT)
    assert (sent.actor_id, sent.target, sent.target_id) == (None, "proposals.proposal", str(draft.public_id))


def test_refused_sending_says_why(draft, scope):
    services.approve_proposal(proposal_id=draft.pk, actor=scope)
    Proposal.objects.update(bid_amount=1)
    with time_machine.travel(timezone.now() + timedelta(seconds=11), tick=True):
        services.send_proposal(proposal_id=draft.pk)

    action, _before, after = lines_of(scope)[-1]
    assert (action, after["status"]) == (Action.PROPOSAL_FAILED, "draft")
    assert after["note"].startswith("The text differs")


def test_letter_sent_by_hand_and_its_outcome_are_written_down(scope):
    proposal = ProposalFactory(owner=scope, status=Status.APPROVED, send_state=SendState.BY_HAND)

    services.mark_sent(proposal_id=proposal.pk, actor=scope)
    services.move_proposal(proposal_id=proposal.pk, to=Status.HIRED, actor=scope, note="They called")

    assert lines_of(scope) == [
        (Action.PROPOSAL_SENT, {"status": "approved"}, {"status": "sent"}),
        (Action.PROPOSAL_MOVED, {"status": "sent"}, {"status": "hired", "note": "They called"}),
    ]


def test_letters_never_stand_in_the_trail(draft, scope):
    services.approve_proposal(proposal_id=draft.pk, actor=scope)

    assert draft.current_version.text[:30] not in str(trail(scope))
