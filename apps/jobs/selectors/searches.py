"""Saved searches: beside the feed, and tried on what the person was shown lately."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from apps.accounts import selectors as accounts
from apps.jobs import scoring
from apps.jobs.matching import reading, rules
from apps.jobs.models import Job, Match, SavedSearch, ScoreWeights, Sighting, has_content
from apps.jobs.selectors.feed import Values

RAIL_MOST: Final = 12
UNREAD_WITHIN: Final = timedelta(days=7)
UNREAD_MOST: Final = 1_000
TRY_DAYS: Final = 7
TRY_MOST: Final = 500
EXAMPLES: Final = 4
RESCORED: Final = 8
BOX_WIDTH, BOX_HEIGHT = 280, 84


@dataclass(frozen=True, slots=True)
class RailSearch:
    """A line of the navigation: the search and how many unread matches it has; `error` while reading it fails."""

    name: str
    url: str
    count: int
    tone: str
    is_current: bool
    error: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Example:
    """A job the search would have brought; `refusals` says why a near miss stayed out."""

    title: str
    score: int
    job: Job
    refusals: tuple[tuple[rules.Refusal, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Trial:
    """A search tried on the person's own last days: what it would have brought, and what it would have rung for."""

    looked_at: int
    passed: int
    rung: int
    since: date | None
    a_day: float
    by_day: tuple[tuple[date, int], ...]
    examples: tuple[Example, ...]
    refused: tuple[Example, ...]

    @property
    def bars(self) -> list[Bar]:
        """The days as bars in a box of 280 by 84."""
        most = max((count for _day, count in self.by_day), default=0) or 1
        step = BOX_WIDTH / len(self.by_day)
        heights = [max(2, round(BOX_HEIGHT * count / most)) for _day, count in self.by_day]
        return [
            Bar(x=round(step * place + step * 0.1), y=BOX_HEIGHT - height, width=round(step * 0.8), height=height)
            for place, height in enumerate(heights)
        ]


_UNREAD: Final = """
SELECT search_id, count(*) AS unread FROM (
    SELECT unnest(search_ids) AS search_id FROM jobs_match
    WHERE owner_id = %(owner)s AND opened_at IS NULL AND hidden_at IS NULL AND posted_at >= %(since)s
    ORDER BY posted_at DESC LIMIT %(most)s
) AS recent GROUP BY search_id
"""
_RAIL: Final = f"""
SELECT search.public_id, search.name, coalesce(counted.unread, 0),
    CASE WHEN search.error <> '' THEN 'tone-warn' WHEN search.synced_at IS NULL THEN 'tone-mute' ELSE 'tone-good' END,
    CASE WHEN search.failures > 0 THEN search.error ELSE '' END, search.due_at
FROM jobs_savedsearch AS search LEFT JOIN ({_UNREAD}) AS counted ON counted.search_id = search.id
WHERE search.owner_id = %(owner)s AND search.is_active ORDER BY search.name, search.id LIMIT %(shown)s
"""  # noqa: S608 our own text


def rail_searches(owner_id: int, *, current: UUID | None = None) -> list[RailSearch]:
    """The active searches with their unread matches of the last days, in one query: every feed page shows them."""
    with connection.cursor() as cursor:
        cursor.execute(_RAIL, {**_unread_values(owner_id), "shown": RAIL_MOST})
        rows = cursor.fetchall()
    feed = reverse("jobs:feed")
    return [
        RailSearch(name, f"{feed}?search={public_id}", unread, tone, public_id == current, error, due_at)
        for public_id, name, unread, tone, error, due_at in rows
    ]


def unread_by_search(owner_id: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, _unread_values(owner_id))
        return dict(cursor.fetchall())


def _unread_values(owner_id: int) -> Values:
    return {"owner": owner_id, "since": timezone.now() - UNREAD_WITHIN, "most": UNREAD_MOST}


def needs_welcome(owner_id: int) -> bool:
    """A person who has neither a search nor been through the first steps."""
    return accounts.settings_of(owner_id).onboarded_at is None and not SavedSearch.objects.exists()


