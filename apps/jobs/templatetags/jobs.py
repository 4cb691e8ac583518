"""What the pages of the jobs room say in words."""

from django import template

from apps.jobs import categories, wording
from apps.jobs.matching.rules import Refusal
from apps.jobs.models import Job

register = template.Library()


@register.filter
def job_pay(job: Job) -> str:
    return wording.pay_of(job)


@register.filter
def spoken(slug: str) -> str:
    """Upwork names categories like web-mobile-software-dev."""
    return categories.label_of(slug)


@register.filter
def job_length(label: str) -> str:
    return wording.length(label)


@register.filter
def in_words(refusals: tuple[tuple[Refusal, str], ...]) -> str:
    """Why a job did not pass a search."""
    return ", ".join(wording.refusal(why, value) for why, value in refusals)
