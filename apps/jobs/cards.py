"""Rows of the feed, made ready for a flat template: every word said once, every repeated drawing remembered.

A list of 25 is most of what the feed costs. Tags and translations inside the loop came to half a millisecond a row.
"""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypedDict
from uuid import UUID

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from apps.core.templatetags import ui
from apps.jobs import wording
from apps.jobs.enums import Kind
from apps.jobs.selectors.feed import Row

PLACE: Final = UUID(int=0)
REMEMBERED: Final = 4_096


class Card(TypedDict):
    """What one line of the list shows; a dictionary, because templates look there first."""

    id: str
    url: str
    ring: SafeString
    is_new: bool
    title: str
    posted: str
    age: str
    pay: str
    terms: str
    chips: list[SafeString]


def cards_of(rows: Iterable[Row]) -> list[Card]:
    """The rows in the language that is active."""
    language, address = get_language() or "", reverse("jobs:detail", args=[PLACE])
    gone = _("Text no longer kept")
    return [_card(row, language, address, gone) for row in rows]


def _card(row: Row, language: str, address: str, gone: str) -> Card:
    public_id = str(row.public_id)
    return Card(
        id=public_id,
        url=address.replace(str(PLACE), public_id),
        ring=_ring(row.score, language),
        is_new=row.opened_at is None,
        title=gone if row.is_purged else row.title,
        posted=row.posted_at.isoformat(),
        age=ui.age(row.posted_at),
        pay=_pay(
            row.kind, row.hourly_min, row.hourly_max, row.fixed_budget, row.currency,
            language,
        ),
        terms="" if row.is_purged else _terms(row.kind, row.length, language),
        chips=[] if row.is_purged else _chips(row, language),
    )  # fmt: skip


def _chips(row: Row, language: str) -> list[SafeString]:
    rating, applicants = row.client_rating, row.applicants
    found = [
        _trust(row.client_verified, row.client_spent, row.currency, language),
        _rating(rating, language) if rating else None,
        _proposals(applicants, language) if applicants is not None else None,
        _saved(language) if row.saved_at else None,
    ]
    return [chip for chip in found if chip]


# Remembered by value and language: the same words come again on every page


@lru_cache(maxsize=REMEMBERED)
def _ring(score: int, _language: str) -> SafeString:
    return ui.ring(score)


@lru_cache(maxsize=REMEMBERED)
def _pay(
    kind: str, low: Decimal | None, high: Decimal | None, budget: Decimal | None, currency: str, _language: str
) -> str:
    return wording.pay(kind=kind, hourly_min=low, hourly_max=high, fixed_budget=budget, currency=currency)


@lru_cache(maxsize=REMEMBERED)
def _terms(kind: str, length: str, _language: str) -> str:
    return " · ".join(filter(None, [str(Kind(kind).label), length]))


@lru_cache(maxsize=REMEMBERED)
def _trust(verified: bool, spent: Decimal | None, currency: str, _language: str) -> SafeString:
    if not verified:
        return ui.chip(_("Payment not verified"), "warn", "info")
    if not spent:
        return ui.chip(_("Verified"), "good", "shield-check")
    return ui.chip(_("%(amount)s spent") % {"amount": ui.money(spent, currency, compact=True)}, "good", "shield-check")


@lru_cache(maxsize=REMEMBERED)
def _rating(rating: float, _language: str) -> SafeString:
    return ui.chip(number_format(rating, 1), "", "star")


@lru_cache(maxsize=REMEMBERED)
def _proposals(count: int, _language: str) -> SafeString:
    return ui.chip(ngettext("%(count)s proposal", "%(count)s proposals", count) % {"count": count})


@lru_cache(maxsize=REMEMBERED)
def _saved(_language: str) -> SafeString:
    return ui.chip(_("Saved"), "accent", "bookmark")
