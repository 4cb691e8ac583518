"""What the pages of the jobs room say in words."""

from collections.abc import Mapping
from typing import Any

from django import template

from apps.jobs import wording
from apps.jobs.matching.rules import Refusal
from apps.jobs.models import Job

register = template.Library()


@register.filter
def row_pay(row: Mapping[str, Any]) -> str:
    """The price of a feed row."""
    return wording.pay(
        kind=row["job__kind"],
        hourly_min=row["job__hourly_min"],
        hourly_max=row["job__hourly_max"],
        fixed_budget=row["job__fixed_budget"],
        currency=row["job__currency"],
    )


@register.filter
def job_pay(job: Job) -> str:
    return wording.pay_of(job)


@register.filter
def spoken(slug: str) -> str:
    """Upwork names categories like web-mobile-software-dev."""
    return slug.replace("-", " ").capitalize()


@register.filter
def in_words(refusals: tuple[tuple[Refusal, str], ...]) -> str:
    """Why a job did not pass a search."""
    return ", ".join(wording.refusal(why, value) for why, value in refusals)
