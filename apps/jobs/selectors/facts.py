"""One job, as its pages and other rooms see it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404

from apps.jobs import text
from apps.jobs.flags import Memory
from apps.jobs.models import Job, Match, Sighting

SAME_TEXT_BITS: Final = 6  # of 64: a word changed here and there
HISTORY_ROWS: Final = 200
NOTHING_KNOWN: Final = Memory()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFacts:
    """What a proposal keeps of its job as the person's own record, from approval on."""

    upwork_id: str
    ciphertext: str
    title: str
    description: str
    skills: tuple[str, ...]
    questions: tuple[str, ...]
    kind: str
    hourly_min: Decimal | None
    hourly_max: Decimal | None
    fixed_budget: Decimal | None
    currency: str
    experience: str
    client_country: str
    source: str
    posted_at: datetime
    cover_letter_required: bool


def match_of(job_public_id: UUID) -> Match:
    """The match of the owner in scope with its job; 404 for anything else."""
    match: Match = get_object_or_404(Match.objects.select_related("job"), job__public_id=job_public_id)
    return match


def proposal_facts(job: Job) -> ProposalFacts:
    """A copy that outlives the job's own content; empty texts where that is already gone."""
    return ProposalFacts(
        upwork_id=job.upwork_id,
        ciphertext=job.ciphertext,
        title=job.title,
        description=job.description,
        skills=tuple(job.skills),
        questions=tuple(job.questions),
        kind=job.kind,
        hourly_min=job.hourly_min,
        hourly_max=job.hourly_max,
        fixed_budget=job.fixed_budget,
        currency=job.currency,
        experience=job.experience,
        client_country=job.client_country,
        source=job.source,
        posted_at=job.posted_at,
        cover_letter_required=job.cover_letter_required,
    )


@dataclass(frozen=True, slots=True)
class History:
    """What this person was shown of the client before, and whether Upwork says that they applied."""

    memory: Memory = NOTHING_KNOWN
    seen_before: int = 0
    has_applied: bool = False


def history_of(job: Job) -> History:
    """One look at the person's sightings of the same client; works on tombstones, since hash and hires outlive content."""
    of_client = Q(job__client_id=job.client_id) if job.client_id else Q(job_id=job.pk)
    rows = list(
        Sighting.objects.filter(of_client)
        .order_by("-job_id")
        .values_list("job_id", "has_applied", "job__simhash", "job__client_hires")[:HISTORY_ROWS]
    )
    others = [(simhash, hires) for job_id, _applied, simhash, hires in rows if job_id != job.pk]
    return History(
        memory=_memory(job, others),
        seen_before=len(others),
        has_applied=any(applied for job_id, applied, *_rest in rows if job_id == job.pk),
    )


def _memory(job: Job, others: list[tuple[int | None, int]]) -> Memory:
    """How often nearly the same text was posted, and whether the count of hires grew meanwhile."""
    if job.simhash is None:
        return NOTHING_KNOWN
    hires = [
        count
        for simhash, count in others
        if simhash is not None and text.distance(simhash, job.simhash) <= SAME_TEXT_BITS
    ]
    grew = bool(hires) and max(*hires, job.client_hires) > min(*hires, job.client_hires)
    return Memory(times_posted=len(hires) + 1, hired_meanwhile=grew)
