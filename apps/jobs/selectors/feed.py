"""The feed: one page of a person's matches by keyset, whatever the filters, in one query.

The query is written out: of all pages this one is asked for most, and building it with the ORM cost three times
what the database needed to answer it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.jobs import text

PAGE: Final = 25
FEW_PROPOSALS: Final = 10
COUNT_NO_FURTHER: Final = 100
NEWEST, BEST = "newest", "best"
Values = dict[str, int | str | datetime | UUID | None]


class Row(NamedTuple):
    """A line of the feed, in the order of the columns below."""

    pk: int
    score: int
    posted_at: datetime
    opened_at: datetime | None
    saved_at: datetime | None
    is_purged: bool
    public_id: UUID
    title: str
    kind: str
    hourly_min: Decimal | None
    hourly_max: Decimal | None
    fixed_budget: Decimal | None
    currency: str
    length: str
    client_spent: Decimal | None
    client_rating: float | None
    client_verified: bool
    applicants: int | None


_COLUMNS: Final = """
SELECT match.id, match.score, match.posted_at, match.opened_at, match.saved_at,
    match.purged_at IS NOT NULL OR job.content_purged_at IS NOT NULL
        OR coalesce(job.content_expires_at <= %(now)s, false), job.public_id, job.title, job.kind,
    job.hourly_min, job.hourly_max, job.fixed_budget, job.currency, coalesce(nullif(job.workload, ''), job.duration),
    job.client_spent, job.client_rating, job.client_verified, job.applicants
"""
_TABLES: Final = (
    "FROM jobs_match AS match JOIN jobs_job AS job ON job.id = match.job_id WHERE match.owner_id = %(owner)s"
)
_ORDER: Final = {
    NEWEST: "match.posted_at DESC, match.id DESC",
    BEST: "match.score DESC, match.id DESC",
}
_AFTER: Final = {
    NEWEST: "(match.posted_at, match.id) < (%(before_key)s, %(before_id)s)",
    BEST: "(match.score, match.id) < (%(before_key)s, %(before_id)s)",
}
# Written so that the planner needs no statistics, which row security keeps from it where an operator is not leakproof:
# with `<> '{}'` it expected no row as soon as all matches came from one search
_KEPT: Final = "(array_length(match.search_ids, 1) IS NOT NULL OR match.saved_at IS NOT NULL)"
_CONDITIONS: Final = {
    "score": "match.score >= %(score)s",
    "kind": "job.kind = %(kind)s",
    "verified": "job.client_verified",
    "few": f"(job.applicants < {FEW_PROPOSALS} OR job.applicants IS NULL)",
    "saved": "match.saved_at IS NOT NULL",
    "unread": "match.opened_at IS NULL",
    "search": (
        "match.search_ids && ARRAY("
        "SELECT id FROM jobs_savedsearch WHERE owner_id = %(owner)s AND public_id = %(search)s)"
    ),
    "q": (
        "match.purged_at IS NULL AND coalesce(job.content_expires_at > %(now)s, true) "
        "AND job.search_vector @@ %(query)s::tsquery"
    ),
}


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

    @property
    def is_wordless(self) -> bool:
        """Something was typed, and none of it is a word that can be looked for."""
        return bool(self.q) and not text.read_query(self.q).literal

    def query(self, **changed: object) -> str:
        """The address's query string for these filters, with some of them changed."""
        given = {name: getattr(self, name) for name in self.__slots__} | changed
        if given["sort"] == NEWEST:
            given["sort"] = ""
        said = {name: "on" if value is True else str(value) for name, value in given.items() if value}
        return f"?{urlencode(said)}" if said else "?"


class Cursor(NamedTuple):
    """Where a page ends: the last row's sort key and id, as they stand in the address."""

    key: str
    pk: int

    @classmethod
    def parse(cls, given: str) -> "Cursor | None":
        key, separator, pk = given.rpartition("~")
        return cls(key, int(pk)) if separator and pk.isdecimal() and len(pk) < 19 else None

    @classmethod
    def of(cls, row: Row, sort: str) -> "Cursor":
        return cls(str(row.score) if sort == BEST else row.posted_at.isoformat(), row.pk)

    def value(self, sort: str) -> int | datetime | None:
        """The key to compare with; `None` where somebody has changed it, which starts at the top again."""
        if sort == BEST:
            return int(self.key) if self.key.isdecimal() and len(self.key) < 5 else None
        try:
            moment = parse_datetime(self.key)
        except ValueError:
            return None
        return moment if moment is not None and moment.tzinfo is not None else None

    def __str__(self) -> str:
        return f"{self.key}~{self.pk}"


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Rows to show; `older` is the cursor of the next page."""

    rows: list[Row]
    older: Cursor | None


def feed_page(chosen: FeedFilter, *, owner_id: int, before: Cursor | None = None) -> FeedPage:
    where, values = _where(chosen, owner_id)
    if key := before and before.value(chosen.sort):
        where += f" AND {_AFTER[chosen.sort]}"
        values |= {"before_key": key, "before_id": before and before.pk}
    query = f"{_COLUMNS} {_TABLES} {where} ORDER BY {_ORDER[chosen.sort]} LIMIT {PAGE + 1}"
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found = [Row._make(row) for row in cursor.fetchall()]
    shown = found[:PAGE]
    return FeedPage(shown, Cursor.of(shown[-1], chosen.sort) if len(found) > PAGE else None)


def newer_than(chosen: FeedFilter, since: datetime, *, owner_id: int) -> int:
    """How many matches the page does not show yet; counts no further than a pill can say."""
    where, values = _where(chosen, owner_id)
    new = f"SELECT 1 {_TABLES} {where} AND match.created_at > %(since)s LIMIT {COUNT_NO_FURTHER}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({new}) AS new", values | {"since": since})  # noqa: S608 our own text
        return int(cursor.fetchone()[0])


def _where(chosen: FeedFilter, owner_id: int) -> tuple[str, Values]:
    """The conditions as SQL of our own, and the person's words as parameters alone."""
    literal = text.read_query(chosen.q).literal
    asked = [name for name in _CONDITIONS if (literal if name == "q" else getattr(chosen, name))]
    parts = [
        f"match.hidden_at IS {'NOT ' if chosen.hidden else ''}NULL",
        *(_CONDITIONS[name] for name in asked),
        *(("FALSE",) if chosen.is_wordless else ()),
        *(() if chosen.search else (_KEPT,)),
    ]
    values: Values = {
        "owner": owner_id,
        "now": timezone.now(),
        "query": literal,
        "score": chosen.score,
        "kind": chosen.kind,
        "search": chosen.search,
    }
    return " AND " + " AND ".join(parts), values
