"""The one attempt to send, and finding out what became of it when the answer was lost.

A row goes waiting → sending in one UPDATE that only one worker wins, before anything leaves the house. A
worker that dies after that leaves `sending` with an expired claim: that is an unclear answer like any other,
settled by reading back. Nothing is ever sent because something is unclear.
"""

import logging
from datetime import datetime, timedelta
from typing import Final, assert_never

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import claims
from apps.core.enums import Event
from apps.core.errors import PermanentError, TemporaryError
from apps.core.waits import jittered
from apps.notifications import services as notifications
from apps.proposals import selectors
from apps.proposals.enums import ChangeSource, SendState, SentVia
from apps.proposals.models import Approval, Proposal
from apps.proposals.rules import letter_hash
from apps.proposals.services.steps import (
    SENDING_FIELDS,
    announce,
    back_to_draft,
    lock_proposal,
    save_proposal,
    set_sent,
)
from apps.upwork import services as upwork
from apps.upwork.types import NotAllowed, NotSent, ProposalSubmission, Refused, SubmissionResult, Submitted, Unclear

logger = logging.getLogger(__name__)

FIRST_WAIT: Final = 15.0
LONGEST_WAIT: Final = 1800.0
MOST_DOUBLINGS: Final = 12  # far beyond the longest wait
GIVE_UP_AFTER: Final = timedelta(hours=24)
READ_BACKS: Final = 8  # after these it is the person who looks on Upwork
CLOCK_SKEW: Final = timedelta(minutes=10)  # Upwork's clock against ours
BATCH: Final = 500


def proposals_to_send() -> list[tuple[int, int]]:
    """(proposal, owner) of everything due: approved and over its undo, abandoned while sending, to be read back."""
    now = timezone.now()
    due = (
        Q(send_state=SendState.WAITING, send_after__lte=now)
        | Q(send_state=SendState.SENDING, claimed_until__lt=now)
        | (Q(send_state=SendState.UNCLEAR, check_at__lte=now) & claims.free())
    )
    return list(Proposal.objects.filter(due).order_by("pk").values_list("pk", "owner_id")[:BATCH])


def send_proposal(*, proposal_id: int) -> None:
    """Do what is due for one proposal; returns at once when another worker does it or nothing is due."""
    row = Proposal.objects.filter(pk=proposal_id)
    now = timezone.now()
    # the claim ran out: whoever held it is gone, and nobody knows how far it came
    row.filter(send_state=SendState.SENDING, claimed_until__lt=now).update(
        send_state=SendState.UNCLEAR,
        claimed_until=None,
        check_at=now,
        tries=0,
        error=_("The sending was interrupted. We look on Upwork whether it arrived."),
    )
    claimed = row.filter(send_state=SendState.WAITING, send_after__lte=now).update(
        send_state=SendState.SENDING, claimed_until=now + timedelta(seconds=claims.CLAIM_SECONDS)
    )
    if claimed:  # from here on a death is an unclear answer
        _send(row.select_related("job", "approved_version").get())
    elif claims.claim(row.filter(send_state=SendState.UNCLEAR, check_at__lte=now)):
        _read_back(row.select_related("job").get())


def _send(proposal: Proposal) -> None:
    result = _submit(proposal)
    with transaction.atomic():
        current = lock_proposal(proposal.pk)
        # an answer that comes after the letter was settled and approved anew belongs to the approval before
        is_ours = current.send_after == proposal.send_after
        if is_ours and current.send_state in {SendState.SENDING, SendState.UNCLEAR}:
            _apply(current, result)


def _submit(proposal: Proposal) -> SubmissionResult:
    """Hand the approved text to Upwork, if it still is the approved text."""
    version, bid = proposal.approved_version, proposal.bid_amount
    if version is None or bid is None or not _is_as_approved(proposal):
        logger.error("proposal %s differs from its approval", proposal.public_id)
        return Refused(_("The text differs from the one that was approved. Read it again and approve it."))
    way = selectors.way_of_sending(proposal)
    if way.connection is None:
        return Refused(_("Upwork is not connected. Connect it, or send the letter by hand."))
    submission = ProposalSubmission(
        job_upwork_id=proposal.job.upwork_id,
        cover_letter=version.text,
        amount=bid,
        answers=tuple((answer["question"], answer["answer"]) for answer in version.answers),
    )
    try:
        client = upwork.client_for(way.connection.pk)
    except TemporaryError as error:
        return NotSent(str(error), retry_after=error.retry_after)
    except PermanentError as error:
        return Refused(str(error))
    return client.submit_proposal(submission)


def _is_as_approved(proposal: Proposal) -> bool:
    version = proposal.approved_version
    approval = _approval_of(proposal)
    return (
        version is not None
        and approval is not None
        and approval.version_id == version.pk
        and approval.text_hash
        == letter_hash(text=version.text, answers=version.answers, bid=proposal.bid_amount, currency=proposal.currency)
    )


def _approval_of(proposal: Proposal) -> Approval | None:
    """The one that the present attempt stands on."""
    return proposal.approvals.order_by("-approved_at", "-pk").first()


