"""Background work of proposals: thin wrappers around the services."""

from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.conf import settings
from django.utils import translation

from apps.accounts.models import User
from apps.core.enums import Queues
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.proposals import services


@contextmanager
def _working_for(owner_id: int) -> Iterator[None]:
    """The scope of one person, and their language: what goes wrong is written on the row in words."""
    language = User.objects.values_list("language", flat=True).filter(pk=owner_id).first()
    with owner_scope(owner_id), translation.override(language or settings.LANGUAGE_CODE):
        yield


@shared_task(queue=Queues.AI)
def write_draft(*, proposal_id: int, owner_id: int) -> None:
    """Write the letter that was asked for; returns at once when another worker writes it."""
    with _working_for(owner_id):
        services.write_draft(proposal_id=proposal_id)


@shared_task(queue=Queues.AI)
def write_waiting() -> None:
    """Start the drafts that nobody writes, and take in those that are done."""
    with everyone_scope(Reason.SWEEP):
        waiting = services.drafts_to_write()
    for proposal_id, owner_id in waiting:
        write_draft.delay(proposal_id=proposal_id, owner_id=owner_id)


@shared_task(queue=Queues.SYNC)
def send_due() -> None:
    """Send what was approved and not taken back, and read back what is unclear."""
    with everyone_scope(Reason.SWEEP):
        due = services.proposals_to_send()
    for proposal_id, owner_id in due:
        send_proposal.delay(proposal_id=proposal_id, owner_id=owner_id)


@shared_task(queue=Queues.SYNC)
def send_proposal(*, proposal_id: int, owner_id: int) -> None:
    """Send one approved letter, once; or find out what became of one whose answer was lost."""
    with _working_for(owner_id):
        services.send_proposal(proposal_id=proposal_id)


@shared_task(queue=Queues.SYNC)
def sync_due_connections() -> None:
    """Look at Upwork for news of the proposals of everybody whose turn it is."""
    with everyone_scope(Reason.SWEEP):
        due = services.connections_to_sync()
    for connection_id, owner_id in due:
        sync_connection.delay(connection_id=connection_id, owner_id=owner_id)


@shared_task(queue=Queues.SYNC)
def sync_connection(*, connection_id: int, owner_id: int) -> None:
    """Bring one person's proposals up to what Upwork says of them."""
    with _working_for(owner_id):
        services.sync_connection(connection_id=connection_id)


@shared_task(queue=Queues.SYNC)
def forget_questions() -> None:
    """Take the words of screening questions out of drafts whose posting is gone."""
    with everyone_scope(Reason.RETENTION):
        services.forget_questions()
