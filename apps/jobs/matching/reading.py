"""Rows of jobs and people, read for matching and scoring."""

from collections.abc import Iterable
from typing import Final

from apps.accounts.models import Profile
from apps.jobs import text
from apps.jobs.matching.rules import Facts
from apps.jobs.models import Job, ScoreWeights
from apps.jobs.scoring import Person, Subject, Weights

CONTENT: Final = (
    "public_id", "title", "description", "skills", "kind", "hourly_min", "hourly_max", "fixed_budget", "currency",
    "experience", "applicants", "client_country", "client_hires", "client_posted", "client_reviews", "client_rating",
    "client_spent", "client_verified", "posted_at", "content_expires_at",
)  # fmt: skip


def where_of(job: Job) -> text.Positions:
    return text.positions_of_job(title=job.title, skills=job.skills, description=job.description)


def facts_of(job: Job, where: text.Positions) -> Facts:
    return Facts(
        job_id=job.pk,
        where=where,
        kind=job.kind,
        hourly_max=job.hourly_max or job.hourly_min,
        fixed_budget=job.fixed_budget,
        experience=job.experience,
        verified=job.client_verified,
        spent=job.client_spent,
        rating=job.client_rating,
        applicants=job.applicants,
        country=job.client_country,
    )


def subject_of(job: Job, where: text.Positions) -> Subject:
    return Subject(
        where=where,
        skills=job.skills,
        kind=job.kind,
        posted_at=job.posted_at,
        hourly_min=job.hourly_min,
        hourly_max=job.hourly_max,
        fixed_budget=job.fixed_budget,
        currency=job.currency,
        applicants=job.applicants,
        verified=job.client_verified,
        hires=job.client_hires,
        posted=job.client_posted,
        reviews=job.client_reviews,
        rating=job.client_rating,
        spent=job.client_spent,
    )


def people_of(owner_ids: Iterable[int]) -> dict[int, Person]:
    """What scoring knows of each person; somebody without a profile scores by the job alone."""
    owner_ids = set(owner_ids)
    weights = {row.owner_id: row.weights for row in ScoreWeights.objects.filter(owner_id__in=owner_ids)}
    profiles = {
        profile.owner_id: profile
        for profile in Profile.objects.filter(owner_id__in=owner_ids).only("owner_id", "skills", "hourly_rate")
    }
    return {
        owner_id: Person(
            skills=frozenset(text.terms(profiles[owner_id].skills)) if owner_id in profiles else frozenset(),
            rate=profiles[owner_id].hourly_rate if owner_id in profiles else None,
            weights=weights.get(owner_id, Weights()),
        )
        for owner_id in owner_ids
    }
