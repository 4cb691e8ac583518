"""What a saved search asks for: a truth table for each condition."""

from decimal import Decimal

import pytest

from apps.jobs import text
from apps.jobs.matching.percolator import Percolator
from apps.jobs.matching.rules import Criteria, Facts, Refusal, judge, passes
from apps.jobs.models import SavedSearch

WORDS = "Django developer for an online shop with Stripe"


def criteria(**conditions):
    return Criteria.of(SavedSearch(owner_id=1, **conditions))


def facts(words=WORDS, **known):
    return Facts(job_id=1, where=text.positions([words]), **{"kind": "hourly", **known})


@pytest.mark.parametrize(
    ("conditions", "known", "refusal"),
    (
        ({}, {}, None),
        ({"all_words": ["django", "shop"]}, {}, None),
        ({"all_words": ["django", "rails"]}, {}, (Refusal.MISSING, "rails")),
        ({"all_words": ["online shop"]}, {}, None),
        ({"all_words": ["shop online"]}, {}, (Refusal.MISSING, "shop online")),
        ({"any_words": ["rails", "django"]}, {}, None),
        ({"any_words": ["rails", "laravel"]}, {}, (Refusal.NONE_OF, "rails, laravel")),
        ({"phrases": ["online shop"]}, {}, None),
        ({"phrases": ["online store"]}, {}, (Refusal.MISSING, "online store")),
        ({"skills": ["Stripe", "PayPal"]}, {}, None),
        ({"skills": ["PayPal"]}, {}, (Refusal.NO_SKILL, "PayPal")),
        ({"exclude_words": ["wordpress"]}, {}, None),
        ({"exclude_words": ["shops"]}, {}, (Refusal.EXCLUDED, "shops")),
        ({"kind": "hourly"}, {}, None),
        ({"kind": "fixed"}, {}, (Refusal.KIND, "hourly")),
        ({"hourly_least": Decimal(50)}, {"hourly_max": Decimal(50)}, None),
        ({"hourly_least": Decimal(50)}, {"hourly_max": Decimal("49.99")}, (Refusal.PAYS_LESS, "")),
        ({"hourly_least": Decimal(50)}, {"hourly_max": None}, None),
        ({"hourly_least": Decimal(50)}, {"kind": "fixed", "fixed_budget": Decimal(5)}, None),
        ({"fixed_least": Decimal(500)}, {"kind": "fixed", "fixed_budget": Decimal(500)}, None),
        ({"fixed_least": Decimal(500)}, {"kind": "fixed", "fixed_budget": Decimal(499)}, (Refusal.PAYS_LESS, "")),
        ({"experience": "expert"}, {"experience": "expert"}, None),
        ({"experience": "expert"}, {"experience": ""}, None),
        ({"experience": "expert"}, {"experience": "entry"}, (Refusal.EXPERIENCE, "entry")),
        ({"verified_only": True}, {"verified": True}, None),
        ({"verified_only": True}, {}, (Refusal.NOT_VERIFIED, "")),
        ({"client_spent_least": Decimal(1000)}, {"spent": Decimal(1000)}, None),
        ({"client_spent_least": Decimal(1000)}, {}, (Refusal.SPENT_LESS, "0")),
        ({"client_rating_least": 4.5}, {"rating": 4.5}, None),
        ({"client_rating_least": 4.5}, {"rating": None}, (Refusal.RATED_LOWER, "0")),
        ({"applicants_most": 10}, {"applicants": 10}, None),
        ({"applicants_most": 10}, {"applicants": 11}, (Refusal.TOO_MANY, "11")),
        ({"applicants_most": 10}, {"applicants": None}, None),
        ({"exclude_countries": ["India "]}, {"country": "india"}, (Refusal.COUNTRY, "india")),
        ({"exclude_countries": ["India"]}, {"country": "Ukraine"}, None),
        ({"exclude_countries": ["India"]}, {"country": "IND"}, (Refusal.COUNTRY, "IND")),
        ({"exclude_countries": ["Türkiye"]}, {"country": "Turkey"}, (Refusal.COUNTRY, "Turkey")),
        ({"exclude_countries": ["Narnia"]}, {"country": "narnia"}, (Refusal.COUNTRY, "narnia")),
    ),
)
def test_judge_says_what_speaks_against_a_job(conditions, known, refusal):
    verdict = judge(criteria(**conditions), facts(**known))

    assert verdict.refusals == ((refusal,) if refusal else ())
    assert verdict.passes is passes(criteria(**conditions), facts(**known)) is (refusal is None)


def test_judge_names_everything_at_once():
    verdict = judge(criteria(all_words=["rails"], kind="fixed", verified_only=True), facts())

    assert [why for why, _value in verdict.refusals] == [Refusal.KIND, Refusal.NOT_VERIFIED, Refusal.MISSING]


def search(number, owner=1, **words):
    return Criteria.of(SavedSearch(pk=number, owner_id=owner, **words))


def found(percolator, given, **options):
    return sorted(hit.search_id for hit in percolator.matches(given, **options))


def test_percolator_finds_exactly_what_the_rules_let_pass():
    searches = [
        search(1, all_words=["django"]), search(2, all_words=["django", "rails"]), search(3, any_words=["rails", "stripe"]),
        search(4, skills=["stripe"]), search(5, phrases=["online shop"]), search(6, kind="hourly"), search(7, kind="fixed"),
        search(8, any_words=["django"], exclude_words=["shop"]), search(9, any_words=["online store", "shop with"]),
    ]  # fmt: skip
    known = facts()

    assert (
        found(Percolator(searches), known) == [s.search_id for s in searches if passes(s, known)] == [1, 3, 4, 5, 6, 9]
    )


def test_percolator_asks_only_the_searches_of_those_who_were_shown_the_job():
    percolator = Percolator([search(1, owner=1, all_words=["django"]), search(2, owner=2, all_words=["django"])])

    assert found(percolator, facts(), owners={2}) == [2]


def test_percolator_of_nothing_finds_nothing():
    assert found(Percolator([]), facts()) == []
