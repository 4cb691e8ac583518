"""From sightings to matches: tested against the person's searches, scored, written, announced."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.core import countries, realtime
from apps.core.enums import Event
from apps.core.tenancy import Reason, everyone_scope
from apps.jobs import scoring, text, wording
from apps.jobs.matching import reading
from apps.jobs.matching.percolator import Percolator
from apps.jobs.matching.rules import Criteria
from apps.jobs.models import Job, Match, SavedSearch, Sighting, has_content
from apps.notifications import services as notifications

BATCH: Final = 500
ALERT_WITHIN: Final = timedelta(hours=24)
_UPSERT: Final = """
INSERT INTO jobs_match AS match (
    public_id, owner_id, job_id, posted_at, score, parts, search_ids, hidden_reason, created_at, updated_at
)
SELECT gen_random_uuid(), row.owner_id, row.job_id, row.posted_at, row.score, row.parts, row.search_ids, '', clock_timestamp(), clock_timestamp()
FROM json_to_recordset(%(rows)s) AS row (
    owner_id bigint, job_id bigint, posted_at timestamptz, score smallint, parts jsonb, search_ids bigint[]
) ORDER BY row.owner_id, row.job_id
ON CONFLICT (owner_id, job_id) DO UPDATE
SET score = excluded.score, parts = excluded.parts, search_ids = excluded.search_ids, updated_at = excluded.updated_at,
    purged_at = NULL  -- a sighting waits, so the person's key was shown the job, again after a disconnect
