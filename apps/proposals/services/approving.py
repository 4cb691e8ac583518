"""A person says yes to a text, and may take it back for a moment."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.proposals import facts, selectors, tasks
from apps.proposals.enums import ChangeSource, SendState, Status
from apps.proposals.models import Approval, Proposal
from apps.proposals.rules import letter_hash
from apps.proposals.services.editing import Saved, Typed, save_edit, set_bid
from apps.proposals.services.steps import (
    SENDING_FIELDS,
    STATUS_FIELDS,
    back_to_draft,
    lock_proposal,
    record_step,
    save_proposal,
)


def save_and_approve(*, proposal_id: int, typed: Typed, bid: Decimal | None, actor: User) -> Saved:
    """Save what a person typed and approve exactly that, under one lock: no autosave comes in between.

    What was saved stays saved when the approval is refused. A conflict approves nothing.
    """
    refusal: DomainError | None = None
    with transaction.atomic():
        lock_proposal(proposal_id)
        saved = save_edit(proposal_id=proposal_id, typed=typed, actor=actor)
        set_bid(proposal_id=proposal_id, amount=bid, actor=actor)
        if not saved.is_conflict:
            try:
                approve_proposal(proposal_id=proposal_id, actor=actor)
            except DomainError as error:  # raised again below, when the text is in
                refusal = error
    if refusal is not None:
        raise refusal
    return saved


@transaction.atomic
def approve_proposal(*, proposal_id: int, actor: User) -> Proposal:
    """Freeze the current version; it is sent once `send_after` has passed and nobody took it back.

    The second of two clicks finds it approved and changes nothing.
    """
    proposal = lock_proposal(proposal_id)
    if proposal.status == Status.APPROVED:
        return proposal
    if proposal.status != Status.DRAFT:
        raise DomainError(_("This letter has been sent already."))
    way = selectors.way_of_sending(proposal)
    # the first is said here; the page lists them all
    for blocker in selectors.what_blocks(proposal, way):
        raise DomainError(blocker.text)
    approval = _write_approval(proposal, actor)
    record_step(proposal, Status.APPROVED, source=ChangeSource.PERSON, actor=actor)
    _keep_copy(proposal)
    proposal.approved_version, proposal.error, proposal.tries = approval.version, "", 0
    proposal.send_state = SendState.WAITING if way.is_direct else SendState.BY_HAND
    proposal.send_after = approval.approved_at + timedelta(seconds=settings.SEND_UNDO_SECONDS)
    save_proposal(proposal, *STATUS_FIELDS, *SENDING_FIELDS, "title", "job_facts")
    if way.is_direct:
        nudge = partial(
            tasks.send_proposal.apply_async,
            kwargs={"proposal_id": proposal.pk, "owner_id": proposal.owner_id},
            # a comfort alone: a countdown may be lost, and then beat finds the row when it is due
            countdown=settings.SEND_UNDO_SECONDS,
        )
        transaction.on_commit(nudge, robust=True)
    return proposal


@transaction.atomic
def undo_approval(*, proposal_id: int, actor: User) -> Proposal:
    """Take the approval back while nobody has begun to send; harmless when it was taken back before."""
    proposal = lock_proposal(proposal_id)
    if proposal.status == Status.DRAFT:
        return proposal
    if proposal.send_state not in {SendState.WAITING, SendState.BY_HAND}:
        raise DomainError(_("It is too late to undo: the letter is on its way."))
    back_to_draft(proposal, SendState.NONE, source=ChangeSource.PERSON, actor=actor, note=_("Approval taken back"))
    return proposal


def _keep_copy(proposal: Proposal) -> None:
    """The job as it was approved for, if it may still be read."""
    if not selectors.is_content_gone(proposal):
        proposal.title, proposal.job_facts = proposal.job.title, facts.copy_of_job(proposal.job)


def _write_approval(proposal: Proposal, actor: User) -> Approval:
    version = proposal.current_version
    if version is None or proposal.bid_amount is None:
        raise DomainError(_("There is no letter to approve yet."))
    return Approval.objects.create(
        owner_id=proposal.owner_id,
        proposal=proposal,
        version=version,
        text_hash=letter_hash(
            text=version.text, answers=version.answers, bid=proposal.bid_amount, currency=proposal.currency
        ),
        bid_amount=proposal.bid_amount,
        currency=proposal.currency,
        approved_by=actor,
        approved_at=timezone.now(),
    )
