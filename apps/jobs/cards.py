"""Lines of the feed, drawn once and remembered for a while, as long as nothing about them changes.

A list of 25 would be most of what the feed costs: tags and translations came to half a millisecond a line.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, TypedDict
from uuid import UUID

from django.template.loader import render_to_string
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
REMEMBERED_SECONDS: Final = 3_600
NOTHING: Final = SafeString("")


class Card(TypedDict):
    """What one line of the list says."""

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


def lines_of(rows: Iterable[Row], *, opened: UUID | None = None) -> SafeString:
    """The list in the language that is active, with `opened` marked as the one beside it."""
    language, line = get_language() or "", _remembering(int(time.time() // REMEMBERED_SECONDS))
    return SafeString("".join(line(row, ui.age(row.posted_at), row.public_id == opened, language) for row in rows))


@lru_cache(maxsize=1)
def _remembering(_hour: int) -> Callable[[Row, str, bool, str], str]:
    """A memory for this hour alone: titles are the marketplace's, and what is emptied must not live on in here."""
    return lru_cache(maxsize=REMEMBERED)(_line)


def _line(row: Row, age: str, is_open: bool, _language: str) -> str:
    """A mark, a new price or a minute that passed makes another line of it."""
    return render_to_string("jobs/card.html", {"card": card_of(row, age=age), "is_open": is_open})


def card_of(row: Row, *, age: str) -> Card:
    return Card(
        id=str(row.public_id),
        url=reverse("jobs:detail", args=[row.public_id]),
        ring=ui.ring(row.score),
        mark=_new() if row.opened_at is None else NOTHING,
        title=_("Text no longer kept") if row.is_purged else row.title,
        posted=row.posted_at.isoformat(),
        age=age,
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
