"""What Upwork says of a person's proposals, brought into the pipeline: forward only, each step told once."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q
from django.utils import timezone

from apps.core import claims
from apps.core.enums import Event
from apps.core.errors import PermanentError, TemporaryError
from apps.notifications import services as notifications
from apps.proposals import selectors
from apps.proposals.enums import ChangeSource, SendState, SentVia, Status
from apps.proposals.models import Proposal
from apps.proposals.rules import CLOSED, is_forward, remote_status
from apps.proposals.services.steps import STATUS_FIELDS, lock_proposal, record_step, save_proposal, set_sent
from apps.upwork import policy
from apps.upwork import services as upwork
from apps.upwork.enums import Capability, ConnectionState
from apps.upwork.models import Connection
from apps.upwork.types import RemoteProposal

logger = logging.getLogger(__name__)

AFTER_TROUBLE: Final = 300.0
# Upwork's lists lag behind and its clock is not ours
LOOK_BACK: Final = timedelta(days=1)
BATCH: Final = 500


def connections_to_sync() -> list[tuple[int, int]]:
    """(connection, owner) of all whose turn it is and who wait for something."""
    rows = Connection.objects.filter(_is_due(), claims.free(), state=ConnectionState.CONNECTED)
    open_ones = Proposal.objects.filter(owner_id=OuterRef("owner_id")).exclude(status__in=CLOSED)
    allowed = rows.filter(Exists(open_ones)).exclude(capabilities__contains={Capability.PROPOSALS.value: False})
    return list(allowed.order_by("pk").values_list("pk", "owner_id")[:BATCH])


def sync_connection(*, connection_id: int) -> None:
    """Bring the proposals of one connection up to date; returns at once when another worker does, or has done."""
    row = Connection.objects.filter(pk=connection_id, state=ConnectionState.CONNECTED)
    if not claims.claim(row.filter(_is_due())):
        return
    connection = row.get()
    since = _known_until(connection) - LOOK_BACK
    wait, done = float(policy.least_poll_seconds()), {}
    try:
        apply_remote(upwork.client_for(connection_id).list_proposals(changed_since=since))
        done = {"proposals_synced_at": timezone.now()}
    except TemporaryError as error:
        logger.info("proposals of connection %s wait: %s", connection_id, error)
        wait = max(wait, error.retry_after or 0)
    except PermanentError as error:
        logger.warning("proposals of connection %s cannot be read: %s", connection_id, error)
        # it will not cure itself, but a person may cure it any minute
        wait = AFTER_TROUBLE
    due_at = timezone.now() + timedelta(seconds=wait)
    # another account may have been connected meanwhile, whose proposals nobody has read
    Connection.objects.filter(pk=connection_id, connected_at=connection.connected_at).update(
        claimed_until=None, proposals_due_at=due_at, **done
    )


def _is_due() -> Q:
    return Q(proposals_due_at=None) | Q(proposals_due_at__lte=timezone.now())


def _known_until(connection: Connection) -> datetime:
    """Up to when we know the news; before the first sync, the beginning of the oldest proposal that waits for some."""
    if connection.proposals_synced_at:
        return connection.proposals_synced_at
    waiting = Proposal.objects.filter(owner_id=connection.owner_id).exclude(status__in=CLOSED)
    first = waiting.aggregate(first=Min("created_at"))["first"]
    return first or timezone.now()


def apply_remote(remotes: Iterable[RemoteProposal]) -> None:
    """Take over what changed. Proposals that were never drafted here stay Upwork's affair."""
    by_age = sorted(remotes, key=lambda remote: remote.created_at)
    by_id = {remote.remote_id: remote for remote in by_age}
    newest = {remote.job_upwork_id: remote for remote in by_age}  # a withdrawn one may stand beside it
    for proposal in Proposal.objects.filter(job__upwork_id__in=newest).select_related("job"):
        remote = by_id.get(proposal.remote_id) or newest[proposal.job.upwork_id]
        if _wants(proposal, remote) is not None:
            _take_over(proposal.pk, remote)


def _wants(proposal: Proposal, remote: RemoteProposal) -> Status | None:
    """The status that this news leads to, or None when it is no news. A letter on its way is left to its sender."""
    if proposal.send_state == SendState.SENDING or (proposal.remote_id and proposal.remote_id != remote.remote_id):
        return None
    status = remote_status(remote.status, viewed=remote.viewed)
    old = Status(proposal.status)
    if status is None or not is_forward(old, status):
        return None
    # an older proposal for the same job, closed long ago, says nothing about a draft
    if not proposal.was_sent and status in {Status.LOST, Status.WITHDRAWN}:
        return None
    return status


@transaction.atomic
def _take_over(proposal_id: int, remote: RemoteProposal) -> None:
    # asked again under the lock: a person or the sender may have moved it since
    proposal = lock_proposal(proposal_id)
    status = _wants(proposal, remote)
    if status is None:
        return
    if not proposal.was_sent:
        via = SentVia.API if proposal.send_state == SendState.UNCLEAR else SentVia.HAND
        set_sent(proposal, via=via, source=ChangeSource.SYNC, remote_id=remote.remote_id, at=remote.created_at)
    if status != Status.SENT:
        at = _not_before(proposal.moved_at, remote.modified_at or timezone.now())
        record_step(proposal, status, source=ChangeSource.SYNC, note=remote.reason, at=at)
    proposal.remote_id = remote.remote_id
    save_proposal(proposal, *STATUS_FIELDS, "remote_id")
    notifications.notify(
        owner_id=proposal.owner_id,
        event=Event.PROPOSAL_STATUS,
        key=f"proposal:{proposal.public_id}:{status}",
        **selectors.message_about(proposal, status.label),
    )


def _not_before(earliest: datetime, at: datetime) -> datetime:
    return max(earliest, at)
