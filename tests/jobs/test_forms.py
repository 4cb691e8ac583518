"""Input of the jobs room at its edges: the address of the feed, a search, the weights, the first steps."""

from uuid import uuid4

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.jobs.forms import FeedForm, SearchForm, WeightsForm
from apps.jobs.onboarding.forms import FirstSearchForm, SkillsForm
from apps.jobs.scoring import PARTS
from apps.jobs.selectors.feed import BEST, NEWEST, Cursor, FeedFilter
from tests.jobs.factories import SearchFactory

NAMES = ("q", "score", "kind", "verified", "few", "saved", "hidden", "unread", "search", "sort")
SEARCH = {"name": "Shops", "any_words": "django", "alert_threshold": "60"}


def chosen(**typed):
    return FeedForm(QueryDict("&".join(f"{name}={value}" for name, value in typed.items()))).chosen()


@pytest.mark.parametrize(
    ("typed", "left"),
    (
        ({"score": "0"}, FeedFilter()),
        ({"score": "100"}, FeedFilter(score=100)),
        ({"score": "101"}, FeedFilter()),
        ({"score": "-1"}, FeedFilter()),
        ({"score": "many"}, FeedFilter()),
        ({"kind": "hourly"}, FeedFilter(kind="hourly")),
        ({"kind": "salary"}, FeedFilter()),
        ({"sort": BEST}, FeedFilter(sort=BEST)),
        ({"sort": "random"}, FeedFilter(sort=NEWEST)),
        ({"search": "nonsense", "saved": "on"}, FeedFilter(saved=True)),
        ({"q": "x" * 200}, FeedFilter(q="x" * 200)),
        ({"q": "x" * 201, "unread": "on"}, FeedFilter(unread=True)),
    ),
)
def test_filter_that_makes_no_sense_is_left_out_and_the_others_stay(typed, left):
    assert chosen(**typed) == left


@given(typed=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20)))
def test_no_address_of_the_feed_is_an_error(typed):
    data = QueryDict(mutable=True)
    data.update(typed)

    found = FeedForm(data).chosen()

    assert 0 <= found.score <= 100
    assert found.kind in {"", "hourly", "fixed"}
    assert found.sort in {NEWEST, BEST}


@given(
    score=st.integers(0, 100),
    q=st.text(st.characters(categories=("L", "N")), max_size=30),
    flags=st.fixed_dictionaries({name: st.booleans() for name in ("verified", "few", "saved", "hidden", "unread")}),
    sort=st.sampled_from((NEWEST, BEST)),
)
def test_filter_written_into_the_address_comes_back_the_same(score, q, flags, sort):
    wanted = FeedFilter(score=score, q=q, sort=sort, search=uuid4(), **flags)

    assert FeedForm(QueryDict(wanted.query().removeprefix("?"))).chosen() == wanted


@given(given=st.text(max_size=40) | st.from_regex(r"\A[\d:T+~-]{0,30}~\d{1,20}\Z"))
def test_changed_cursor_starts_at_the_top_and_raises_nothing(given):
    cursor = Cursor.parse(given)

    for sort in (NEWEST, BEST):
        value = cursor and cursor.value(sort)
        assert value is None or isinstance(value, int if sort == BEST else type(timezone.now()))


@pytest.mark.parametrize(
    ("given", "is_read"), (("5~1", True), ("5~", False), ("5", False), ("5~x", False), ("5~" + "9" * 19, False))
)
def test_cursor_is_read_only_as_it_was_written(given, is_read):
    assert (Cursor.parse(given) is not None) is is_read


def test_cursor_comes_back_as_it_was_given():
    assert str(Cursor.parse("2026-11-20T10:00:00+00:00~42")) == "2026-11-20T10:00:00+00:00~42"


def errors_of(owner, **changes):
    return SearchForm({**SEARCH, **changes}, owner_id=owner.pk).errors


