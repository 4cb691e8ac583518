"""Postings in the database: putting one up, its later life, and how many have applied by now."""

import math
import random
import sqlite3
from typing import Final

from apps.upwork.sandbox.market import clients, writer
from apps.upwork.sandbox.market.words import fold
from apps.upwork.sandbox.records import Client, Draft, Job, snowflake
from apps.upwork.sandbox.store import count, insert, load

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
SAME_CLIENT_SHARE: Final = 0.3
REPOST_SHARE: Final = 0.04


def compose(db: sqlite3.Connection, rng: random.Random) -> tuple[Client, Draft]:
    """The next thing somebody posts: a known client or a new one, at times the same job once more."""
    if rng.random() < REPOST_SHARE and (found := _repost(db, rng)):
        return found
    next_id = next_client_id(db)
    if next_id > 1 and rng.random() < SAME_CLIENT_SHARE:
        client = get_client(db, rng.randrange(1, next_id))
    else:
        client = add_client(db, clients.invent(rng, next_id))
    return client, writer.write(rng, client, writer.pick_specialty(rng))


def next_client_id(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM client").fetchone()[0])


def add_client(db: sqlite3.Connection, client: Client) -> Client:
    insert(db, "client", client)
    return client


def _repost(db: sqlite3.Connection, rng: random.Random) -> tuple[Client, Draft] | None:
    row = db.execute(
        "SELECT * FROM job WHERE closed_ms IS NOT NULL AND close_result != 'HIRED' AND scam = ''"
        " ORDER BY published_ms DESC LIMIT 1 OFFSET ?", (rng.randrange(12),),
    ).fetchone()  # fmt: skip
    if row is None:
        return None
    old = load(Job, row)
    title = rng.choice((old.title, old.title, f"{old.title} (reposted)", f"{old.title} - second try"))
    return get_client(db, old.client_id), Draft(**{**old.facts(), "title": title, "repost_of": old.id})


def put_up(db: sqlite3.Connection, client: Client, draft: Draft, at_ms: int, number: int) -> Job:
    """Store a posting; what happens to it later is planned apart."""
    while db.execute("SELECT 1 FROM job WHERE id = ?", (snowflake(at_ms, number),)).fetchone():
        number += 1
    job = Job(
        **draft.facts(), id=snowflake(at_ms, number), client_id=client.id, created_ms=at_ms, published_ms=at_ms,
    )  # fmt: skip
    texts = {"title_words": job.title, "skill_words": " , ".join(job.skills)}
    texts["words"] = f"{job.title} {' '.join(job.skills)} {job.description}"
    insert(db, "job", job, **{name: fold(text) for name, text in texts.items()})
    db.execute("UPDATE client SET posted = posted + 1 WHERE id = ?", (client.id,))
    count(db, "jobs_posted")
    return job


def plan_life(db: sqlite3.Connection, rng: random.Random, client: Client, job: Job) -> None:
    """Some postings are edited or renewed; each one is filled, taken down or left to expire."""
    if rng.random() < 0.1:
        plan(db, "edit", job.published_ms + round(rng.uniform(3 * MINUTE, 10 * HOUR)), job_id=job.id)
    if rng.random() < 0.05:
        plan(db, "renew", job.published_ms + round(rng.uniform(0.5 * DAY, 3 * DAY)), job_id=job.id)
    outcome = rng.choices(("fill", "cancel", "expire"), (client.hire_rate, 0.18, max(0.0, 0.9 - client.hire_rate)))[0]
    days = 30.0 if outcome == "expire" else min(25.0, rng.lognormvariate(0.6, 0.9))
    if job.scam or rng.random() < 0.03:
        outcome, days = "cancel", rng.uniform(0.01, 0.1)
    plan(db, outcome, job.published_ms + round(days * DAY), job_id=job.id)


def plan(
    db: sqlite3.Connection, kind: str, due_ms: int, *, job_id: int | None = None, proposal_id: int | None = None
) -> None:
    db.execute(
        "INSERT INTO event (due_ms, kind, job_id, proposal_id) VALUES (?, ?, ?, ?)", (due_ms, kind, job_id, proposal_id)
    )


def live(db: sqlite3.Connection, rng: random.Random, kind: str, job_id: int, at_ms: int) -> None:
    """Let one planned thing happen to a posting."""
    job = get_job(db, job_id)
    if job is None or job.closed_ms is not None:
        return
    match kind:
        case "edit":
            edit(db, job, writer.write_edit(rng, job.description))
        case "renew":
            db.execute("UPDATE job SET renewed_ms = ?, published_ms = ? WHERE id = ?", (at_ms, at_ms, job_id))
            count(db, "jobs_renewed")
        case "fill" | "cancel" | "expire":
            busy = "SELECT 1 FROM proposal WHERE job_id = ? AND status IN ('ACTIVATED', 'OFFERED')"
            if db.execute(busy, (job_id,)).fetchone():
                plan(db, kind, at_ms + DAY, job_id=job_id)
            else:
                close(db, job, {"fill": "HIRED", "cancel": "CANCELLED", "expire": "EXPIRED"}[kind], at_ms)


def edit(db: sqlite3.Connection, job: Job, description: str) -> None:
    words = fold(f"{job.title} {' '.join(job.skills)} {description}")
    db.execute("UPDATE job SET description = ?, words = ? WHERE id = ?", (description, words, job.id))
    count(db, "jobs_edited")


def close(db: sqlite3.Connection, job: Job, result: str, at_ms: int) -> None:
    db.execute("UPDATE job SET closed_ms = ?, close_result = ? WHERE id = ?", (at_ms, result, job.id))
    if result == "HIRED":
        db.execute("UPDATE client SET hires = hires + 1 WHERE id = ?", (job.client_id,))
    reason = "Another freelancer was hired" if result == "HIRED" else "The job was closed"
    db.execute(
        "UPDATE proposal SET status = 'ARCHIVED', reason = ?, modified_ms = ?"
        " WHERE job_id = ? AND status IN ('PENDING', 'ACCEPTED', 'ACTIVATED', 'OFFERED')",
        (reason, at_ms, job.id),
    )
    count(db, "jobs_closed")


def make_room(db: sqlite3.Connection, at_ms: int) -> None:
    """Take down what nobody has applied to, so that the postings of a file stand alone."""
    db.execute(
        "UPDATE job SET closed_ms = ?, close_result = 'CANCELLED'"
        " WHERE closed_ms IS NULL AND id NOT IN (SELECT job_id FROM proposal)",
        (at_ms,),
    )


def get_job(db: sqlite3.Connection, job_id: int) -> Job | None:
    row = db.execute("SELECT * FROM job WHERE id = ?", (job_id,)).fetchone()
    return load(Job, row) if row else None


def get_client(db: sqlite3.Connection, client_id: int) -> Client:
    return load(Client, db.execute("SELECT * FROM client WHERE id = ?", (client_id,)).fetchone())


def applicants(job: Job, now_ms: int, sent: int) -> int:
    """Strangers come quickly at first and then trickle in; proposals sent through the sandbox come on top."""
    until = min(now_ms, job.closed_ms or now_ms)
    hours = max(0, until - job.created_ms) / HOUR
    return sent + math.floor(job.popularity * (1 - math.exp(-hours / 8)))
