"""Proposals of the past: a demo world is told what was sent, and the sandbox knows how it ended."""

import random
import sqlite3
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from apps.upwork.sandbox.market import postings, reactions, writer
from apps.upwork.sandbox.market.phrasebook import specialties
from apps.upwork.sandbox.market.sending import price_in_connects
from apps.upwork.sandbox.records import Freelancer, Job, Proposal, snowflake
from apps.upwork.sandbox.store import insert

Outcome = Literal["sent", "viewed", "replied", "interviewed", "offered", "hired", "declined", "withdrawn", "archived"]
STEPS: Final[dict[str, tuple[str, ...]]] = {
    "sent": (), "viewed": ("view",), "replied": ("view", "reply"), "interviewed": ("view", "reply", "interview"),
    "offered": ("view", "reply", "interview", "offer"), "hired": ("view", "reply", "interview", "offer", "hire"),
    "declined": ("view", "decline"), "withdrawn": (), "archived": (),
}  # fmt: skip
STEP_MS: Final = 5 * postings.HOUR


@dataclass(frozen=True, slots=True)
class Sent:
    """One proposal sent at `sent_ms`. With no `job_id` a posting of the specialty is made up, changed by `job`."""

    letter: str
    cents: int
    sent_ms: int
    outcome: Outcome = "sent"
    job_id: int | None = None
    job: dict[str, Any] = field(default_factory=dict)
    answers: tuple[tuple[str, str], ...] = ()
    specialty: str = ""


def register(db: sqlite3.Connection, rng: random.Random, person: Freelancer, sent: Sent, number: int) -> Proposal:
    """Store a proposal with its outcome; the same one again is found, not doubled."""
    job = (postings.get_job(db, sent.job_id) if sent.job_id else None) or _post(db, rng, sent, number)
    row = db.execute("SELECT id FROM proposal WHERE freelancer_id = ? AND job_id = ?", (person.id, job.id)).fetchone()
    return reactions.need_proposal(db, row["id"] if row else _store(db, rng, person, sent, job))


def _post(db: sqlite3.Connection, rng: random.Random, sent: Sent, number: int) -> Job:
    client, draft = postings.compose(db, rng)
    if sent.specialty:
        draft = writer.write(rng, client, specialties()[sent.specialty])
    fields = {**sent.job}
    at_ms = int(str(fields.pop("published_ms", sent.sent_ms - postings.HOUR)))
    job = postings.put_up(db, client, replace(draft, **fields), at_ms, number)
    result = "HIRED" if sent.outcome == "hired" else "EXPIRED"
    postings.plan(db, "fill" if result == "HIRED" else "expire", sent.sent_ms + 20 * postings.DAY, job_id=job.id)
    return job


def _store(db: sqlite3.Connection, rng: random.Random, person: Freelancer, sent: Sent, job: Job) -> int:
    proposal = Proposal(
        id=snowflake(sent.sent_ms, rng.randrange(1 << 22)), job_id=job.id, freelancer_id=person.id, letter=sent.letter,
        answers=sent.answers, charged_cents=sent.cents, connects=price_in_connects(job), status="ACCEPTED", reason="",
        viewed=False, quality=0.5, source="history", created_ms=sent.sent_ms, modified_ms=sent.sent_ms,
    )  # fmt: skip
    insert(db, "proposal", proposal)
    for step, action in enumerate(STEPS[sent.outcome], 1):
        reactions.act(db, rng, action, proposal.id, sent.sent_ms + step * STEP_MS)
    if sent.outcome in {"withdrawn", "archived"}:
        reactions.set_status(db, proposal.id, sent.outcome.upper(), sent.sent_ms + postings.DAY)
    return proposal.id