RETURNING owner_id, job_id, xmax = 0
"""
_DROP_REFUSED: Final = """
UPDATE jobs_match AS match SET search_ids = '{}'
FROM unnest(%(owners)s::bigint[], %(jobs)s::bigint[]) AS refused (owner_id, job_id)
JOIN jobs_job AS job ON job.id = refused.job_id
WHERE match.owner_id = refused.owner_id AND match.job_id = refused.job_id AND job.content_purged_at IS NULL
    AND (job.content_expires_at IS NULL OR job.content_expires_at > %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A job that passed searches of one person."""

    owner_id: int
    job: Job
    where: text.Positions
    searches: tuple[SavedSearch, ...]

    @property
    def pair(self) -> tuple[int, int]:
        return self.owner_id, self.job.pk


def match_waiting() -> int:
    """Match what no worker has matched yet, oldest first; what a dead worker left behind is among it."""
    with everyone_scope(Reason.SWEEP):
        waiting = Sighting.objects.filter(matched_at=None).order_by("job_id").values_list("job_id", flat=True)[:BATCH]
        return match(job_ids=sorted(set(waiting)))


@transaction.atomic
def match(*, job_ids: Sequence[int]) -> int:
    """Test the jobs against the searches of everybody who has sighted them; returns how many matches there are.

    The sightings are locked until the matches are committed, so two workers never take the same ones, and a
    worker that dies leaves them waiting.
    """
    now = timezone.now()
    with everyone_scope(Reason.INGEST):
        sightings = list(
            # what another worker holds is not waited for: it is being matched
            Sighting.objects.select_for_update(skip_locked=True)
            .filter(job_id__in=job_ids, matched_at=None)
            .only("pk", "owner_id", "job_id")
        )
        hits = find_hits(sightings, now=now)
        if hits:
            write_hits(hits, now=now)
        _drop_refused(sightings, hits, now=now)
        Sighting.objects.filter(pk__in=[sighting.pk for sighting in sightings]).update(matched_at=now)
    return len(hits)


def find_hits(sightings: Iterable[Sighting], *, now: datetime) -> list[Hit]:
    """Which jobs pass which searches, for everyone at once."""
    owners_of: dict[int, set[int]] = defaultdict(set)
    for sighting in sightings:
        owners_of[sighting.job_id].add(sighting.owner_id)
    owners = {owner_id for several in owners_of.values() for owner_id in several}
    searches = {search.pk: search for search in SavedSearch.objects.filter(is_active=True, owner_id__in=owners)}
    percolator = Percolator(map(Criteria.of, searches.values()))
    hits: list[Hit] = []
    for job in Job.objects.filter(has_content(now=now), pk__in=owners_of).only(*reading.CONTENT):
        where = reading.where_of(job)
        by_owner: dict[int, list[SavedSearch]] = defaultdict(list)
        for criteria in percolator.matches(reading.facts_of(job, where), owners=owners_of[job.pk]):
            by_owner[criteria.owner_id].append(searches[criteria.search_id])
        hits.extend(Hit(owner_id, job, where, tuple(passed)) for owner_id, passed in by_owner.items())
    return hits


def write_hits(hits: Sequence[Hit], *, now: datetime) -> None:
    """Score and store the hits in one statement; announce those the person has not seen before."""
    people = reading.people_of({hit.owner_id for hit in hits})
    scores = scoring.score([(people[hit.owner_id], reading.subject_of(hit.job, hit.where)) for hit in hits], now=now)
    rows = [
        {
            "owner_id": hit.owner_id,
            "job_id": hit.job.pk,
            "posted_at": hit.job.posted_at,
            "score": score.value,
            "parts": score.parts,
            "search_ids": sorted(search.pk for search in hit.searches),
        }
        for hit, score in zip(hits, scores, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, {"rows": json.dumps(rows, default=str)})
        fresh = {(owner_id, job_id) for owner_id, job_id, is_new in cursor.fetchall() if is_new}
    _announce(
        [(hit, score.value) for hit, score in zip(hits, scores, strict=True) if hit.pair in fresh],
        now=now,
    )


def _announce(fresh: Sequence[tuple[Hit, int]], *, now: datetime) -> None:
    """Ring for what reaches a threshold; tell the open page of the rest without a sound."""
    loud = [(hit, score) for hit, score in fresh if _rings(hit, score, now=now)]
    if loud:
        _ring(loud, now=now)
    heard = {hit.owner_id for hit, _score in loud}
    for owner_id, hits in _by_owner(hit for hit, _score in fresh if hit.owner_id not in heard).items():
        newest = str(hits[-1].job.public_id)
        tell = partial(realtime.publish, owner_id=owner_id, event=Event.NEW_JOB, id=newest, count=len(hits), quiet=True)
        # Only after the commit: the page asks at once, and must find the rows
        transaction.on_commit(tell, robust=True)


def _ring(loud: Sequence[tuple[Hit, int]], *, now: datetime) -> None:
    notifications.notify_many(event=Event.NEW_JOB, messages=_messages(loud))
    rung = models.Q()
    for owner_id, hits in _by_owner(hit for hit, _score in loud).items():
        rung |= models.Q(owner_id=owner_id, job_id__in=[hit.job.pk for hit in hits])
    Match.objects.filter(rung).update(notified_at=now)


def _by_owner(hits: Iterable[Hit]) -> dict[int, list[Hit]]:
    found: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.owner_id].append(hit)
    return found


def _rings(hit: Hit, score: int, *, now: datetime) -> bool:
    """Only what was posted since the search is there: connecting must not ring for everything of yesterday."""
    since = max(now - ALERT_WITHIN, min(search.created_at for search in hit.searches))
    return hit.job.posted_at >= since and score >= min(search.alert_threshold for search in hit.searches)


def _messages(hits: Sequence[tuple[Hit, int]]) -> Iterator[notifications.Message]:
    """The words are the marketplace's, so they carry the time when they must go."""
    languages = dict(User.objects.filter(pk__in={hit.owner_id for hit, _score in hits}).values_list("pk", "language"))
    for hit, score in hits:
        job = hit.job
        place = countries.in_one_spelling(job.client_country)
        with translation.override(languages[hit.owner_id] or settings.LANGUAGE_CODE):
            pay = wording.pay_of(job)
        summary = " · ".join(filter(None, [pay, ", ".join(search.name for search in hit.searches)]))
        yield notifications.Message(
            owner_id=hit.owner_id,
            key=f"new_job:{job.public_id}",
            context={"id": str(job.public_id), "score": score},
            content={"title": job.title, "place": place, "summary": f" · {summary}" if place else summary},
            content_expires_at=job.content_expires_at,
        )


def _drop_refused(sightings: Sequence[Sighting], hits: Sequence[Hit], *, now: datetime) -> None:
    """A job that passed once and passes no search any more leaves the feed, unless it was saved."""
    passed = {hit.pair for hit in hits}
    refused = [pair for sighting in sightings if (pair := (sighting.owner_id, sighting.job_id)) not in passed]
    if refused:
        owners, jobs = zip(*refused, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(_DROP_REFUSED, {"owners": list(owners), "jobs": list(jobs), "now": now})
