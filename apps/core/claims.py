"""Claims: a row with `claimed_until` says that somebody works on it, and until when.

A claim is one UPDATE that must change exactly one row, so two workers never hold it together. A worker
that dies simply stops renewing; beat finds the expired claim and starts the work again.
"""

from datetime import timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

CLAIM_SECONDS: Final = 60


def free() -> Q:
    """The condition for rows that nobody holds."""
    return Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())


def claim(rows: QuerySet[Any], *, seconds: int = CLAIM_SECONDS) -> bool:
    """Take the one row of `rows`; False when another worker has it or it does not qualify."""
    return rows.filter(free()).update(claimed_until=timezone.now() + timedelta(seconds=seconds)) == 1


def renew(rows: QuerySet[Any], *, seconds: int = CLAIM_SECONDS) -> bool:
    """Hold on to the row for longer; False when it is gone."""
    return rows.update(claimed_until=timezone.now() + timedelta(seconds=seconds)) == 1


def release(rows: QuerySet[Any]) -> None:
    rows.update(claimed_until=None)
