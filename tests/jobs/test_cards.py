"""Cards of the feed: every word in the language of the page, nothing of one language in the other."""

import re
import time
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone, translation

from apps.core.templatetags import ui
from apps.jobs import cards
from apps.jobs.cards import card_of, lines_of
from apps.jobs.selectors.feed import Row


def row(**changes):
    known = {
        "pk": 1, "score": 94, "posted_at": timezone.now() - timedelta(minutes=5), "opened_at": None, "saved_at": None,
        "is_purged": False, "public_id": uuid4(), "title": "Speed up our checkout", "kind": "hourly",
        "hourly_min": Decimal(45), "hourly_max": Decimal(70), "fixed_budget": None, "currency": "USD",
        "length": "30+ hrs/week", "client_spent": Decimal(182_000), "client_rating": 4.9, "client_verified": True,
        "applicants": 4,
    }  # fmt: skip
    return Row(**{**known, **changes})


def card(**changes):
    made = row(**changes)
    return card_of(made, age=ui.age(made.posted_at))


def chips(**changes):
    """The texts of the chips without their drawings."""
    drawings_out = re.sub(r"<svg.*?</svg>", "", card(**changes)["chips"])
    return re.findall(r">([^<]+)<", drawings_out)


def test_card_says_everything_once():
    made = card()

    assert made["url"] == f"/jobs/{made['id']}/"
    assert (made["title"], made["pay"], made["terms"]) == (
        "Speed up our checkout",
        "$45–70/hr",
        "Hourly · 30+ hrs/week",
    )
    assert (made["age"], "New:" in made["mark"]) == ("5 min", True)
    assert chips() == ["$182K spent", "4.9", "4 proposals"]
    assert ">94<" in made["ring"] or made["ring"].endswith("94</span>")


@pytest.mark.parametrize(
    ("changes", "expected"),
    (
        ({"client_verified": False}, ["Payment not verified", "4.9", "4 proposals"]),
        ({"client_spent": None}, ["Payment verified", "4.9", "4 proposals"]),
        ({"client_rating": None}, ["$182K spent", "4 proposals"]),
        ({"applicants": None}, ["$182K spent", "4.9"]),
        ({"applicants": 1}, ["$182K spent", "4.9", "1 proposal"]),
        ({"saved_at": timezone.now()}, ["$182K spent", "4.9", "4 proposals", "Saved"]),
        ({"is_purged": True}, []),
    ),
)
def test_card_shows_what_is_known_of_the_client(changes, expected):
    assert chips(**changes) == expected


def test_purged_card_keeps_its_score_and_price_and_loses_its_words():
    made = card(is_purged=True)

    assert (made["title"], made["terms"], made["pay"]) == ("Text no longer kept", "", "$45–70/hr")


def test_opened_card_is_not_new():
    assert card(opened_at=timezone.now())["mark"] == ""


def test_fixed_price_without_a_length_says_so():
    made = card(kind="fixed", fixed_budget=Decimal(8000), hourly_min=None, hourly_max=None, length="")

    assert (made["pay"], made["terms"]) == ("$8,000", "Fixed price")


def test_line_remembered_in_one_language_is_not_shown_in_the_other():
    made = row()
    english = lines_of([made])
    with translation.override("uk"):
        ukrainian = lines_of([made])

    assert ">Hourly · " in english
    assert ">Hourly · " not in ukrainian
    assert lines_of([made]) == english


def test_line_follows_the_clock_and_the_marks():
    made = row()
    seen = made._replace(opened_at=timezone.now())

    with time_machine.travel(made.posted_at + timedelta(minutes=5), tick=False) as clock:
        first = lines_of([made])
        clock.shift(timedelta(minutes=1))
        later = lines_of([made])

    assert (">5 min<" in first, ">6 min<" in later) == (True, True)
    assert 'class="new"' in first
    assert 'class="new"' not in lines_of([seen])


def test_words_of_the_marketplace_are_remembered_for_an_hour_and_no_longer():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        lines_of([row(), row(), row()])
        clock.shift(timedelta(seconds=cards.REMEMBERED_SECONDS))
        lines_of([row()])
        memory = cards._remembering(int(time.time() // cards.REMEMBERED_SECONDS))

    assert cards._remembering.cache_info().currsize == 1
    assert memory.cache_info().currsize == 1


def test_only_the_open_line_is_the_current_one():
    one, other = row(), row()

    assert lines_of([one, other], opened=one.public_id).count('aria-current="true"') == 1
    assert "aria-current" not in lines_of([one, other])


def test_title_is_shown_as_text():
    assert "&lt;b&gt;" in lines_of([row(title="<b>")])


def test_no_rows_make_no_lines():
    assert lines_of([]) == ""
