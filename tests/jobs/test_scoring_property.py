"""What holds for the score of any person and any job."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.jobs import text
from apps.jobs.scoring import PARTS, Person, Subject, Weights, score, weigh_again

NOW = timezone.now()
MONEY = st.none() | st.decimals("1", "100000", places=2)
SKILLS = st.lists(st.sampled_from(("Django", "HTMX", "C++", "Redis", "Figma")), unique=True, max_size=5)
WEIGHTS = st.builds(Weights, **{part: st.integers(0, 100) for part in PARTS})
PEOPLE = st.builds(
    lambda skills, rate, weights: Person(frozenset(text.terms(skills)), rate, weights), SKILLS, MONEY, WEIGHTS
)
SUBJECTS = st.builds(
    Subject,
    where=SKILLS.map(text.positions),
    skills=SKILLS,
    kind=st.sampled_from(("hourly", "fixed")),
    posted_at=st.timedeltas(timedelta(days=-30), timedelta(days=1)).map(lambda ago: NOW + ago),
    hourly_min=MONEY,
    hourly_max=MONEY,
    fixed_budget=MONEY,
    applicants=st.none() | st.integers(0, 500),
    verified=st.booleans(),
    hires=st.integers(0, 500),
    posted=st.integers(0, 500),
    reviews=st.integers(0, 500),
    rating=st.none() | st.floats(0, 5),
    spent=st.none() | st.decimals("0", "99999999999", places=2),
)


def value_of(person, subject):
    return score([(person, subject)], now=NOW)[0].value


@given(person=PEOPLE, subject=SUBJECTS)
def test_score_is_between_nothing_and_a_hundred_and_adds_up(person, subject):
    found = score([(person, subject)], now=NOW)[0]

    assert 0 <= found.value <= 100
    assert [part["key"] for part in found.parts] == list(PARTS)
    assert abs(sum(part["points"] for part in found.parts) - found.value) <= 0.51
    assert all(0 <= part["fit"] <= 1 for part in found.parts)


@given(pairs=st.lists(st.tuples(PEOPLE, SUBJECTS), max_size=6))
def test_each_job_scores_in_a_crowd_as_it_does_alone(pairs):
    together = score(pairs, now=NOW)

    assert together == [score([pair], now=NOW)[0] for pair in pairs]


@given(person=PEOPLE, subject=SUBJECTS, weights=WEIGHTS)
def test_weighing_again_is_scoring_anew(person, subject, weights):
    before = score([(person, subject)], now=NOW)[0]
    anew = score([(replace(person, weights=weights), subject)], now=NOW)[0]

    again = weigh_again(before.parts, weights)

    assert abs(again.value - anew.value) <= 1
    assert [part["fit"] for part in again.parts] == [part["fit"] for part in anew.parts]


@given(person=PEOPLE, subject=SUBJECTS, skill=st.sampled_from(("Django", "Figma")))
def test_learning_a_skill_never_lowers_a_score(person, subject, skill):
    learned = replace(person, skills=person.skills | {text.term(skill)})

    assert value_of(learned, subject) >= value_of(person, subject)


@given(person=PEOPLE, subject=SUBJECTS, fewer=st.integers(0, 100))
def test_less_competition_never_lowers_a_score(person, subject, fewer):
    assume(subject.applicants is not None and fewer < subject.applicants)

    assert value_of(person, replace(subject, applicants=fewer)) >= value_of(person, subject)


@given(person=PEOPLE, subject=SUBJECTS)
def test_better_client_never_lowers_a_score(person, subject):
    better = replace(subject, verified=True, spent=(subject.spent or Decimal(0)) + 1000)

    assert value_of(person, better) >= value_of(person, subject)


@given(person=PEOPLE, subject=SUBJECTS, hours=st.integers(1, 500))
def test_waiting_never_raises_a_score(person, subject, hours):
    older = replace(subject, posted_at=subject.posted_at - timedelta(hours=hours))

    assert value_of(person, older) <= value_of(person, subject)


@given(person=PEOPLE, subject=SUBJECTS)
def test_weight_of_nothing_brings_no_points(person, subject):
    only_skills = replace(person, weights=Weights(skills=1, rate=0, client=0, competition=0, freshness=0))

    parts = score([(only_skills, subject)], now=NOW)[0].parts

    assert [part["points"] for part in parts if part["key"] != "skills"] == [0, 0, 0, 0]
