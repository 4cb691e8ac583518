"""Plain facts: what a letter is written from, what a bid starts from, and the copy of a job that a proposal keeps."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from apps.accounts.models import Profile
from apps.ai import selectors as ai
from apps.ai.facts import ClientFacts, JobFacts, LetterFacts
from apps.jobs import selectors as jobs
from apps.jobs.enums import Kind
from apps.jobs.models import Job


def copy_of_job(job: Job) -> dict[str, Any]:
    """The person's own record of what they bid on."""
    return asdict(jobs.proposal_facts(job))


def letter_facts(*, owner_id: int, job: Job, past_letters: tuple[str, ...], variant: int) -> LetterFacts:
    """Everything the writer may know. Confidential works do not even get as far as here."""
    return LetterFacts(
        job=JobFacts(
            title=job.title,
            description=job.description,
            skills=tuple(job.skills),
            kind=job.kind,
            budget=_budget(job),
            questions=tuple(job.questions),
        ),
        client=ClientFacts(country=job.client_country),
        freelancer=ai.freelancer_facts(owner_id, past_letters=past_letters),
        style=ai.letter_style(owner_id, variant=variant),
    )


def first_bid(job: Job, profile: Profile) -> Decimal | None:
    """What the bid starts from: the person's rate, kept within what the client offers; or the client's budget."""
    if job.kind == Kind.FIXED:
        return job.fixed_budget if job.fixed_budget and job.fixed_budget >= 1 else None
    rate = profile.hourly_rate
    if rate is None:
        return None
    return min(rate, job.hourly_max) if job.hourly_max and job.hourly_max >= 1 else rate


def _budget(job: Job) -> str:
    if job.kind == Kind.FIXED:
        return f"{job.fixed_budget} {job.currency}" if job.fixed_budget else ""
    ends = [f"{end}" for end in (job.hourly_min, job.hourly_max) if end is not None]
    return f"{'–'.join(ends)} {job.currency}/h" if ends else ""