@pytest.mark.parametrize(
    "changes",
    (
        {"name": "x" * 80},
        {"alert_threshold": "0"},
        {"alert_threshold": "100"},
        {"client_rating_least": "0"},
        {"client_rating_least": "5"},
        {"any_words": "x" * 80},
        {"any_words": ",".join(map(str, range(30)))},
        {"any_words": "", "applicants_most": "5"},
        {"any_words": "", "exclude_countries": "Ukraine"},
        {"any_words": "c++, c#, .net"},
    ),
)
def test_search_at_the_edge_is_accepted(in_scope, changes):
    assert errors_of(in_scope, **changes) == {}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    (
        ({"name": "x" * 81}, "name", "at most 80 characters"),
        ({"name": "   "}, "name", "This field is required."),
        ({"alert_threshold": "-1"}, "alert_threshold", "greater than or equal to 0"),
        ({"alert_threshold": ""}, "alert_threshold", "This field is required."),
        ({"client_rating_least": "-0.1"}, "client_rating_least", "greater than or equal to 0"),
        ({"client_rating_least": "good"}, "client_rating_least", "Enter a number."),
        ({"fixed_least": "1e3x"}, "fixed_least", "Enter a number."),
        ({"hourly_least": "1234567.00"}, "hourly_least", "no more than"),
        ({"applicants_most": "-1"}, "applicants_most", "greater than or equal to 0"),
        ({"experience": "wizard"}, "experience", "Select a valid choice"),
        ({"phrases": "…"}, "phrases", "has no letter or digit to search for."),
        ({"exclude_words": "spam", "any_words": ""}, "__all__", "Name at least one word, skill or condition"),
    ),
)
def test_search_beyond_the_edge_is_refused_with_its_reason(in_scope, changes, field, words):
    errors = errors_of(in_scope, **changes)

    assert list(errors) == [field]
    assert words in str(errors[field])


def test_search_may_keep_its_own_name(in_scope):
    search = SearchFactory(owner=in_scope, name="Shops")

    form = SearchForm(SEARCH, owner_id=in_scope.pk, instance=search)

    assert form.is_valid(), form.errors


@pytest.mark.parametrize("value", ("0", "100"))
def test_weight_at_the_edge_is_accepted(in_scope, value):
    form = WeightsForm(dict.fromkeys(PARTS, "10") | {"skills": value})

    assert form.is_valid(), form.errors
    assert form.weights().skills == int(value)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    (
        ({"skills": "101"}, "skills", "less than or equal to 100"),
        ({"rate": "-1"}, "rate", "greater than or equal to 0"),
        ({"client": "1.5"}, "client", "Enter a whole number."),
        (dict.fromkeys(PARTS, "0"), "__all__", "At least one part must count."),
    ),
)
def test_weights_beyond_the_edge_are_refused_with_the_reason(in_scope, changes, field, words):
    form = WeightsForm(dict.fromkeys(PARTS, "10") | changes)

    assert list(form.errors) == [field]
    assert words in str(form.errors[field])


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    (
        ({"skills": ""}, "skills", "Name at least one skill, or skip this step."),
        ({"skills": "x" * 61}, "skills", "is too long."),
        ({"skills": ",".join(map(str, range(51)))}, "skills", "At most 50, please."),
        ({"skills": "Django", "hourly_rate": "0.99"}, "hourly_rate", "greater than or equal to 1"),
        ({"skills": "Django", "hourly_rate": "62.555"}, "hourly_rate", "no more than 2 decimal places"),
    ),
)
def test_first_steps_refuse_what_cannot_be_kept(typed, field, words):
    form = SkillsForm(typed)

    assert list(form.errors) == [field]
    assert words in str(form.errors[field])


def test_first_search_needs_something_to_look_for(in_scope):
    form = FirstSearchForm({"name": "First"}, owner_id=in_scope.pk)

    assert "Name at least one word, skill or condition" in str(form.errors["__all__"])
