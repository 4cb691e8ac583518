"""Background work of the core."""

from celery import shared_task

from apps.core import policy_reports
from apps.core.enums import Queues


@shared_task(queue=Queues.SYNC)
def forget_policy_reports() -> None:
    """Remove what browsers have not reported for a while."""
    policy_reports.forget_old()
