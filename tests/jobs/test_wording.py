"""Reasons in words, in both languages' grammar, from keys and values alone."""

from decimal import Decimal

import pytest
from django.utils import translation

from apps.jobs import categories, scoring, wording
from apps.jobs.matching.rules import Refusal
from tests.jobs.factories import pair


@pytest.mark.parametrize(
    ("fields", "words"),
    (
        ({"kind": "hourly", "hourly_min": Decimal(45), "hourly_max": Decimal(70)}, "$45–70/hr"),
        ({"kind": "hourly", "hourly_max": Decimal(70)}, "$70/hr"),
        ({"kind": "hourly"}, "No rate said"),
        ({"kind": "fixed", "fixed_budget": Decimal(8000)}, "$8,000"),
        ({"kind": "fixed"}, "No budget said"),
    ),
)
def test_pay_is_said_as_a_posting_says_it(fields, words):
    empty = {"hourly_min": None, "hourly_max": None, "fixed_budget": None, "currency": "USD"}

    assert wording.pay(**{**empty, **fields}) == words


@pytest.mark.parametrize(
    ("reason", "values", "words"),
    (
        ("skills", {"have": 1, "asked": 1, "missing": 0}, "1 of 1 asked skill is yours"),
        ("skills", {"have": 2, "asked": 5, "missing": 3}, "2 of 5 asked skills are yours"),
        ("skills_in_text", {"mentioned": 0}, "No skills are listed, and the text names none of yours"),
        ("skills_in_text", {"mentioned": 2}, "No skills are listed; the text names 2 of yours"),
        ("rate_above", {"rate": "60", "offered": "45", "currency": "USD"}, "They pay up to $45, you ask $60"),
        ("rate_below", {"rate": "60", "offered": "65", "currency": "USD"}, "They pay from $65, you ask $60"),
        ("rate_buys_hours", {"rate": "60", "hours": 1, "currency": "USD"}, "The budget buys about 1 hour at your $60"),
        ("client_new", {"verified": True}, "A new client, payment verified"),
        ("client_new", {"verified": False}, "A new client, payment not verified"),
        ("client_unrated", {"hires": 0, "posted": 1, "verified": True}, "Hired on 0 of 1 post, no reviews yet"),
        ("client_unrated", {"hires": 1, "posted": 0, "verified": True}, "1 hire from 0 posts, no reviews yet"),
        ("client_unrated", {"hires": 3, "posted": 1, "verified": True}, "3 hires from 1 post, no reviews yet"),
        ("competition", {"applicants": 1}, "1 proposal when it was scored"),
        ("freshness", {"minutes": 0}, "Reached you within a minute of being posted"),
        ("freshness", {"minutes": 1}, "Reached you 1 minute after it was posted"),
        ("freshness", {"minutes": 90}, "Reached you 1 hour after it was posted"),
        ("freshness", {"minutes": 3000}, "Reached you 2 days after it was posted"),
    ),
)
def test_reason_says_what_the_values_are(reason, values, words):
    assert wording.reason({"reason": reason, "values": values}) == words


@pytest.mark.parametrize("rate", (None, Decimal(60)))
@pytest.mark.parametrize("kind", ("hourly", "fixed"))
@pytest.mark.parametrize("amount", (None, Decimal(30), Decimal(90)))
@pytest.mark.parametrize("applicants", (None, 3))
@pytest.mark.parametrize("posted", (0, 4))
def test_every_reason_that_scoring_gives_has_words(rate, kind, amount, applicants, posted):
    _person, subject = pair(kind=kind, hourly_max=amount, fixed_budget=amount, applicants=applicants, posted=posted)

    (result,) = scoring.score([(scoring.Person(rate=rate), subject)], now=subject.posted_at)

    assert all(wording.reason(part) for part in result.parts)


def test_rating_is_written_as_the_language_writes_numbers():
    part = {"reason": "client_rated", "values": {"hires": 1, "posted": 2, "rating": 4.9, "reviews": 10}}

    with translation.override("uk"):
        words = wording.reason(part)

    assert "4,9" in words
    assert "4.9 stars from 10 reviews" in wording.reason(part)


@pytest.mark.parametrize(
    ("given", "label"),
    (
        ("ai-apps-integration", "AI apps & integration"),
        ("scripts-utilities", "Scripts & utilities"),
        ("it-networking", "IT & networking"),
        ("erp-crm-software", "ERP/CRM software"),
        ("3d-modeling-cad", "3D modeling & CAD"),
        ("Web, Mobile & Software Dev", "Web, mobile & software dev"),
        ("web-development", "Web development"),
        ("something-new", "Something new"),
    ),
)
def test_category_is_said_by_its_name(given, label):
    assert categories.label_of(given) == label


@pytest.mark.parametrize("label", ("1 to 3 months", "30+ hrs/week", "Whatever comes", ""))
def test_length_is_said_as_upwork_labels_it(label):
    assert wording.length(label) == label


@pytest.mark.parametrize(
    ("seconds", "words"), ((10, "about every 10 seconds"), (60, "about once a minute"), (300, "about every 5 minutes"))
)
def test_pace_follows_the_seconds(seconds, words):
    assert words in wording.pace(seconds)


@pytest.mark.parametrize("why", tuple(Refusal))
def test_every_refusal_has_words(why):
    assert "%(" not in wording.refusal(why, "x")
