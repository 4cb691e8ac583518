"""Background work of the jobs room: ids in, nothing out, a second run does no harm."""

import logging
from datetime import datetime

from celery import shared_task
from kombu.exceptions import OperationalError

from apps.core.enums import Queues
from apps.core.tenancy import owner_scope
from apps.jobs.services import match as match_services
from apps.jobs.services import purge, sync

log = logging.getLogger(__name__)
STALE_SECONDS = 60


@shared_task(queue=Queues.SYNC)
def sync_due_searches() -> None:
    sync.start_due_searches()


@shared_task(queue=Queues.SYNC)
def sync_search(*, search_id: int, owner_id: int) -> None:
    """Sync one saved search; returns at once when another worker holds it or it is not due."""
    with owner_scope(owner_id):
        sync.sync_search(search_id=search_id)


def nudge_sync(*, search_id: int, owner_id: int, due_at: datetime | None = None) -> None:
    """Ask for a sync, at the moment it falls due where that is known; beat finds what a lost nudge leaves."""
    try:
        sync_search.apply_async(
            kwargs={"search_id": search_id, "owner_id": owner_id},
            eta=due_at,
            expires=None if due_at else STALE_SECONDS,
        )
    except OperationalError:
        log.warning("no nudge for search %s: the broker does not answer", search_id)


@shared_task(queue=Queues.MATCH)
def match(*, job_ids: list[int]) -> None:
    match_services.match(job_ids=job_ids)


@shared_task(queue=Queues.MATCH)
def match_waiting() -> None:
    match_services.match_waiting()


@shared_task(queue=Queues.SYNC)
def purge_expired() -> None:
    purge.purge_expired()