def try_search(search: SavedSearch, *, now: datetime | None = None) -> Trial:
    """Test an unsaved search against the jobs this person's key was shown; nothing is written."""
    now = now or timezone.now()
    jobs = list(_recent_jobs(now - timedelta(days=TRY_DAYS)))
    criteria = rules.Criteria.of(search)
    person = reading.people_of([search.owner_id])[search.owner_id]
    read = [(job, reading.where_of(job)) for job in jobs]
    judged = [(job, where, rules.judge(criteria, reading.facts_of(job, where))) for job, where in read]
    scores = scoring.score([(person, reading.subject_of(job, where)) for job, where, _verdict in judged], now=now)
    examples = [
        Example(job.title, score.value, job, verdict.refusals)
        for (job, _where, verdict), score in zip(judged, scores, strict=True)
    ]
    return _summed_up(examples, threshold=search.alert_threshold, now=now)


def _recent_jobs(since: datetime) -> QuerySet[Job]:
    sighted = Sighting.objects.filter(fetched_at__gte=since).values("job_id")
    posted = Job.objects.filter(has_content(), pk__in=sighted, posted_at__gte=since)
    return posted.only(*reading.CONTENT).order_by("-posted_at")[:TRY_MOST]


def _summed_up(examples: Sequence[Example], *, threshold: int, now: datetime) -> Trial:
    best_first = sorted(examples, key=lambda example: -example.score)
    passed = [example for example in best_first if not example.refusals]
    missed = [example for example in best_first if len(example.refusals) == 1]
    oldest = min((example.job.posted_at for example in examples), default=None)
    # Less than a day of postings says nothing about a day, so it counts as a whole one
    days = max(1.0, (now - oldest).total_seconds() / 86_400) if oldest else 1.0
    return Trial(
        looked_at=len(examples),
        passed=len(passed),
        rung=sum(example.score >= threshold for example in passed),
        since=timezone.localdate(oldest) if oldest else None,
        a_day=len(passed) / days,
        by_day=_by_day(passed, today=timezone.localdate(now)),
        examples=tuple(passed[:EXAMPLES]),
        refused=tuple(missed[:EXAMPLES]),
    )


def _by_day(passed: Sequence[Example], *, today: date) -> tuple[tuple[date, int], ...]:
    """How many passed on each of the last days, in the person's own time zone."""
    counts = Counter(timezone.localdate(example.job.posted_at) for example in passed)
    days = (today - timedelta(days=back) for back in reversed(range(TRY_DAYS)))
    return tuple((day, counts[day]) for day in days)


@dataclass(frozen=True, slots=True)
class SearchLine:
    """A saved search in the list, with its conditions in one line; `next_try_at` where it has to wait for that."""

    search: SavedSearch
    words: str
    unread: int
    next_try_at: datetime | None


def search_lines(owner_id: int) -> list[SearchLine]:
    searches = list(SavedSearch.objects.filter(owner_id=owner_id))
    unread = unread_by_search(owner_id) if searches else {}
    return [SearchLine(search, _said(search), unread.get(search.pk, 0), _next_try_at(search)) for search in searches]


def _next_try_at(search: SavedSearch) -> datetime | None:
    return search.due_at if search.is_active and search.due_at > timezone.now() else None


def _said(search: SavedSearch) -> str:
    """The words of a search as it would be typed: all, "phrases", (any | of), -without."""
    words = [*search.all_words, *(f"“{phrase}”" for phrase in search.phrases)]
    words += [f"({' | '.join(group)})" for group in (search.any_words, search.skills) if group]
    return " ".join([*words, *(f"−{word}" for word in search.exclude_words)])


@dataclass(frozen=True, slots=True)
class Rescored:
    """A match under other weights."""

    title: str
    before: int
    after: int
    posted_at: datetime


def weights_of(owner_id: int) -> scoring.Weights:
    """The person's own weights, or the ones everybody starts with."""
    row = ScoreWeights.objects.filter(owner_id=owner_id).first()
    return row.weights if row else scoring.Weights()


def rescored(weights: scoring.Weights) -> list[Rescored]:
    """What the last jobs would score; computed from the stored fits, so nothing is read again."""
    rows = (
        Match.objects.filter(has_content("job__"), hidden_at=None, purged_at=None)
        .order_by("-posted_at", "-pk")
        .values_list("job__title", "score", "parts", "posted_at")[:RESCORED]
    )
    return [Rescored(title, score, scoring.weigh_again(parts, weights).value, at) for title, score, parts, at in rows]
