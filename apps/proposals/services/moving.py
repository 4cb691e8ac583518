"""Steps that a person takes on the board."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.proposals.enums import ChangeSource, SendState, SentVia, Status
from apps.proposals.models import Proposal
from apps.proposals.rules import moves_by_hand
from apps.proposals.services.steps import (
    STATUS_FIELDS,
    back_to_draft,
    lock_proposal,
    record_step,
    save_proposal,
    set_sent,
)


@transaction.atomic
def move_proposal(*, proposal_id: int, to: Status, actor: User, note: str = "") -> Proposal:
    """Put a card where the person says it belongs; the second of two clicks changes nothing."""
    proposal = lock_proposal(proposal_id)
    if proposal.status == to:
        return proposal
    if to not in moves_by_hand(Status(proposal.status), was_sent=proposal.was_sent):
        raise DomainError(
            _("A proposal that is “%(old)s” cannot become “%(new)s”.")
            % {"old": proposal.get_status_display(), "new": to.label}
        )
    record_step(proposal, to, source=ChangeSource.PERSON, actor=actor, note=note)
    save_proposal(proposal, *STATUS_FIELDS)
    return proposal


@transaction.atomic
def mark_sent(*, proposal_id: int, actor: User) -> Proposal:
    """The person sent the approved letter on Upwork by hand, or found there that it had arrived."""
    proposal = lock_proposal(proposal_id)
    if proposal.was_sent:
        return proposal
    if proposal.status != Status.APPROVED or proposal.send_state not in {SendState.BY_HAND, SendState.UNCLEAR}:
        raise DomainError(_("Approve the letter first; then send it on Upwork and mark it as sent."))
    set_sent(proposal, via=SentVia.HAND, source=ChangeSource.PERSON, actor=actor)
    return proposal


@transaction.atomic
def mark_not_sent(*, proposal_id: int, actor: User) -> Proposal:
    """The person looked on Upwork and the letter is not there: back to drafting, to be approved anew."""
    proposal = lock_proposal(proposal_id)
    if proposal.status == Status.DRAFT:
        return proposal
    if proposal.send_state != SendState.UNCLEAR or not proposal.tries:
        raise DomainError(_("Wait until Bidwright has looked for the letter on Upwork."))
    back_to_draft(proposal, SendState.NONE, source=ChangeSource.PERSON, actor=actor, note=_("It is not on Upwork."))
    return proposal
