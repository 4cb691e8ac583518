"""Renewing the permission: one worker talks to Upwork, however many need the token, and no crash loses it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone

from apps.core.errors import PermanentError
from apps.core.tenancy import owner_scope
from apps.notifications.models import Delivery
from apps.upwork import oauth, services, tasks, vault
from apps.upwork.enums import ConnectionState
from apps.upwork.errors import ReconnectNeededError, UndeliveredError
from apps.upwork.models import Connection
from apps.upwork.services import refreshing
from apps.upwork.types import SearchRequest
from tests.upwork.conftest import connect, make_person, point_at
from tests.upwork.scripted import DROP, Reply
from tests.upwork_sandbox.server import running_sandbox

WORKERS = 6
shared_rows = pytest.mark.django_db(transaction=True)  # rows that other threads can see


@pytest.fixture
def expired(connection):
    """A connection whose access token ran out."""
    return _age(connection, expires_at=timezone.now() - timedelta(seconds=1))


def _age(connection, **values):
    Connection.objects.filter(pk=connection.pk).update(**values)
    connection.refresh_from_db()
    return connection


def _refreshes(sandbox) -> int:
    return sandbox.ledger()["counters"].get("tokens_refreshed", 0)


def _at_once(work, owner_id: int) -> list:
    """The results of as many threads as there are workers, all let go at the same moment."""
    barrier = threading.Barrier(WORKERS)

    def run(_number: int):
        with owner_scope(owner_id):
            barrier.wait()
            try:
                return work()
            finally:
                database.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(run, range(WORKERS)))


def _refresh_without_lease(pk: int) -> str:
    """What everybody writes first: read, ask, save."""
    connection = Connection.objects.get(pk=pk)
    tokens = oauth.refresh(
        application=vault.application_of(connection),
        refresh_token=vault.opened(connection, "refresh_token"),
    )
    connection.access_token = vault.sealed(connection.owner_id, "access_token", tokens.access_token)
    connection.refresh_token = vault.sealed(connection.owner_id, "refresh_token", tokens.refresh_token)
    connection.save(update_fields=["access_token", "refresh_token"])
    return tokens.access_token


@shared_rows
def test_without_the_lease_every_worker_refreshes_and_the_last_one_wins(sandbox, expired):
    before = _refreshes(sandbox)

    tokens = _at_once(lambda: _refresh_without_lease(expired.pk), expired.owner_id)

    assert _refreshes(sandbox) - before == WORKERS
    assert len(set(tokens)) == WORKERS


@shared_rows
def test_with_the_lease_one_worker_refreshes_and_all_get_its_token(sandbox, expired):
    before = _refreshes(sandbox)

    tokens = _at_once(lambda: services.usable_token(connection_id=expired.pk), expired.owner_id)

    version = expired.token_version
    expired.refresh_from_db()
    assert _refreshes(sandbox) - before == 1
    assert set(tokens) == {vault.opened(expired, "access_token")}
    assert (expired.token_version, expired.refreshing_until) == (version + 1, None)


@shared_rows
def test_workers_whose_token_was_turned_away_renew_it_once(sandbox, connection):
    rejected = vault.opened(connection, "access_token")
    before = _refreshes(sandbox)

    tokens = _at_once(
        lambda: services.usable_token(connection_id=connection.pk, rejected=rejected), connection.owner_id
    )

    assert _refreshes(sandbox) - before == 1
    assert len(set(tokens)) == 1
    assert rejected not in tokens


@shared_rows
def test_calls_of_all_workers_succeed_while_the_token_changes(sandbox, expired):
    before = _refreshes(sandbox)

    pages = _at_once(lambda: services.client_for(expired.pk).search_jobs(SearchRequest()), expired.owner_id)

    assert all(page.postings for page in pages)
    assert _refreshes(sandbox) - before == 1


def test_good_token_is_used_as_it_is(sandbox, connection):
    before = _refreshes(sandbox)

    token = services.usable_token(connection_id=connection.pk)

    assert token == vault.opened(connection, "access_token")
    assert _refreshes(sandbox) == before


def test_worker_that_dies_between_refresh_and_save_loses_nothing(sandbox, expired):
    """It took the lease and rotated the token at Upwork; what came back died with it."""
    assert refreshing._take_lease(expired)
    oauth.refresh(
        application=vault.application_of(expired),
        refresh_token=vault.opened(expired, "refresh_token"),
    )

    with time_machine.travel(timezone.now() + refreshing.LEASE + timedelta(seconds=1), tick=True):
        page = services.client_for(expired.pk).search_jobs(SearchRequest())

    expired.refresh_from_db()
    assert page.postings
    assert expired.state == ConnectionState.CONNECTED


def test_lease_of_a_living_worker_is_respected(sandbox, expired, settings):
    assert refreshing._take_lease(expired)

    assert not refreshing._take_lease(expired)
    services.renew(connection_id=expired.pk)

    expired.refresh_from_db()
    assert expired.token_version == 1


def test_late_worker_does_not_overwrite_the_newer_token(sandbox, expired):
    """Its lease ran out while Upwork was slow, and another one has stored meanwhile."""
    late = Connection.objects.get(pk=expired.pk)
    newest = services.usable_token(connection_id=expired.pk)

    stored = refreshing._renew_leased(late)

    expired.refresh_from_db()
    assert stored is None
    assert vault.opened(expired, "access_token") == newest


def test_disconnecting_while_a_refresh_is_under_way_stays_disconnected(sandbox, expired):
    under_way = Connection.objects.get(pk=expired.pk)
    assert refreshing._take_lease(under_way)
    services.disconnect(owner_id=expired.owner_id)

    refreshing._renew_leased(under_way)

    expired.refresh_from_db()
    assert (expired.state, expired.access_token, expired.refresh_token) == (ConnectionState.DISCONNECTED, "", "")


def test_old_refresh_token_is_replaced_by_the_new_one(sandbox, expired):
    first = vault.opened(expired, "refresh_token")

    services.usable_token(connection_id=expired.pk)

    expired.refresh_from_db()
    assert vault.opened(expired, "refresh_token") != first
    assert expired.expires_at > timezone.now() + timedelta(hours=23)


@pytest.mark.parametrize(
    ("reply", "words"),
    (
        (Reply("Bad Gateway", status=502), "trouble"),
        (Reply("<html>", headers={"Content-Type": "text/html"}), "could not be read"),
        (Reply("Too Many Requests", status=429), "trouble"),
        (Reply({"token_type": "Bearer"}), "could not be read"),
        (Reply({"access_token": "", "refresh_token": "x"}), "could not be read"),
        (Reply(DROP), "cannot be reached"),
    ),
)
def test_token_endpoint_in_trouble_is_temporary_and_gives_the_lease_back(scripted, settings, person, reply, words):
    connection = _stored(person)
    scripted.will_say(reply)

    with pytest.raises(UndeliveredError, match=words):
        services.usable_token(connection_id=connection.pk)

    connection.refresh_from_db()
    assert (connection.state, connection.refreshing_until) == (ConnectionState.CONNECTED, None)


@pytest.mark.parametrize(
    ("reply", "ending"),
    (
        (Reply({"error": "invalid_grant", "error_description": "Refresh token is expired"}, status=400), "RECONNECT"),
        (Reply({"error": "invalid_client"}, status=401), "RECONNECT"),
    ),
)
def test_permission_that_is_gone_needs_the_person_who_is_told_once(scripted, person, reply, ending):
    connection = _stored(person)
    scripted.will_say(reply)

    for _number in range(3):
        with pytest.raises(ReconnectNeededError):
            services.usable_token(connection_id=connection.pk)

    connection.refresh_from_db()
    deliveries = Delivery.objects.filter(event="security", channel="inpage")
    assert connection.state == ConnectionState[ending]
    assert len(scripted.asked) == 1
    assert [delivery.context["path"] for delivery in deliveries] == ["/settings/upwork/"]


def test_refresh_sends_the_fields_upwork_wants_and_no_scope(scripted, person):
    connection = _stored(person)
    scripted.will_say({"access_token": "oauth2v2_new", "refresh_token": "oauth2v2_next", "expires_in": 86400})

    token = services.usable_token(connection_id=connection.pk)

    headers, body = scripted.asked[0]
    assert token == "oauth2v2_new"
    assert sorted(body.split("&")) == [
        "client_id=sandbox-full",
        "client_secret=sandbox-full-secret",
        "grant_type=refresh_token",
        "refresh_token=oauth2v2_old",
    ]
    assert "Authorization" not in headers


def test_token_without_a_lifetime_lives_for_a_day(scripted, person):
    connection = _stored(person)
    scripted.will_say({"access_token": "oauth2v2_new", "refresh_token": "oauth2v2_next"})

    services.usable_token(connection_id=connection.pk)

    connection.refresh_from_db()
    assert connection.expires_at > timezone.now() + timedelta(hours=23)


def test_lost_encryption_key_is_told_and_changes_nothing(sandbox, connection, settings):
    settings.ENCRYPTION_KEYS = "other:" + "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk="

    with pytest.raises(PermanentError, match="put it back into ENCRYPTION_KEYS"):
        services.client_for(connection.pk).search_jobs(SearchRequest())

    connection.refresh_from_db()
    assert connection.state == ConnectionState.CONNECTED


def test_tokens_are_not_readable_in_the_table(sandbox, connection):
    access, refresh = vault.opened(connection, "access_token"), vault.opened(connection, "refresh_token")

    stored = " ".join(str(value) for value in Connection.objects.filter(pk=connection.pk).values_list()[0])

    assert access.startswith("oauth2v2_")
    assert access not in stored
    assert refresh not in stored
    assert "sandbox-full-secret" not in stored


def test_secrets_of_another_owner_or_column_do_not_open(sandbox, connection):
    stranger = make_person("eve@example.com")
    with pytest.raises(PermanentError):
        vault.unsealed(stranger.pk, "access_token", connection.access_token)
    with pytest.raises(PermanentError):
        vault.unsealed(connection.owner_id, "refresh_token", connection.access_token)


def test_beat_finds_what_expires_within_the_hour_or_was_never_asked(sandbox, connection):
    _age(connection, probed_at=timezone.now())
    fresh = services.due_for_renewal()
    _age(connection, expires_at=timezone.now() + timedelta(minutes=59))
    expiring = services.due_for_renewal()
    _age(connection, expires_at=timezone.now() + timedelta(hours=9), probed_at=None)
    unasked = services.due_for_renewal()
    _age(connection, state=ConnectionState.RECONNECT)

    assert (fresh, services.due_for_renewal()) == ([], [])
    assert expiring == unasked == [(connection.pk, connection.owner_id)]


def test_care_renews_early_and_asks_what_the_key_may_do(sandbox, connection):
    _age(connection, expires_at=timezone.now() + timedelta(minutes=30))

    tasks.care_for_connection(connection_id=connection.pk, owner_id=connection.owner_id)
    before = _refreshes(sandbox)
    tasks.care_for_connection(connection_id=connection.pk, owner_id=connection.owner_id)

    connection.refresh_from_db()
    assert _refreshes(sandbox) == before
    assert (connection.token_version, connection.capabilities["search"]) == (2, True)
    assert connection.probed_at is not None


def test_care_of_a_connection_that_has_to_wait_leaves_it_for_the_next_round(scripted, person):
    connection = _stored(person)
    scripted.will_say(Reply("Bad Gateway", status=502))

    tasks.care_for_connection(connection_id=connection.pk, owner_id=person.pk)

    assert services.due_for_renewal() == [(connection.pk, person.pk)]


def test_permission_that_nobody_uses_for_weeks_never_dies(settings, person):
    """The refresh token idles out after 14 days; beat renews the access token every day."""
    start = timezone.now()
    with running_sandbox(backlog=1) as market:  # its clock is ours, and it must not age for the other tests
        point_at(settings, market.url)
        connection = connect(market, person)
        for day in range(1, 20):
            with time_machine.travel(start + timedelta(days=day, minutes=-10), tick=True):
                for connection_id, owner_id in services.due_for_renewal():
                    tasks.care_for_connection(connection_id=connection_id, owner_id=owner_id)
        with time_machine.travel(start + timedelta(days=19, hours=1), tick=True):
            me = services.client_for(connection.pk).identity()

    connection.refresh_from_db()
    assert me.user_id == connection.upwork_user_id
    assert (connection.state, connection.token_version) == (ConnectionState.CONNECTED, 20)


def _stored(person) -> Connection:
    """A connection with an expired token, made without asking anybody."""
    past = timezone.now() - timedelta(days=1)
    return Connection.objects.create(
        owner=person,
        client_id="sandbox-full",
        access_token=vault.sealed(person.pk, "access_token", "oauth2v2_x"),
        refresh_token=vault.sealed(person.pk, "refresh_token", "oauth2v2_old"),
        expires_at=past,
        connected_at=past,
        token_version=1,
        state=ConnectionState.CONNECTED,
        upwork_user_id="1",
    )
