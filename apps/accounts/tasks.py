"""Background work about people's data: thin wrappers around the services."""

from celery import shared_task

from apps.accounts.privacy import erasing, exporting, retaining
from apps.core.enums import Queues
from apps.core.tenancy import Reason, everyone_scope, owner_scope


@shared_task(queue=Queues.REPORTS)
def make_waiting_exports() -> None:
    """Start the archives that nobody makes, and delete those whose time is over."""
    with everyone_scope(Reason.SWEEP):
        waiting = exporting.exports_to_make()
        exporting.expire_exports()
    for export_id, owner_id in waiting:
        make_export.delay(export_id=export_id, owner_id=owner_id)


@shared_task(queue=Queues.REPORTS)
def make_export(*, export_id: int, owner_id: int) -> None:
    """Make one archive; returns at once when another worker makes it."""
    with owner_scope(owner_id):
        exporting.make_export(export_id=export_id)


@shared_task(queue=Queues.REPORTS)
def erase_due() -> None:
    """Warn those whose last day begins, and start erasing where the time to take it back is over."""
    with everyone_scope(Reason.SWEEP):
        due = erasing.care_for_erasures()
    for erasure_id, owner_id in due:
        erase_account.delay(erasure_id=erasure_id, owner_id=owner_id)


@shared_task(queue=Queues.REPORTS)
def erase_account(*, erasure_id: int, owner_id: int) -> None:
    """Erase one account; a second run finds nothing left to do."""
    with owner_scope(owner_id):
        erasing.erase(erasure_id=erasure_id)


@shared_task(queue=Queues.REPORTS)
def retain() -> None:
    """Let go of what has been kept long enough, of everybody."""
    with everyone_scope(Reason.RETENTION):
        retaining.retain()
