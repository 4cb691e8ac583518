"""The one way a proposal is locked, takes a step, and becomes sent or unsent."""

from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core import audit, realtime
from apps.core.audit import Action
from apps.core.enums import Event
from apps.proposals.enums import ChangeSource, SendState, SentVia, Status
from apps.proposals.models import Proposal, StatusChange
from apps.proposals.rules import ANSWERED, CLOSED

STATUS_FIELDS: Final = ("status", "moved_at", "viewed_at", "replied_at", "closed_at")
SENDING_FIELDS: Final = (
    *("send_state", "send_after", "claimed_until", "check_at", "tries", "error"),
    *("approved_version", "sent_at", "sent_via", "remote_id"),
)


def lock_proposal(proposal_id: int) -> Proposal:
    """The row, held until the transaction ends: what is read here may be decided on.

    Alone and without joins: rows joined to one that had to be waited for are those of before the wait.
    """
    return Proposal.objects.select_for_update(no_key=True).get(pk=proposal_id)


def save_proposal(proposal: Proposal, *fields: str) -> None:
    proposal.save(update_fields=[*fields, "updated_at"])


def record_step(
    proposal: Proposal,
    to: Status,
    *,
    source: ChangeSource,
    actor: User | None = None,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Take a step and write it down; the caller holds the row and saves it with `STATUS_FIELDS`."""
    at = at or timezone.now()
    StatusChange.objects.create(
        owner_id=proposal.owner_id,
        proposal=proposal,
        from_status=proposal.status,
        to_status=to,
        source=source,
        actor=actor,
        note=note[:300],
        at=at,
    )
    _audit(proposal, to, source=source, note=note)
    proposal.status, proposal.moved_at = to, at
    if to == Status.VIEWED or to in ANSWERED:
        proposal.viewed_at = proposal.viewed_at or at
    if to in ANSWERED:
        proposal.replied_at = proposal.replied_at or at
    # a client who comes back opens it again
    proposal.closed_at = at if to in CLOSED else None
    announce(proposal)


def _audit(proposal: Proposal, to: Status, *, source: ChangeSource, note: str) -> None:
    after: dict[str, object] = {"status": to}
    if to == Status.APPROVED:
        after |= {"bid_amount": proposal.bid_amount, "currency": proposal.currency}
    audit.record(
        action=_action_of(to, source),
        owner_id=proposal.owner_id,
        target=proposal,
        before={"status": proposal.status},
        after=after | ({"note": note} if note else {}),
    )


def _action_of(to: Status, source: ChangeSource) -> Action:
    match to, source:
        case Status.APPROVED, _:
            return Action.PROPOSAL_APPROVED
        case Status.SENT, _:
            return Action.PROPOSAL_SENT
        case Status.DRAFT, ChangeSource.PERSON:
            return Action.PROPOSAL_UNDONE
        case Status.DRAFT, _:
            return Action.PROPOSAL_FAILED
        case _:
            return Action.PROPOSAL_MOVED


def set_sent(
    proposal: Proposal,
    *,
    via: SentVia,
    source: ChangeSource,
    actor: User | None = None,
    remote_id: str = "",
    at: datetime | None = None,
    note: str = "",
) -> None:
    """It is with the client: whatever was still to be done about sending is done."""
    record_step(proposal, Status.SENT, source=source, actor=actor, note=note, at=at)
    proposal.sent_at, proposal.sent_via, proposal.remote_id = proposal.moved_at, via, remote_id
    proposal.send_state, proposal.claimed_until, proposal.check_at, proposal.error = SendState.SENT, None, None, ""
    save_proposal(proposal, *STATUS_FIELDS, *SENDING_FIELDS)


def back_to_draft(
    proposal: Proposal,
    state: SendState,
    *,
    source: ChangeSource,
    actor: User | None = None,
    note: str = "",
    error: str = "",
) -> None:
    """Nothing was sent and nothing will be, until the person approves anew: that ends the own copy of the posting."""
    record_step(proposal, Status.DRAFT, source=source, actor=actor, note=note)
    proposal.send_state, proposal.error, proposal.approved_version = state, error[:300], None
    proposal.send_after = proposal.claimed_until = proposal.check_at = None
    proposal.tries = 0
    proposal.title, proposal.job_facts = "", {}
    save_proposal(proposal, *STATUS_FIELDS, *SENDING_FIELDS, "title", "job_facts")


def announce(proposal: Proposal) -> None:
    """Tell the person's open pages, once the change is in."""
    tell = partial(
        realtime.publish,
        owner_id=proposal.owner_id,
        event=Event.PROPOSAL_STATUS,
        id=str(proposal.public_id),
        status=str(proposal.status),
    )
    transaction.on_commit(tell, robust=True)
