"""The connection page: the state in words, and the one button that helps."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.breaker import Breaker
from apps.core.tenancy import owner_scope
from apps.upwork import services
from apps.upwork.enums import ConnectionState
from apps.upwork.models import Connection
from apps.upwork.types import SearchRequest
from tests.accounts.factories import StaffFactory
from tests.upwork.conftest import connect, make_person

PAGE, CONNECT, DISCONNECT = (reverse(f"upwork:{name}") for name in ("connection", "connect", "disconnect"))


@pytest.fixture
def owner(client, person):
    client.force_login(person)
    return client


def _text(page) -> str:
    """What a person reads in the main part of the page."""
    body = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def _buttons(page) -> set[str]:
    """The key choices that forms on the page offer."""
    return set(re.findall(r'name="key" value="(\w+)"', page.content.decode()))


def test_newcomer_is_offered_one_button_and_the_own_key_folded(owner, sandbox):
    page = owner.get(PAGE)

    assert "Not connected" in _text(page)
    assert "Connect the sandbox" in _text(page)
    assert _buttons(page) == {"installation", "own"}
    assert re.search(r"<details class=\"panel\">", page.content.decode())
    assert "Disconnect" not in _text(page)


def test_installation_without_a_key_shows_the_own_key_at_once(owner, sandbox, settings):
    settings.UPWORK_CLIENT_ID = ""

    page = owner.get(PAGE)

    assert _buttons(page) == {"own"}
    assert '<details class="panel" open>' in page.content.decode()
    assert "http://testserver/settings/upwork/callback/" in _text(page)


def test_connected_page_names_the_account_and_asks_on_until_the_key_was_probed(owner, sandbox, connection):
    waiting = owner.get(PAGE)
    services.care_for(connection_id=connection.pk)
    known = owner.get(PAGE)

    assert "Connected as Andrii Kovalenko" in _text(waiting)
    assert 'hx-trigger="load delay:2s"' in waiting.content.decode()
    assert "this takes a few seconds" in _text(waiting)
    assert 'hx-trigger="load delay:2s"' not in known.content.decode()
    assert "Search jobs" in _text(known)
    assert "Submit proposals: known after the first time" in _text(known)


def test_what_a_key_may_not_do_is_said(owner, sandbox, person):
    connection = connect(sandbox, person, profile="agency")
    services.care_for(connection_id=connection.pk)

    text = _text(owner.get(PAGE))

    assert "Search jobs: no" in text
    assert "Read the Connects balance: no" in text


def test_requests_left_and_the_last_answer_are_shown(owner, sandbox, connection, client_of_upwork):
    before = _text(owner.get(PAGE))
    client_of_upwork.search_jobs(SearchRequest())

    after = _text(owner.get(PAGE))

    assert "Jobs 1000 / 1000" in before
    assert "none yet" in before
    assert "Jobs 999 / 1000" in after
    assert "none yet" not in after


def test_lost_permission_is_explained_with_the_button_that_cures_it(owner, sandbox, connection):
    Connection.objects.filter(pk=connection.pk).update(state=ConnectionState.RECONNECT)

    page = owner.get(PAGE)

    assert "Needs you" in _text(page)
    assert "Your data is untouched" in _text(page)
    assert _buttons(page) == {"same", "own"}


@pytest.mark.parametrize("is_purged", (True, False))
def test_page_promises_to_remove_only_what_is_removed(owner, sandbox, connection, settings, is_purged):
    settings.SANDBOX_PURGE = is_purged

    page = owner.get(PAGE)

    assert ("everything that came through it" in _text(page)) is is_purged
    assert ("remove what came through it?" in page.content.decode()) is is_purged
    assert ("Jobs that came from the sandbox stay" in _text(page)) is not is_purged


def test_sandbox_is_named_and_the_real_marketplace_is_not_called_one(owner, sandbox, settings):
    marked = _text(owner.get(PAGE))
    settings.SANDBOX_URL = ""

    plain = _text(owner.get(PAGE))

    assert "This is the sandbox marketplace." in marked
    assert "sandbox" not in plain.lower()


def test_only_the_last_four_of_a_key_and_nothing_of_its_secret_are_shown(owner, sandbox, person):
    connect(sandbox, person, profile="reader")

    html = owner.get(PAGE).content.decode()

    assert "your own, …ader" in html
    assert "sandbox-reader" not in html
    assert "oauth2v2_" not in html


def test_fragment_is_given_to_htmx_alone(owner, sandbox, connection):
    page = owner.get(PAGE)
    fragment = owner.get(PAGE, headers={"HX-Request": "true", "HX-Target": "div#connection-facts"})

    assert "<html" in page.content.decode()
    assert fragment.content.decode().strip().startswith('<div class="stack" id="connection-facts"')
    assert "HX-Target" in fragment["Vary"]


def test_disconnecting_asks_once(owner, sandbox, connection):
    html = owner.get(PAGE).content.decode()

    assert re.search(rf'<form method="post" action="{DISCONNECT}" data-confirm="[^"]+">', html)


def test_stranger_sees_nothing_of_the_connection(sandbox, connection, client):
    client.force_login(make_person("eve@example.com"))

    text = _text(client.get(PAGE))

    assert "Andrii" not in text
    assert "Not connected" in text


def test_stranger_disconnects_nobody_else(sandbox, connection, client):
    client.force_login(make_person("eve@example.com"))

    client.post(DISCONNECT)

    connection.refresh_from_db()
    assert connection.state == ConnectionState.CONNECTED


def test_staff_see_their_own_connection_only(sandbox, connection, client):
    client.force_login(StaffFactory())

    assert "Andrii" not in _text(client.get(PAGE))


@pytest.mark.parametrize("name", ("connection", "callback"))
def test_visitor_is_sent_to_the_log_in(client, db, name):
    address = reverse(f"upwork:{name}")

    answer = client.get(address)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={address}")


@pytest.mark.parametrize("address", (CONNECT, DISCONNECT))
def test_changes_need_a_post_and_a_csrf_token(person, sandbox, address):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(person)

    assert (careful.get(address).status_code, careful.post(address).status_code) == (405, 403)


def test_page_asks_the_database_the_same_few_questions_connected_or_not(
    owner, sandbox, person, django_assert_max_num_queries
):
    owner.get(PAGE)
    with django_assert_max_num_queries(6) as before:
        owner.get(PAGE)
    connect(sandbox, person)

    with django_assert_max_num_queries(6) as after:
        owner.get(PAGE)

    assert len(after) == len(before)


def test_health_page_names_upwork_while_its_breaker_is_open(client, sandbox, db):
    well = client.get(reverse("core:health")).json()["dependencies"]["upwork"]["status"]
    for _number in range(5):
        Breaker("upwork").failed()

    ill = client.get(reverse("core:health")).json()["dependencies"]["upwork"]["status"]

    assert (well, ill) == ("ok", "failed")


def test_connected_row_must_have_its_tokens(person):
    """Said by the database, whatever the code does."""
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="connection_connected_has_tokens"), transaction.atomic():
        Connection.objects.create(owner=person, state=ConnectionState.CONNECTED)


def test_one_connection_for_each_owner(person):
    from django.db import IntegrityError, transaction

    Connection.objects.create(owner=person)

    with pytest.raises(IntegrityError, match="connection_one_for_each_owner"), transaction.atomic():
        Connection.objects.create(owner=person)


def test_state_of_a_connection_is_read_as_words(person):
    now = timezone.now() + timedelta(hours=1)
    with owner_scope(person.pk):
        connection = Connection(
            owner=person, state="connected", access_token="x", expires_at=now, connected_at=now, upwork_name="Ada"
        )

    assert (str(connection), connection.is_connected, connection.needs_reconnect) == ("Ada", True, False)
