"""Background work of the outbox."""

from celery import shared_task

from apps.core.enums import Queues
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.notifications import outbox


@shared_task(queue=Queues.MAIL)
def deliver_waiting() -> None:
    """Find what is due, left behind or expired, for everybody."""
    with everyone_scope(Reason.SWEEP):
        outbox.deliver_waiting()


@shared_task(queue=Queues.MAIL)
def deliver(*, owner_id: int) -> None:
    """Send what is due to one person; a second run finds nothing left to do."""
    with owner_scope(owner_id):
        outbox.deliver(owner_id=owner_id)
