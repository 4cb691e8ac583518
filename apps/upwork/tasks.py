"""Background work of the Upwork room."""

from celery import shared_task

from apps.core.enums import Queues
from apps.core.tenancy import owner_scope
from apps.upwork import services


@shared_task(queue=Queues.SYNC)
def refresh_connections() -> None:
    """Find the connections that need care and start one task for each."""
    for connection_id, owner_id in services.due_for_renewal():
        care_for_connection.delay(connection_id=connection_id, owner_id=owner_id)


@shared_task(queue=Queues.SYNC)
def care_for_connection(*, connection_id: int, owner_id: int) -> None:
    with owner_scope(owner_id):
        services.care_for(connection_id=connection_id)
