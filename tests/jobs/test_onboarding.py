"""The first two minutes: skills, a search made from them, the connection, the first matches."""

import pytest
from django.urls import reverse

from apps.accounts import selectors as accounts
from apps.core.tenancy import owner_scope
from apps.jobs.models import SavedSearch
from apps.jobs.onboarding import vocabulary
from apps.upwork.enums import ConnectionState
from apps.upwork.models import Connection
from tests.accounts.factories import ProfileFactory, UserFactory
from tests.jobs.factories import MatchFactory, SearchFactory

SKILLS, SEARCH, CONNECT, DONE = (reverse(f"welcome:{step}") for step in ("skills", "search", "connect", "done"))


@pytest.fixture
def newcomer(db):
    return UserFactory(is_onboarded=False)


@pytest.fixture
def signed_in(client, newcomer):
    client.force_login(newcomer)
    return client


def profile(person):
    with owner_scope(person.pk):
        return accounts.profile_of(person.pk)


def is_onboarded(person):
    with owner_scope(person.pk):
        return accounts.settings_of(person.pk).onboarded_at is not None


def test_the_whole_way_without_javascript(signed_in, newcomer):
    assert signed_in.post(SKILLS, {"skills": "Django, HTMX, Django", "hourly_rate": "62"})["Location"] == SEARCH
    made = signed_in.get(SEARCH).content.decode()
    assert 'value="Django + HTMX"' in made
    filled = {
        "name": "Django + HTMX",
        "skills": ["Django", "HTMX", ""],
        "exclude_words": "wordpress",
        "verified_only": "on",
    }
    assert signed_in.post(SEARCH, filled)["Location"] == CONNECT
    assert 'name="next" value="/welcome/done/"' in signed_in.get(CONNECT).content.decode()
    assert not is_onboarded(newcomer)
    signed_in.get(DONE)

    assert (profile(newcomer).skills, profile(newcomer).hourly_rate) == (["Django", "HTMX"], 62)
    with owner_scope(newcomer.pk):
        search = SavedSearch.objects.get()
    assert (search.skills, search.exclude_words, search.verified_only) == (["Django", "HTMX"], ["wordpress"], True)
    assert (search.is_active, search.alert_threshold) == (True, 60)
    assert is_onboarded(newcomer)


def test_name_may_be_given_with_the_skills_and_is_shown_again(signed_in, newcomer):
    signed_in.post(SKILLS, {"skills": "Django", "first_name": "Olena", "last_name": "Koval"})

    assert profile(newcomer).full_name == "Olena Koval"
    assert 'value="Olena"' in signed_in.get(SKILLS).content.decode()


def test_skills_are_asked_for_or_skipped(signed_in, newcomer):
    refused = signed_in.post(SKILLS, {"skills": ""})

    assert refused.status_code == 422
    assert "Name at least one skill, or skip this step." in refused.content.decode()
    assert f'href="{SEARCH}"' in refused.content.decode()


@pytest.mark.parametrize("rate", ("0", "-5", "a lot"))
def test_a_rate_is_an_amount(signed_in, newcomer, rate):
    assert signed_in.post(SKILLS, {"skills": "Django", "hourly_rate": rate}).status_code == 422
    assert profile(newcomer).skills == []


def test_skills_show_what_is_stored_and_suggest_more(signed_in, newcomer):
    signed_in.post(SKILLS, {"skills": "COBOL"})

    page = signed_in.get(SKILLS).content.decode()

    assert 'name="skills" value="COBOL"' in page
    assert 'data-value="Django"' in page


def test_a_second_visit_changes_the_first_search_instead_of_adding_one(signed_in, newcomer):
    search = SearchFactory(owner=newcomer, name="Mine", all_words=["shop"])

    signed_in.post(SEARCH, {"name": "Renamed", "skills": "Django"})

    with owner_scope(newcomer.pk):
        row = SavedSearch.objects.get()
    assert (row.pk, row.name, row.skills, row.all_words) == (search.pk, "Renamed", ["Django"], ["shop"])


def test_an_empty_search_is_refused(signed_in):
    assert signed_in.post(SEARCH, {"name": "Nothing"}).status_code == 422


def test_connect_says_when_it_is_done(signed_in, newcomer):
    with owner_scope(newcomer.pk):
        Connection.objects.create(
            owner=newcomer, state=ConnectionState.CONNECTED, access_token="x", expires_at="2030-01-01T00:00Z",
            connected_at="2026-01-01T00:00Z",
        )  # fmt: skip

    assert "Show my matches" in signed_in.get(CONNECT).content.decode()


def test_done_shows_the_first_matches(signed_in, newcomer):
    match = MatchFactory(owner=newcomer)

    page = signed_in.get(DONE).content.decode()

    assert "Your first matches are in" in page
    assert reverse("jobs:detail", args=[match.job.public_id]) in page


@pytest.mark.parametrize(("missing", "is_done"), (({}, True), ({"title": ""}, False), ({"overview": ""}, False)))
def test_done_ticks_a_profile_that_is_filled_in(signed_in, newcomer, missing, is_done):
    ProfileFactory(owner=newcomer, **missing)

    page = signed_in.get(DONE).content.decode()

    profile_line = next(line for line in page.splitlines() if "Your rate and profile" in line)
    assert ('class="done"' in profile_line) is is_done


def test_done_shows_nothing_of_others(signed_in, owner):
    MatchFactory(owner=owner, job__title="Somebody else's job")

    assert "Somebody else" not in signed_in.get(DONE).content.decode()


def test_everything_may_be_skipped(signed_in, newcomer):
    assert "You can start any time" in signed_in.get(DONE).content.decode()
    assert is_onboarded(newcomer)


@pytest.mark.parametrize("address", (SKILLS, SEARCH, CONNECT, DONE))
def test_the_steps_are_for_people_who_are_signed_in(client, db, address):
    assert client.get(address)["Location"].startswith(reverse("account_login"))


def test_vocabulary_names_each_skill_once_in_its_field():
    for _name, skills in vocabulary.fields_of_work():
        assert len(skills) == len(set(skills)) >= 8
    assert len(vocabulary.all_skills()) > 100
