"""The feed: one page of the person's matches by keyset, whatever the filters, in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from apps.jobs import text
from apps.jobs.enums import Kind
from apps.jobs.models import Match, SavedSearch

PAGE: Final = 25
FEW_PROPOSALS: Final = 10
COUNT_NO_FURTHER: Final = 100
NEWEST, BEST = "newest", "best"
COLUMNS: Final = (
    "pk", "score", "posted_at", "opened_at", "saved_at", "hidden_at", "purged_at", "job__public_id", "job__title",
    "job__kind", "job__hourly_min", "job__hourly_max", "job__fixed_budget", "job__currency", "job__workload", "job__duration",
    "job__experience", "job__client_spent", "job__client_rating", "job__client_verified", "job__client_country",
    "job__applicants", "job__content_purged_at", "job__source",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFilter:
    """What the address of the feed says; every field is optional there."""

    q: str = ""
    score: int = 0
    kind: str = ""
    verified: bool = False
    few: bool = False
    saved: bool = False
    hidden: bool = False
    unread: bool = False
    search: UUID | None = None
    sort: str = NEWEST

    @property
    def is_narrow(self) -> bool:
        return self != FeedFilter(sort=self.sort)

    def query(self, **changed: object) -> str:
        """The address's query string for these filters, with some of them changed."""
        given = {name: getattr(self, name) for name in self.__slots__} | changed
        if given["sort"] == NEWEST:
            given["sort"] = ""
        said = {name: "on" if value is True else str(value) for name, value in given.items() if value}
        return f"?{urlencode(said)}" if said else "?"


class Cursor(NamedTuple):
    """Where a page ends: the last row's sort key and id."""

    key: str
    pk: int

    @classmethod
    def parse(cls, given: str) -> "Cursor | None":
        key, separator, pk = given.rpartition("~")
        return cls(key, int(pk)) if separator and pk.isdecimal() and len(pk) < 19 else None

    def __str__(self) -> str:
        return f"{self.key}~{self.pk}"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Rows to show; `older` is the cursor of the next page."""

    rows: list[dict[str, Any]]
    older: Cursor | None


def feed_page(chosen: FeedFilter, *, before: Cursor | None = None) -> FeedPage:
    rows = _sorted(_filtered(chosen), chosen.sort)
    if before is not None:
        rows = rows.filter(_after(before, chosen.sort))
    found = list(rows.values(*COLUMNS)[: PAGE + 1])
    shown = found[:PAGE]
    key = "score" if chosen.sort == BEST else "posted_at"
    older = Cursor(_written(shown[-1][key]), shown[-1]["pk"]) if len(found) > PAGE else None
    return FeedPage(shown, older)


def newer_than(chosen: FeedFilter, since: datetime) -> int:
    """How many matches the page does not show yet; counts no further than a pill can say."""
    return _filtered(chosen).filter(created_at__gt=since).order_by()[:COUNT_NO_FURTHER].count()


def _filtered(chosen: FeedFilter) -> QuerySet[Match]:
    conditions = [Q(hidden_at__isnull=not chosen.hidden)]
    if chosen.search:
        owned = SavedSearch.objects.filter(public_id=chosen.search).values_list("pk", flat=True)
        conditions.append(Q(search_ids__contains=list(owned) or [0]))
    else:
        conditions.append(~Q(search_ids=[]) | Q(saved_at__isnull=False))
    if chosen.score:
        conditions.append(Q(score__gte=chosen.score))
    if chosen.kind in Kind.values:
        conditions.append(Q(job__kind=chosen.kind))
    if chosen.verified:
        conditions.append(Q(job__client_verified=True))
    if chosen.few:
        conditions.append(Q(job__applicants__lt=FEW_PROPOSALS) | Q(job__applicants=None))
    if chosen.saved:
        conditions.append(Q(saved_at__isnull=False))
    if chosen.unread:
        conditions.append(Q(opened_at=None))
    if literal := text.read_query(chosen.q).literal:
        conditions.append(Q(purged_at=None, job__search_vector=text.TokenQuery(literal)))
    return Match.objects.filter(*conditions)


def _sorted(rows: QuerySet[Match], sort: str) -> QuerySet[Match]:
    return rows.order_by("-score", "-pk") if sort == BEST else rows.order_by("-posted_at", "-pk")


def _after(cursor: Cursor, sort: str) -> Q:
    """Everything that comes after the cursor; a broken one starts at the top."""
    if sort == BEST:
        score = int(cursor.key) if cursor.key.isdecimal() and len(cursor.key) < 5 else 101
        return Q(score__lt=score) | Q(score=score, pk__lt=cursor.pk)
    posted_at = _moment(cursor.key)
    if posted_at is None:
        return Q()
    return Q(posted_at__lte=posted_at) & (Q(posted_at__lt=posted_at) | Q(pk__lt=cursor.pk))


def _written(key: datetime | int) -> str:
    return key.isoformat() if isinstance(key, datetime) else str(key)


def _moment(given: str) -> datetime | None:
    try:
        moment = parse_datetime(given)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
