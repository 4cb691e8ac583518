"""The demo's side of the sandbox marketplace: its postings as the client would bring them, and its consent."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.management.base import CommandError

from apps.core import http
from apps.upwork.sandbox.market.ontology import LABELS, slug
from apps.upwork.sandbox.records import Client, Job
from apps.upwork.types import ClientFacts, JobPosting

AUTHORIZE: Final = "/upwork/ab/account-security/oauth2/authorize"
LEVELS: Final = {"ENTRY_LEVEL": "entry", "INTERMEDIATE": "intermediate", "EXPERT": "expert"}
DURATIONS: Final = {"WEEK": "Less than 1 month", "MONTH": "1 to 3 months", "QUARTER": "3 to 6 months"}


def consent(*, freelancer: str, redirect_uri: str) -> str:
    """Allow the installation's key to act for a freelancer of the sandbox; returns the code to exchange."""
    form = {
        "response_type": "code",
        "client_id": settings.UPWORK_CLIENT_ID,
        "redirect_uri": redirect_uri,
        "state": "demo",
        "freelancer": freelancer,
        "decision": "allow",
    }
    with http.client() as session:
        answer = session.post(f"{settings.SANDBOX_URL}{AUTHORIZE}", data=form)
    code = parse_qs(urlsplit(answer.headers.get("location", "")).query).get("code")
    if not code:
        raise CommandError(
            f"The sandbox did not grant access ({answer.status_code}). Is it running? Try `make run` again."
        )
    return code[0]


def posting_of(job: Job, client: Client, *, applicants: int) -> JobPosting:
    """The posting as the API's search would have shown it at the time."""
    return JobPosting(
        upwork_id=str(job.id),
        ciphertext=job.ciphertext,
        title=job.title,
        description=job.description,
        skills=job.skills,
        category=slug(LABELS[job.category_id]),
        subcategory=slug(LABELS[job.subcategory_id]),
        kind="hourly" if job.kind == "HOURLY" else "fixed",
        hourly_min=dollars(job.hourly_min_cents),
        hourly_max=dollars(job.hourly_max_cents),
        fixed_budget=dollars(job.fixed_cents),
        currency="USD",
        experience=LEVELS.get(job.level, ""),
        duration=DURATIONS.get(job.duration or "", ""),
        workload=job.engagement or "",
        posted_at=moment(job.published_ms),
        renewed_at=moment(job.renewed_ms) if job.renewed_ms else None,
        applicants=applicants,
        freelancers_to_hire=job.hires_wanted,
        questions=job.questions,
        cover_letter_required=job.letter_required,
        preferred_countries=job.countries,
        applied=False,
        client=_client_facts(client),
    )


def _client_facts(client: Client) -> ClientFacts:
    return ClientFacts(
        rid=str(7_000_000 + client.id),
        country=client.country,
        city=client.city,
        total_hires=client.hires,
        total_posted=client.posted,
        total_reviews=client.reviews,
        rating=client.rating if client.reviews else None,
        total_spent=dollars(client.spent_cents) if client.hires else None,
        payment_verified=client.verified,
    )


def dollars(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents) / 100


def moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
