"""Reads of the trail. The rows are those of the owner in scope."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.audit.kinds import Kind
from apps.accounts.audit.models import AuditEntry
from apps.accounts.audit.wording import Line, line_of
from apps.core.audit import Action

PAGE: Final = 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asks for; the days are those of their own time zone."""

    kind: Kind | None = None
    since: date | None = None
    until: date | None = None

    @property
    def is_narrow(self) -> bool:
        return bool(self.kind or self.since or self.until)


@dataclass(frozen=True, slots=True)
class Page:
    """`older` is the cursor of the next page, 0 where there is none."""

    lines: list[Line]
    older: int


def page_of(owner_id: int, wanted: Wanted, *, before: int = 0) -> Page:
    """Newest first, from the cursor on: what happens meanwhile shifts nothing."""
    entries = _entries(owner_id, wanted)
    if before:
        entries = entries.filter(pk__lt=before)
    found = list(entries[: PAGE + 1])
    shown = found[:PAGE]
    return Page([line_of(entry, reader_id=owner_id) for entry in shown], shown[-1].pk if len(found) > PAGE else 0)


def password_changed_at(owner_id: int) -> datetime | None:
    """As far as the trail reaches back."""
    changes = [Action.PASSWORD_CHANGED, Action.PASSWORD_RESET]
    entries = AuditEntry.objects.filter(owner_id=owner_id, action__in=changes)
    changed_at: datetime | None = entries.order_by("-pk").values_list("at", flat=True).first()
    return changed_at


def every_line(owner_id: int, wanted: Wanted) -> Iterator[Line]:
    """For the export."""
    return (line_of(entry, reader_id=owner_id) for entry in _entries(owner_id, wanted).iterator())


def _entries(owner_id: int, wanted: Wanted) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.filter(owner_id=owner_id).select_related("detail")
    if wanted.kind:
        entries = entries.filter(action__in=wanted.kind.actions)
    if wanted.since:
        entries = entries.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        entries = entries.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
