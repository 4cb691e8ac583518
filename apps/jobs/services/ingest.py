"""From postings to rows: one statement writes what is new or changed, and nothing else."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.jobs import tasks, text
from apps.jobs.enums import Source
from apps.upwork import policy
from apps.upwork.types import JobPosting

MOST_TEXT: Final = 50_000  # letters; a tsvector holds a megabyte
MOST_SKILLS: Final = 100
# What matching looks at: a change here sends the job through the searches again
_MATCHED: Final = {
    "content_hash": "text",
    "kind": "text",
    "hourly_min": "numeric(10,2)",
    "hourly_max": "numeric(10,2)",
    "fixed_budget": "numeric(12,2)",
    "experience": "text",
    "client_verified": "boolean",
}
_FOLLOWED: Final = {
    "title": "text",
    "description": "text",
    "skills": "text[]",
    "questions": "text[]",
    "search_vector": "tsvector",
    "category": "text",
    "subcategory": "text",
    "currency": "text",
    "duration": "text",
    "workload": "text",
    "applicants": "integer",
    "freelancers_to_hire": "integer",
    "preferred_countries": "text[]",
    "cover_letter_required": "boolean",
    "client_country": "text",
    "client_city": "text",
    "client_hires": "integer",
    "client_posted": "integer",
    "client_reviews": "integer",
    "client_rating": "double precision",
    "client_spent": "numeric(14,2)",
    "renewed_at": "timestamptz",
    "simhash": "bigint",
}
_FIRST_ONLY: Final = {"upwork_id": "text", "ciphertext": "text", "posted_at": "timestamptz"}
_COLUMNS: Final = _FIRST_ONLY | _MATCHED | _FOLLOWED


def _row_of(columns: Iterable[str], table: str) -> str:
    return "(" + ", ".join(f"{table}.{column}" for column in columns) + ")"


_CHANGING: Final = [*_MATCHED, *_FOLLOWED]
_UPSERT_CLIENTS: Final = """
INSERT INTO jobs_client (key, first_seen_at)
SELECT key, %(now)s FROM unnest(%(keys)s::text[]) AS key ORDER BY key
ON CONFLICT (key) DO NOTHING
"""
# Names of columns alone are put together here; every value travels as a parameter
_UPSERT_JOBS: Final = f"""
WITH incoming AS (
    SELECT * FROM json_to_recordset(%(rows)s) AS row (
        client_key text, {", ".join(f"{column} {kind}" for column, kind in _COLUMNS.items())}
    )
), before AS (
    SELECT job.id, job.upwork_id, job.content_purged_at IS NOT NULL
        OR {_row_of(_MATCHED, "job")} IS DISTINCT FROM {_row_of(_MATCHED, "incoming")} AS revised
    FROM jobs_job AS job JOIN incoming USING (upwork_id) WHERE job.owner_id IS NULL
), written AS (
    INSERT INTO jobs_job AS job (
        {", ".join(_COLUMNS)}, public_id, source, client_id, first_seen_at, fetched_at, content_expires_at
    )
    SELECT {", ".join(f"incoming.{column}" for column in _COLUMNS)},
        gen_random_uuid(), %(source)s, client.id, %(now)s, %(now)s, %(expires)s
    FROM incoming LEFT JOIN jobs_client AS client ON client.key = incoming.client_key
    ORDER BY incoming.upwork_id  -- two workers take the rows in the same order, so neither waits in a circle
    ON CONFLICT (upwork_id) WHERE owner_id IS NULL DO UPDATE
    SET {", ".join(f"{column} = excluded.{column}" for column in _CHANGING)}, fetched_at = excluded.fetched_at,
        content_purged_at = NULL, revised_at = CASE WHEN {_row_of(_MATCHED, "job")} IS DISTINCT FROM {_row_of(_MATCHED, "excluded")}
            THEN excluded.fetched_at ELSE job.revised_at END
    -- A disconnect may have emptied it before its time; once its time is over it is never filled again
    WHERE CASE WHEN job.content_expires_at IS NULL THEN job.content_purged_at IS NULL
            ELSE job.content_expires_at > %(now)s END
        AND {_row_of([*_CHANGING, "content_purged_at"], "job")}
            IS DISTINCT FROM ({", ".join(f"excluded.{column}" for column in _CHANGING)}, NULL::timestamptz)
    RETURNING job.id, job.upwork_id
)
SELECT incoming.upwork_id, coalesce(before.id, written.id), before.id IS NULL AND written.id IS NOT NULL,
    before.id IS NOT NULL AND written.id IS NOT NULL, coalesce(before.revised AND written.id IS NOT NULL, false)
FROM incoming LEFT JOIN before USING (upwork_id) LEFT JOIN written USING (upwork_id)
"""  # noqa: S608 names only
_INSERT_SIGHTINGS: Final = """
INSERT INTO jobs_sighting AS sighting (public_id, owner_id, job_id, has_applied, fetched_at, created_at, updated_at)
SELECT gen_random_uuid(), %(owner)s, row.job, row.applied, %(now)s, %(now)s, %(now)s
FROM unnest(%(jobs)s::bigint[], %(applied)s::boolean[]) AS row (job, applied) ORDER BY row.job
ON CONFLICT (owner_id, job_id) DO UPDATE SET has_applied = excluded.has_applied, updated_at = excluded.updated_at
WHERE sighting.has_applied IS DISTINCT FROM excluded.has_applied
RETURNING job_id, xmax = 0
"""
_MATCH_AGAIN: Final = (
    "UPDATE jobs_sighting SET matched_at = NULL WHERE job_id = ANY(%(jobs)s) AND matched_at IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a page of postings came to: counts of jobs, and of those this person had not been shown before."""

    received: int
    new: int
    changed: int
    sighted: int