def _apply(proposal: Proposal, result: SubmissionResult) -> None:
    match result:
        case Submitted(remote_id=remote_id):
            set_sent(proposal, via=SentVia.API, source=ChangeSource.SENDING, remote_id=remote_id)
        case Refused(reason=reason):
            _fail(proposal, reason)
        case NotAllowed():
            _leave_to_person(proposal)
        case NotSent(reason=reason) if _has_waited_enough(proposal):
            _fail(proposal, _("It could not be sent for a day: %(reason)s") % {"reason": reason})
        case NotSent(reason=reason, retry_after=retry_after):
            _wait(proposal, SendState.WAITING, reason, retry_after=retry_after)
        case Unclear(reason=reason):
            _wait(proposal, SendState.UNCLEAR, reason)
        case _:
            assert_never(result)


def _fail(proposal: Proposal, reason: str) -> None:
    back_to_draft(proposal, SendState.FAILED, source=ChangeSource.SENDING, note=reason, error=reason)
    _tell(proposal, "failed", gettext_lazy("Not sent"))


def _leave_to_person(proposal: Proposal) -> None:
    """The approval stands; what is left is the sending, and the key may not do it."""
    proposal.send_state, proposal.claimed_until, proposal.check_at = SendState.BY_HAND, None, None
    proposal.error = _("Your application key may not send proposals, so nothing was sent.")
    save_proposal(proposal, *SENDING_FIELDS)
    announce(proposal)
    _tell(proposal, "by-hand", gettext_lazy("To be sent by hand"))


def _has_waited_enough(proposal: Proposal) -> bool:
    approval = _approval_of(proposal)
    return approval is not None and approval.approved_at <= timezone.now() - GIVE_UP_AFTER


def _wait(proposal: Proposal, state: SendState, reason: str, *, retry_after: float | None = None) -> None:
    """Come back later: to send what certainly was not sent, or to read back what may have been."""
    if state != proposal.send_state and state == SendState.UNCLEAR:
        proposal.tries = 0
    next_time = timezone.now() + timedelta(seconds=max(_pause(proposal.tries), retry_after or 0))
    proposal.send_state, proposal.claimed_until, proposal.error = state, None, reason[:300]
    if state == SendState.WAITING:
        proposal.tries += 1
        proposal.send_after = next_time
    else:
        proposal.check_at = next_time
    save_proposal(proposal, *SENDING_FIELDS)
    announce(proposal)


def _pause(tries: int) -> float:
    """Growing and jittered, so that many rows do not come back together."""
    doubled = FIRST_WAIT * 2.0 ** min(tries, MOST_DOUBLINGS)
    return jittered(min(doubled, LONGEST_WAIT), least=0.8, most=1.2)


def _read_back(proposal: Proposal) -> None:
    """Ask Upwork whether the letter arrived. A few times in vain, and the person is asked to look."""
    way = selectors.way_of_sending(proposal)
    remote, trouble = None, ""
    if way.connection is None:
        trouble = _("Upwork is not connected, so nobody can look whether the letter arrived.")
    else:
        try:
            client = upwork.client_for(way.connection.pk)
            remote = client.find_proposal(proposal.job.upwork_id, sent_since=_sent_since(proposal))
        except (TemporaryError, PermanentError) as error:
            trouble = str(error)
    with transaction.atomic():
        current = lock_proposal(proposal.pk)
        # the person or a sync has settled it while we asked
        if current.send_state != SendState.UNCLEAR:
            return
        if remote is not None:
            note = _("Found on Upwork after an unclear answer")
            set_sent(
                current,
                via=SentVia.API,
                source=ChangeSource.SENDING,
                remote_id=remote.remote_id,
                at=remote.created_at,
                note=note,
            )
        else:
            _not_found(current, trouble)


def _sent_since(proposal: Proposal) -> datetime | None:
    """Nothing of ours left the house before the approval: an older proposal is not this letter."""
    approval = _approval_of(proposal)
    return approval.approved_at - CLOCK_SKEW if approval else None


def _not_found(proposal: Proposal, trouble: str) -> None:
    proposal.tries += 1
    _wait(proposal, SendState.UNCLEAR, trouble or _("Upwork does not show the letter yet. We look again."))
    if proposal.tries >= READ_BACKS:
        proposal.check_at = None
        unknown = _("Upwork could not be asked. Look there yourself, and say whether it was sent.")
        missing = _("Upwork does not show the letter. Look there yourself, and say whether it was sent.")
        proposal.error = unknown if trouble else missing
        save_proposal(proposal, "check_at", "error")
        _tell(proposal, "unclear", gettext_lazy("Unclear whether it was sent"))


def _tell(proposal: Proposal, what: str, status: Promise) -> None:
    """One message about one approval, however often this is reached."""
    notifications.notify(
        owner_id=proposal.owner_id,
        event=Event.PROPOSAL_STATUS,
        key=f"proposal:{proposal.public_id}:{what}:{proposal.approvals.count()}",
        **selectors.message_about(proposal, status),
    )
