"""Rows of the feed, made ready for a flat template: words said once, and remembered as long as the row is the same.

A list of 25 is most of what the feed costs. Tags and translations inside the loop came to half a millisecond a row.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, TypedDict

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from apps.core.templatetags import ui
from apps.jobs import wording
from apps.jobs.enums import Kind
from apps.jobs.selectors.feed import Row

REMEMBERED: Final = 4_096
NOTHING: Final = SafeString("")


class Card(TypedDict):
    """What one line of the list shows; a dictionary, because templates look there first."""

    id: str
    url: str
    ring: SafeString
    mark: SafeString
    title: str
    posted: str
    age: str
    pay: str
    terms: str
    chips: SafeString


def cards_of(rows: Iterable[Row]) -> list[Card]:
    """The rows in the language that is active."""
    language = get_language() or ""
    return [{**_card(row, language), "age": ui.age(row.posted_at)} for row in rows]


@lru_cache(maxsize=REMEMBERED)
def _card(row: Row, _language: str) -> Card:
    """Everything but the age, which the clock changes; a mark or a new price makes another row of it."""
    return Card(
        id=str(row.public_id),
        url=reverse("jobs:detail", args=[row.public_id]),
        ring=ui.ring(row.score),
        mark=_new() if row.opened_at is None else NOTHING,
        title=_("Text no longer kept") if row.is_purged else row.title,
        posted=row.posted_at.isoformat(),
        age="",
        pay=wording.pay(
            kind=row.kind,
            hourly_min=row.hourly_min,
            hourly_max=row.hourly_max,
            fixed_budget=row.fixed_budget,
            currency=row.currency,
        ),
        terms="" if row.is_purged else _terms(row),
        chips=format_html_join("", "{}", (() if row.is_purged else ((chip,) for chip in _chips(row)))),
    )


def _terms(row: Row) -> str:
    return " · ".join(filter(None, [str(Kind(row.kind).label), wording.length(row.length)]))


def _new() -> SafeString:
    return format_html('<span class="new"></span><span class="vh">{} </span>', _("New:"))


def _chips(row: Row) -> Iterator[SafeString]:
    if not row.client_verified:
        yield ui.chip(_("Payment not verified"), "warn", "info")
    elif not row.client_spent:
        yield ui.chip(_("Payment verified"), "good", "shield-check")
    else:
        spent = ui.money(row.client_spent, row.currency, compact=True)
        yield ui.chip(_("%(amount)s spent") % {"amount": spent}, "good", "shield-check")
    if row.client_rating:
        yield ui.chip(number_format(row.client_rating, 1), "", "star")
    if row.applicants is not None:
        yield ui.chip(ngettext("%(count)s proposal", "%(count)s proposals", row.applicants) % {"count": row.applicants})
    if row.saved_at:
        yield ui.chip(pgettext("job", "Saved"), "accent", "bookmark")