def ingest(*, owner_id: int, postings: Sequence[JobPosting], source: str, now: datetime | None = None) -> Ingested:
    """Store what the person's key was shown; after commit, what is new to them goes to matching.

    Safe to repeat and to run beside another worker with the same postings. Content whose time is over stays gone.
    """
    now = now or timezone.now()
    # a page may name a job twice, and one upsert may not touch a row twice
    unique = {posting.upwork_id: posting for posting in postings}
    if not unique:
        return Ingested(0, 0, 0, 0)
    with transaction.atomic(), owner_scope(owner_id), connection.cursor() as cursor:
        written = _write_jobs(cursor, unique, source=source, now=now)
        sighted = _write_sightings(
            cursor, owner_id, {row.job_id: unique[row.upwork_id].applied for row in written}, now
        )
        _match_later(cursor, sighted, [row.job_id for row in written if row.is_revised])
    return Ingested(
        received=len(unique),
        new=sum(row.is_new for row in written),
        changed=sum(row.is_changed for row in written),
        sighted=len(sighted),
    )


def _write_sightings(cursor: Any, owner_id: int, applied: dict[int, bool], now: datetime) -> list[int]:
    """Remember for each job that this person was shown it; returns the jobs that are new to them."""
    values = {"owner": owner_id, "jobs": list(applied), "applied": list(applied.values()), "now": now}
    cursor.execute(_INSERT_SIGHTINGS, values)
    return [job_id for job_id, is_new in cursor.fetchall() if is_new]


def _match_later(cursor: Any, sighted: list[int], revised: list[int]) -> None:
    """Send to matching, once this is committed, what is new to the person and what is no longer what was matched."""
    if revised:
        with everyone_scope(Reason.INGEST):
            cursor.execute(_MATCH_AGAIN, {"jobs": revised})
    if waiting := sorted({*sighted, *revised}):
        # robust: a broker that is down must not undo what is stored; beat finds the waiting sightings
        transaction.on_commit(partial(tasks.match.delay, job_ids=waiting), robust=True)


class Written(NamedTuple):
    """What became of one posting; what is known and unchanged is none of the three."""

    upwork_id: str
    job_id: int
    is_new: bool
    is_changed: bool
    is_revised: bool


def _write_jobs(
    cursor: Any,
    postings: dict[str, JobPosting],
    *,
    source: str,
    now: datetime,
) -> list[Written]:
    keys = {rid: text.keyed_hash(rid) for rid in {posting.client.rid for posting in postings.values()} if rid}
    cursor.execute(_UPSERT_CLIENTS, {"keys": sorted(keys.values()), "now": now})
    rows = [_row(posting, keys) for posting in postings.values()]
    cursor.execute(
        _UPSERT_JOBS,
        {
            "rows": json.dumps(rows, default=str),
            "source": Source(source),
            "now": now,
            "expires": policy.content_expires_at(now, source),
        },
    )
    found = cursor.fetchall()
    missing = [upwork_id for upwork_id, job_id, *_rest in found if job_id is None]
    others = _ids_of_others(cursor, missing) if missing else {}
    return [Written(upwork_id, job_id or others[upwork_id], *rest) for upwork_id, job_id, *rest in found]


def _ids_of_others(cursor: Any, upwork_ids: list[str]) -> dict[str, int]:
    """Another worker inserted the same postings meanwhile: only a new statement sees its rows."""
    cursor.execute("SELECT upwork_id, id FROM jobs_job WHERE owner_id IS NULL AND upwork_id = ANY(%s)", [upwork_ids])
    return dict(cursor.fetchall())


def _row(posting: JobPosting, keys: dict[str, str]) -> dict[str, object]:
    title, description = _clean(posting.title, 300), _clean(posting.description, MOST_TEXT)
    skills = [_clean(skill, 120) for skill in posting.skills[:MOST_SKILLS]]
    where = text.positions_of_job(title=title, skills=skills, description=description)
    client = posting.client
    return {
        "client_key": keys.get(client.rid),
        "upwork_id": posting.upwork_id,
        "ciphertext": posting.ciphertext,
        "posted_at": posting.posted_at,
        "content_hash": text.keyed_hash("\n".join([title, description, *skills])),
        "simhash": text.simhash(where),
        "search_vector": text.vector_literal(where),
        "title": title,
        "description": description,
        "skills": skills,
        "questions": [_clean(question, MOST_TEXT) for question in posting.questions],
        "kind": posting.kind,
        "hourly_min": posting.hourly_min,
        "hourly_max": posting.hourly_max,
        "fixed_budget": posting.fixed_budget,
        "currency": posting.currency,
        "experience": posting.experience,
        "category": _clean(posting.category, 80),
        "subcategory": _clean(posting.subcategory, 80),
        "duration": _clean(posting.duration, 40),
        "workload": _clean(posting.workload, 60),
        "applicants": posting.applicants,
        "freelancers_to_hire": posting.freelancers_to_hire,
        "preferred_countries": [_clean(country, 60) for country in posting.preferred_countries],
        "cover_letter_required": posting.cover_letter_required,
        "renewed_at": posting.renewed_at,
        "client_verified": client.payment_verified,
        "client_country": _clean(client.country, 60),
        "client_city": _clean(client.city, 80),
        "client_hires": client.total_hires,
        "client_posted": client.total_posted,
        "client_reviews": client.total_reviews,
        "client_rating": client.rating,
        "client_spent": client.total_spent,
    }


def _clean(given: str, most: int) -> str:
    """Without what PostgreSQL cannot store: NUL, halves of surrogate pairs, and more than there is room for."""
    return given.encode("utf-8", "ignore").decode().replace("\0", "")[:most]
