"""Sending a proposal: the checks of the marketplace, the price in Connects, then the client's turn."""

import random
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from apps.upwork.sandbox.market import letters, postings, reactions
from apps.upwork.sandbox.records import Freelancer, Job, Proposal, snowflake
from apps.upwork.sandbox.store import count, insert

FEWEST_CONNECTS: Final = 4
MOST_CONNECTS: Final = 16
LONGEST_LETTER: Final = 5000


class RefusedError(Exception):
    """The marketplace's own words for why a proposal was not taken."""


@dataclass(frozen=True, slots=True)
class Application:
    """What a freelancer sends, by the API or by hand."""

    job_id: int
    letter: str
    cents: int
    answers: Sequence[tuple[str, str]] = ()
    boost: int = 0
    source: str = "api"


def price_in_connects(job: Job) -> int:
    """Grows with the budget, as the real one does."""
    worth = (job.fixed_cents or (job.hourly_max_cents or 3000) * 40) // 100
    return min(MOST_CONNECTS, FEWEST_CONNECTS + worth // 400)


def submit(
    db: sqlite3.Connection, rng: random.Random, person: Freelancer, application: Application, at_ms: int
) -> Proposal:
    """Store the proposal and plan the client's reaction; raises `RefusedError` and changes nothing else."""
    job = _open_job(db, person, application.job_id)
    price = price_in_connects(job) + application.boost
    _check(job, application)
    if person.connects < price:
        raise RefusedError(f"VJ-JA-40: Not enough Connects: {price} needed, {person.connects} available")
    opinion = letters.judge(
        job, letter=application.letter, answers=application.answers, skills=person.skills, cents=application.cents
    )
    proposal = Proposal(
        id=snowflake(at_ms, rng.randrange(1 << 22)), job_id=job.id, freelancer_id=person.id, letter=application.letter,
        answers=tuple(application.answers), charged_cents=application.cents, connects=price, status="ACCEPTED",
        reason="", viewed=False, quality=opinion.quality, source=application.source, created_ms=at_ms, modified_ms=at_ms,
    )  # fmt: skip
    insert(db, "proposal", proposal)
    db.execute("UPDATE freelancer SET connects = connects - ? WHERE id = ?", (price, person.id))
    reactions.decide(db, rng, proposal)
    count(db, "proposals_sent")
    count(db, "connects_spent", price)
    return proposal


def _open_job(db: sqlite3.Connection, person: Freelancer, job_id: int) -> Job:
    job = postings.get_job(db, job_id)
    if job is None:
        raise RefusedError("VJ-JA-4: Opening not found")
    if job.closed_ms is not None:
        raise RefusedError("VJ-JA-6: This job is no longer available")
    if db.execute("SELECT 1 FROM proposal WHERE freelancer_id = ? AND job_id = ?", (person.id, job.id)).fetchone():
        raise RefusedError("VJ-JA-10: You have already submitted a proposal to this job")
    return job


def _check(job: Job, application: Application) -> None:
    if job.letter_required and not application.letter.strip():
        raise RefusedError("VJ-JA-21: Cover letter is required")
    if len(application.letter) > LONGEST_LETTER:
        raise RefusedError(f"VJ-JA-22: Cover letter is longer than {LONGEST_LETTER} characters")
    answered = {question for question, answer in application.answers if answer.strip()}
    if not answered.issuperset(job.questions):
        raise RefusedError("VJ-JA-30: All screening questions must be answered")
    if application.cents <= 0:
        raise RefusedError("VJ-JA-15: Bid amount must be greater than zero")
