"""How fast postings become rows: our ingest against `update_or_create` of the same rows, in the same run."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bench.world import table, throwaway_database

POSTINGS = 10_000
PAGE = 500
BASELINE = 400


def postings(count: int) -> list:
    """Texts of a usual length over a usual vocabulary; the seed is fixed."""
    from django.utils import timezone

    from apps.upwork.types import ClientFacts, JobPosting

    dice, now = random.Random(2026), timezone.now()
    words = ["".join(dice.choices("abcdefghijklmnoprstuvw", k=dice.randint(2, 10))) for _number in range(8_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    skills = [f"Skill {number}" for number in range(300)]
    return [
        JobPosting(
            upwork_id=str(10**18 + number), ciphertext=f"~02{10**18 + number}", title=" ".join(dice.choices(words, weights, k=8)),
            description=" ".join(dice.choices(words, weights, k=170)), skills=tuple(dice.sample(skills, 6)), category="web",
            subcategory="python", kind="hourly", hourly_min=Decimal(20), hourly_max=Decimal(60), fixed_budget=None,
            currency="USD", experience="expert", duration="1 to 3 months", workload="30+ hrs/week",
            posted_at=now - timedelta(seconds=number), renewed_at=None, applicants=dice.randint(0, 50), freelancers_to_hire=1,
            questions=(), cover_letter_required=True, preferred_countries=(), applied=False,
            client=ClientFacts(
                rid=f"client-{dice.randint(1, 3_000)}", country="United States", city="Austin", total_hires=9, total_posted=12,
                total_reviews=8, rating=4.8, total_spent=Decimal(40_000), payment_verified=True,
            ),
        )
        for number in range(count)
    ]  # fmt: skip


def one_by_one(owner_id: int, given: Sequence) -> None:
    """What a first version does: the same columns, a row at a time. Clients and sightings are left out: less work than ours."""
    from apps.jobs.models import Job
    from apps.jobs.services.ingest import _row

    for posting in given:
        fields = _row(posting, {})
        fields.pop("client_key")
        upwork_id = fields.pop("upwork_id")
        Job.objects.update_or_create(upwork_id=upwork_id, owner=None, defaults={**fields, "source": "api"})


def ours(owner_id: int, given: Sequence) -> None:
    from apps.jobs.services.ingest import ingest

    for start in range(0, len(given), PAGE):
        ingest(owner_id=owner_id, postings=given[start : start + PAGE], source="api")


def rate(work: Callable[[int, Sequence], None], owner_id: int, given: Sequence) -> float:
    started = time.perf_counter()
    work(owner_id, given)
    return len(given) / (time.perf_counter() - started)


def main() -> None:
    """Print rows/s of both ways for rows that are new, known, and partly changed."""
    with throwaway_database():
        from django.contrib.auth import get_user_model

        from apps.core.tenancy import owner_scope

        owner = get_user_model().objects.create_user("bench@example.com", "x")
        made = postings(POSTINGS + BASELINE)
        given, sample = made[:POSTINGS], made[POSTINGS:]
        ours(owner.pk, [replace(posting, upwork_id=f"9{posting.upwork_id}") for posting in sample])  # warm for both
        with owner_scope(owner.pk):
            slow_new, slow_known = rate(one_by_one, owner.pk, sample), rate(one_by_one, owner.pk, sample)
        new, known = rate(ours, owner.pk, given), rate(ours, owner.pk, given)
        changed = [replace(job, applicants=51) if place % 10 == 0 else job for place, job in enumerate(given)]
        tenth = rate(ours, owner.pk, changed)
    print(f"{POSTINGS:,} postings in pages of {PAGE}, rows/s; `update_or_create` over {BASELINE} of the same kind.\n")
    table(
        ("rows", "update_or_create", "ours", "ratio (target 10 ×)"),
        (
            ("new", slow_new, new, f"{new / slow_new:.1f} ×"),
            ("known, unchanged", slow_known, known, f"{known / slow_known:.1f} ×"),
            ("known, a tenth changed", slow_known, tenth, f"{tenth / slow_known:.1f} ×"),
        ),
    )


if __name__ == "__main__":
    main()
