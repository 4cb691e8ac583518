"""The score by hand: each part, its reason, and the sum."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from apps.jobs import scoring, text, wording
from tests.jobs.factories import pair

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def part(key, person=None, **changes):
    """One part of the score of a single job."""
    (result,) = scoring.score([pair(person, **{"posted_at": NOW, **changes})], now=NOW)
    return next(part for part in result.parts if part["key"] == key)


def fit_and_reason(key, **changes):
    found = part(key, **changes)
    return found["fit"], found["reason"], found["values"]


@pytest.mark.parametrize(
    ("asked", "fit", "have"),
    (
        (("Django", "HTMX"), 1.0, 2),
        (("Django", "COBOL"), 0.5, 1),
        (("COBOL", "Ada", "PL/I"), 0.0, 0),
        (("Django HTMX",), 1.0, 1),
    ),
)
def test_skills_count_the_asked_ones_that_are_there(asked, fit, have):
    values = {"have": have, "asked": len(asked), "missing": len(asked) - have}

    assert fit_and_reason("skills", skills=asked) == (fit, "skills", values)


@pytest.mark.parametrize(("words", "fit", "count"), (("Django with HTMX", 0.67, 2), ("Rails", 0.0, 0)))
def test_skills_are_read_from_the_text_where_none_are_listed(words, fit, count):
    assert fit_and_reason("skills", skills=(), where=text.positions([words])) == (
        fit,
        "skills_in_text",
        {"mentioned": count},
    )


@pytest.mark.parametrize(
    ("prices", "fit", "reason"),
    (
        ({"hourly_min": Decimal(45), "hourly_max": Decimal(70)}, 1.0, "rate_inside"),
        ({"hourly_min": Decimal(65), "hourly_max": Decimal(70)}, 1.0, "rate_below"),
        ({"hourly_min": Decimal(20), "hourly_max": Decimal(45)}, 0.5, "rate_above"),
        ({"hourly_min": Decimal(10), "hourly_max": Decimal(30)}, 0.0, "rate_above"),
        ({"hourly_min": Decimal(60)}, 1.0, "rate_inside"),
        ({}, 0.5, "rate_not_said"),
        ({"kind": "fixed", "fixed_budget": Decimal(1200)}, 1.0, "rate_buys_hours"),
        ({"kind": "fixed", "fixed_budget": Decimal(300)}, 0.25, "rate_buys_hours"),
        ({"kind": "fixed"}, 0.5, "rate_not_said"),
    ),
)
def test_rate_compares_with_the_persons_own(prices, fit, reason):
    found = part("rate", **prices)

    assert (found["fit"], found["reason"]) == (fit, reason)


def test_rate_without_one_in_the_profile_counts_half():
    found = part("rate", scoring.Person(), hourly_max=Decimal(70))

    assert (found["fit"], found["reason"]) == (0.5, "rate_of_yours_missing")


@pytest.mark.parametrize(
    ("client", "fit", "reason"),
    (
        # 0.3 + 0.3·(12+2)/(14+4) + 0.2·(((10·4.9+3·4)/13−3)/2) + 0.2·(5.26/5 → 1)
        ({"verified": True, "hires": 12, "posted": 14, "reviews": 10, "rating": 4.9, "spent": Decimal(182_000)}, 0.9, "client_rated"),
        # 0 + 0.3·2/4 + 0.2·0.5 + 0
        ({}, 0.25, "client_new"),
        # 0.3 + 0.3·2/24 + 0.2·0.5 + 0
        ({"verified": True, "hires": 0, "posted": 20}, 0.43, "client_unrated"),
        # more hires than posts (one post can hire several) counts as every post
        ({"verified": True, "hires": 9, "posted": 4}, 0.63, "client_unrated"),
    ),
)  # fmt: skip
def test_client_adds_up_verification_hires_feedback_and_spending(client, fit, reason):
    found = part("client", **client)

    assert (found["fit"], found["reason"]) == (pytest.approx(fit, abs=0.011), reason)


def test_client_with_more_hires_than_posts_is_said_as_it_is():
    found = part("client", verified=True, hires=9, posted=4)

    assert wording.reason(found) == "9 hires from 4 posts, no reviews yet"


@pytest.mark.parametrize(
    ("applicants", "fit", "reason"),
    (
        (0, 1.0, "competition"),
        (5, 0.9, "competition"),
        (50, 0.0, "competition"),
        (90, 0.0, "competition"),
        (None, 0.5, "competition_unknown"),
    ),
)
def test_competition_falls_to_nothing_at_fifty(applicants, fit, reason):
    found = part("competition", applicants=applicants)

    assert (found["fit"], found["reason"]) == (fit, reason)


@pytest.mark.parametrize(("hours", "fit"), ((0, 1.0), (6, 0.5), (12, 0.25), (-1, 1.0)))
def test_freshness_halves_every_six_hours(hours, fit):
    assert part("freshness", posted_at=NOW - timedelta(hours=hours))["fit"] == fit


def test_score_is_the_sum_of_its_points():
    (result,) = scoring.score(
        [
            pair(
                hourly_min=Decimal(45),
                hourly_max=Decimal(70),
                applicants=5,
                posted_at=NOW - timedelta(hours=6),
                verified=True,
            )
        ],
        now=NOW,
    )

    points = {part["key"]: part["points"] for part in result.parts}
    # 0.3 + 0.3·0.5 + 0.2·0.5 = 0.55 of 20
    assert points == {"skills": 40.0, "rate": 20.0, "client": 11.0, "competition": 9.0, "freshness": 5.0}
    assert result.value == 85


def test_weights_count_by_their_proportion():
    weights = scoring.Weights(skills=1, rate=0, client=0, competition=0, freshness=1)
    person = scoring.Person(skills=frozenset({("django",)}), weights=weights)

    (result,) = scoring.score([pair(person, skills=("Django",), posted_at=NOW - timedelta(hours=6))], now=NOW)

    assert {part["key"]: part["points"] for part in result.parts if part["weight"]} == {
        "skills": 50.0,
        "freshness": 25.0,
    }
    assert result.value == 75


def test_a_batch_scores_as_each_alone():
    jobs = [
        pair(skills=("Django",), applicants=3, posted_at=NOW),
        pair(kind="fixed", fixed_budget=Decimal(5), posted_at=NOW),
    ]

    assert scoring.score(jobs, now=NOW) == [scoring.score([job], now=NOW)[0] for job in jobs]
    assert scoring.score([], now=NOW) == []


def test_weigh_again_gives_what_scoring_with_the_new_weights_would():
    weights = scoring.Weights(skills=10, rate=30, client=30, competition=20, freshness=10)
    person, subject = pair(
        hourly_max=Decimal(50), applicants=20, posted_at=NOW - timedelta(hours=3), verified=True, hires=3, posted=9
    )
    (before,) = scoring.score([(person, subject)], now=NOW)
    (expected,) = scoring.score([(scoring.Person(person.skills, person.rate, weights), subject)], now=NOW)

    assert scoring.weigh_again(before.parts, weights) == expected
