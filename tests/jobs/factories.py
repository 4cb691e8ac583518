"""Postings as the client hands them over, and the rows of the jobs room."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import factory
from django.contrib.postgres.search import SearchQuery
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.jobs import scoring, text
from apps.jobs.enums import Kind, Source
from apps.jobs.models import Client, Job, Match, SavedSearch, ScoreWeights, Sighting
from apps.upwork.types import ClientFacts, JobPosting
from tests.accounts.factories import OwnedFactory, UserFactory

_numbers = count(2_048_894_189_896_190_000)

CLIENT = ClientFacts(
    rid="client-1", country="United Kingdom", city="Leeds", total_hires=12, total_posted=14, total_reviews=10,
    rating=4.9, total_spent=Decimal(182_000), payment_verified=True,
)  # fmt: skip
DESCRIPTION = (
    "Our checkout slows down above forty orders a minute. Please profile the Django views, find the slow queries "
    "and fix them with us. We use PostgreSQL, Redis and HTMX, and we answer quickly."
)


def posting(*, client: dict[str, Any] | None = None, **changes: Any) -> JobPosting:
    """An hourly Django job of a good client, posted a minute ago."""
    number = next(_numbers)
    plain = JobPosting(
        upwork_id=str(number), ciphertext=f"~02{number}", title="Django developer to speed up our checkout",
        description=DESCRIPTION, skills=("Django", "PostgreSQL", "HTMX"), category="Web Development", subcategory="Back-End",
        kind="hourly", hourly_min=Decimal(45), hourly_max=Decimal(70), fixed_budget=None, currency="USD",
        experience="expert", duration="1 to 3 months", workload="30+ hrs/week", posted_at=timezone.now() - timedelta(minutes=1),
        renewed_at=None, applicants=4, freelancers_to_hire=1, questions=(), cover_letter_required=True,
        preferred_countries=(), applied=False, client=replace(CLIENT, **(client or {})),
    )  # fmt: skip
    return replace(plain, **changes)


class TokenQuery(SearchQuery):
    """A tsquery as the feed writes it: past PostgreSQL's parser, which would take c++ apart."""

    def __init__(self, literal: str) -> None:
        super().__init__(literal)
        self.literal = literal

    def as_sql(self, *_args: object, **_options: object) -> tuple[str, list[str]]:  # type: ignore[override]
        return "%s::tsquery", [self.literal]


class ClientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Client

    key = factory.Sequence(lambda number: f"{number:064x}")


class JobFactory(factory.django.DjangoModelFactory):
    """A job of the catalogue with its words indexed, as ingest leaves it."""

    class Meta:
        model = Job

    source = Source.API
    upwork_id = factory.Sequence(lambda number: str(3_000_000_000_000_000_000 + number))
    ciphertext = factory.LazyAttribute(lambda job: f"~02{job.upwork_id}")
    title = "Django developer to speed up our checkout"
    description = DESCRIPTION
    skills = factory.LazyFunction(lambda: ["Django", "PostgreSQL", "HTMX"])
    kind = Kind.HOURLY
    hourly_min = Decimal(45)
    hourly_max = Decimal(70)
    experience = "expert"
    applicants = 4
    client_country = "United Kingdom"
    client_hires = 12
    client_posted = 14
    client_reviews = 10
    client_rating = 4.9
    client_spent = Decimal(182_000)
    client_verified = True
    posted_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))

    @classmethod
    def _create(cls, model_class: type[Job], *args: Any, **values: Any) -> Job:
        where = text.positions_of_job(title=values["title"], skills=values["skills"], description=values["description"])
        values.setdefault("search_vector", text.vector_literal(where) or None)
        values.setdefault("simhash", text.simhash(where))
        with owner_scope(values["owner"].pk if values.get("owner") else 0):
            return super()._create(model_class, *args, **values)


class SearchFactory(OwnedFactory):
    """A search for Django, saved a day ago."""

    class Meta:
        model = SavedSearch

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"Search {number}")
    any_words = factory.LazyFunction(lambda: ["django"])

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **values: Any) -> Any:
        created_at = values.pop("created_at", timezone.now() - timedelta(days=1))
        search = super()._create(model_class, *args, **values)
        with owner_scope(search.owner_id):
            SavedSearch.objects.filter(pk=search.pk).update(created_at=created_at)
            search.refresh_from_db()
        return search


class SightingFactory(OwnedFactory):
    class Meta:
        model = Sighting

    owner = factory.SubFactory(UserFactory)
    job = factory.SubFactory(JobFactory)


PARTS = [
    {"key": key, "weight": weight, "fit": 0.9, "points": weight * 0.9, "reason": reason, "values": values}
    for key, weight, reason, values in (
        ("skills", 40.0, "skills", {"have": 3, "asked": 3, "missing": 0}),
        ("rate", 20.0, "rate_inside", {"rate": "62.00", "currency": "USD"}),
        (
            "client", 20.0, "client_rated",
            {"hires": 12, "posted": 14, "verified": True, "rating": 4.9, "reviews": 10},
        ),
        ("competition", 10.0, "competition", {"applicants": 4}),
        ("freshness", 10.0, "freshness", {"minutes": 1}),
    )
]  # fmt: skip


class MatchFactory(OwnedFactory):
    """A match with its sighting, as matching leaves both."""

    class Meta:
        model = Match

    owner = factory.SubFactory(UserFactory)
    job = factory.SubFactory(JobFactory)
    posted_at = factory.SelfAttribute("job.posted_at")
    score = 90
    parts = factory.LazyFunction(lambda: PARTS)
    search_ids = factory.LazyFunction(lambda: [1])

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **values: Any) -> Any:
        match = super()._create(model_class, *args, **values)
        SightingFactory(owner=match.owner, job=match.job, matched_at=timezone.now())
        return match


class WeightsFactory(OwnedFactory):
    class Meta:
        model = ScoreWeights

    owner = factory.SubFactory(UserFactory)
    skills = 40
    rate = 20
    client = 20
    competition = 10
    freshness = 10


def pair(person: scoring.Person | None = None, **changes: Any) -> tuple[scoring.Person, scoring.Subject]:
    """Somebody who asks $60 for Django and HTMX, and a job that fits."""
    somebody = scoring.Person(
        skills=frozenset({text.term("Django"), text.term("HTMX")}), rate=Decimal(60), weights=scoring.Weights()
    )
    subject = scoring.Subject(
        where=changes.pop("where", {}), skills=changes.pop("skills", ("Django", "HTMX")), kind=changes.pop("kind", "hourly"),
        posted_at=changes.pop("posted_at", timezone.now()), **changes,
    )  # fmt: skip
    return person or somebody, subject
