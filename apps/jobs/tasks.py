"""Background work of the jobs room: ids in, nothing out, a second run does no harm."""

from celery import shared_task

from apps.core.enums import Queues


@shared_task(queue=Queues.SYNC)
def sync_due_searches() -> None:
    return


@shared_task(queue=Queues.SYNC)
def sync_search(*, search_id: int, owner_id: int) -> None:
    return


@shared_task(queue=Queues.MATCH)
def match(*, job_ids: list[int]) -> None:
    return


@shared_task(queue=Queues.MATCH)
def match_waiting() -> None:
    return


@shared_task(queue=Queues.SYNC)
def purge_expired() -> None:
    return
