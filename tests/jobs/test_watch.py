"""The head of the feed: whether anybody is watching, and what helps when nobody is."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.jobs.models import SavedSearch
from apps.upwork.enums import ConnectionState
from apps.upwork.models import Connection
from tests.jobs.factories import MatchFactory, SearchFactory

FEED = "/jobs/"
WATCHING = "Watching"


@pytest.fixture
def page(client, owner):
    """The owner's feed with one match, as text."""
    client.force_login(owner)
    MatchFactory(owner=owner)

    def get(query="", **headers):
        return client.get(f"{FEED}{query}", headers=headers).content.decode()

    return get


def fail(search, *, minutes=20, **fields):
    """The last reading of the search failed."""
    changes = {"failures": 2, "error": "Upwork asks us to wait.", "due_at": timezone.now() + timedelta(minutes=minutes)}
    with owner_scope(search.owner_id):
        SavedSearch.objects.filter(pk=search.pk).update(**{**changes, **fields})


def test_feed_watches_while_everything_answers(page, search, connection):
    text = page()

    assert 'data-quiet="Watching. New jobs wait here."' in text
    assert "callout" not in text.partition('id="detail"')[0]


def test_dead_connection_is_said_with_the_button_that_cures_it(page, owner, search, connection):
    fail(search)
    with owner_scope(owner.pk):
        Connection.objects.update(state=ConnectionState.RECONNECT)

    text = page()

    assert "Upwork no longer accepts the connection." in text
    assert f'href="{reverse("upwork:connection")}">Connect again' in text
    assert WATCHING not in text
    assert "could not be read" not in text


def test_feed_that_nothing_reaches_any_more_says_so(page, search):
    text = page()

    assert "The searches wait until Upwork is connected." in text
    assert WATCHING not in text


def test_search_that_fails_says_why_and_when_it_is_tried_next(page, search, connection):
    fail(search)

    text = page()

    assert "“Django” could not be read from Upwork.</b> Upwork asks us to wait. Next try at " in text
    assert 'data-quiet="Waiting for Upwork to answer again."' in text
    assert WATCHING not in text


def test_several_failing_searches_are_one_callout(page, owner, search, connection):
    fail(search)
    fail(SearchFactory(owner=owner, name="Other"), minutes=-1, error="Upwork sent no answer.")

    text = page()

    assert "2 searches could not be read from Upwork.</b> Upwork sent no answer. It is being tried again now." in text


def test_wait_for_a_connection_that_is_back_is_no_failure(page, search, connection):
    fail(search, failures=0)

    assert 'data-quiet="Watching' in page()


def test_searches_switched_off_watch_nothing(page, search, connection):
    with owner_scope(search.owner_id):
        SavedSearch.objects.update(is_active=False)

    assert 'data-quiet="No search is switched on."' in page()


def test_empty_feed_of_a_failing_search_does_not_claim_to_watch(client, owner, search, connection):
    fail(search)
    client.force_login(owner)

    assert WATCHING not in client.get(FEED).content.decode()


def test_head_alone_is_asked_for_anew_and_counts_from_where_it_did(page, search, connection):
    head = page("?since=2026-01-01T00:00:00Z", **{"HX-Request": "true", "HX-Target": "div#feed-state"})

    assert head.lstrip().startswith('<div class="contents" id="feed-state"')
    assert "since=2026-01-01T00%3A00%3A00%2B00%3A00" in head
    assert "from:body, load" in head
    assert 'class="job"' not in head


def test_trouble_of_others_is_not_shown(page, search, connection, stranger):
    fail(SearchFactory(owner=stranger))

    assert 'data-quiet="Watching' in page()


def state_of(text):
    return re.search(r"&amp;state=(\w+)", text)[1]


def test_head_that_has_nothing_new_to_say_is_left_alone(client, page, search, connection):
    state = state_of(page())

    assert client.get(f"{FEED}?state={state}").status_code == 204


def test_head_speaks_when_trouble_begins_and_when_it_ends(client, page, search, connection):
    calm = state_of(page())
    fail(search)
    troubled = client.get(f"{FEED}?state={calm}")
    fail(search, failures=0, error="")

    assert "Upwork asks us to wait." in troubled.content.decode()
    assert client.get(f"{FEED}?state={state_of(troubled.content.decode())}").status_code == 200
    assert client.get(f"{FEED}?state={calm}").status_code == 204
