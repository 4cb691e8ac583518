"""A person's own application key: it lives in the vault, and the connection goes with it."""

import pytest
from django.db import connection as database
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.models import SecretKey
from apps.accounts.vault import selectors as keys
from apps.accounts.vault import services as vault_services
from apps.core.errors import DomainError, PermanentError
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.upwork import key_tests, services, vault
from apps.upwork.enums import ConnectionState, KeyChoice
from apps.upwork.errors import ReconnectNeededError
from apps.upwork.models import Connection
from apps.upwork.types import SearchRequest
from tests.accounts.factories import UserFactory
from tests.accounts.test_vault import OTHER_RING
from tests.trail import trail
from tests.upwork.conftest import connect
from tests.upwork.test_page import PAGE, _buttons, _text
from tests.upwork_sandbox.server import CALLBACK

OLD = [("upwork", "0002_row_security")]


@pytest.fixture
def key(connection):
    return SecretKey.objects.get(kind=KeyKind.UPWORK)


def start(person, choice, **own):
    return services.start_attempt(owner_id=person.pk, choice=choice, redirect_uri=CALLBACK, next_url="", **own)


def test_key_of_a_connection_lands_in_the_vault(sandbox, person, key):
    assert (key.client_id, key.last_four, key.is_active) == ("sandbox-full", "full", True)
    assert keys.key_of(person.pk, KeyKind.UPWORK).secret == "sandbox-full-secret"
    assert [action for action, _before, _after in trail(person)] == ["key_added", "upwork_connected"]


def test_key_is_not_stored_before_upwork_agreed(sandbox, person):
    start(person, KeyChoice.OWN, client_id="sandbox-full", client_secret="sandbox-full-secret")

    assert SecretKey.objects.count() == 0


def test_stored_key_connects_without_being_entered_again(sandbox, person):
    vault_services.add_key(
        owner_id=person.pk,
        kind=KeyKind.UPWORK,
        values={"client_id": "sandbox-reader", "secret": "sandbox-reader-secret"},
    )
    attempt = start(person, KeyChoice.VAULT)

    made = services.connect(
        owner_id=person.pk, attempt=attempt, state=attempt.state, code=sandbox.consent(profile="reader")
    )

    assert (made.client_id, made.has_own_key, made.state) == ("sandbox-reader", True, "connected")
    assert "sandbox-reader-secret" not in repr(attempt)


def test_without_a_stored_key_there_is_nothing_to_connect_with(sandbox, person):
    with pytest.raises(DomainError, match="no Upwork application among your keys"):
        start(person, KeyChoice.VAULT)


def test_page_offers_the_stored_key_until_it_is_the_one_in_use(client, sandbox, person):
    client.force_login(person)
    vault_services.add_key(
        owner_id=person.pk, kind=KeyKind.UPWORK, values={"client_id": "sandbox-full", "secret": "sandbox-full-secret"}
    )
    before = client.get(PAGE)
    connect(sandbox, person)

    after = client.get(PAGE)

    assert (_buttons(before), _buttons(after)) == ({"installation", "own", "vault"}, {"own"})
    assert "The key …full is among your keys" in _text(before)


def test_switched_off_key_pauses_the_connection_and_nothing_else(sandbox, person, key, connection):
    vault_services.switch_key(key_id=key.pk, is_active=False)

    with pytest.raises(PermanentError, match="is switched off"):
        services.client_for(connection.pk)
    vault_services.switch_key(key_id=key.pk, is_active=True)

    assert services.client_for(connection.pk).search_jobs(SearchRequest()).postings


def test_deleted_key_ends_the_connection_and_says_so(sandbox, person, key, connection):
    vault_services.delete_key(key_id=key.pk)

    with pytest.raises(ReconnectNeededError):
        services.client_for(connection.pk)

    connection.refresh_from_db()
    assert connection.state == ConnectionState.RECONNECT


def test_another_application_does_not_renew_what_the_first_one_was_given(sandbox, person, key, connection):
    vault_services.replace_key(key_id=key.pk, values={"client_id": "sandbox-reader", "secret": "sandbox-reader-secret"})

    with pytest.raises(ReconnectNeededError):
        services.client_for(connection.pk)


def test_new_secret_of_the_same_application_is_used_at_once(sandbox, person, key, connection):
    vault_services.replace_key(key_id=key.pk, values={"client_id": "sandbox-full", "secret": "a-new-secret"})

    assert vault.application_of(connection).client_secret == "a-new-secret"


def test_disconnecting_leaves_the_key_in_the_vault(sandbox, person, key):
    services.disconnect(owner_id=person.pk)

    assert keys.key_of(person.pk, KeyKind.UPWORK).client_id == "sandbox-full"


def test_missing_master_key_is_told_on_the_page_and_harms_nothing(client, sandbox, person, connection, settings):
    client.force_login(person)
    before = Connection.objects.values().get()
    ring, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, OTHER_RING

    locked = _text(client.get(PAGE))
    with pytest.raises(PermanentError, match="put it back into ENCRYPTION_KEYS"):
        services.client_for(connection.pk).search_jobs(SearchRequest())
    services.care_for(connection_id=connection.pk)
    settings.ENCRYPTION_KEYS = ring

    assert "The stored permission cannot be opened." in locked
    assert Connection.objects.values().get() == before
    assert "cannot be opened" not in _text(client.get(PAGE))
    assert services.client_for(connection.pk).search_jobs(SearchRequest()).postings


@pytest.mark.parametrize(("secret", "result"), (("sandbox-full-secret", KeyResult.KNOWN), ("wrong", KeyResult.REFUSED)))
def test_upwork_tells_whether_it_knows_the_key_and_no_more(sandbox, person, secret, result):
    key = vault_services.add_key(
        owner_id=person.pk, kind=KeyKind.UPWORK, values={"client_id": "sandbox-full", "secret": secret}
    )

    tested = vault_services.check_key(key_id=key.pk)

    assert tested.test_result == result


def test_silence_and_a_forbidden_address_are_told_apart(sandbox, person, key, settings):
    opened = keys.key_of(person.pk, KeyKind.UPWORK)
    settings.UPWORK_TOKEN_URL = f"{sandbox.url}/nowhere"
    lost = key_tests.check(opened)
    settings.OUTBOUND_PRIVATE_ALLOW = []

    assert (lost, key_tests.check(opened)) == (KeyResult.NO_ANSWER, KeyResult.ADDRESS)


def test_stranger_cannot_connect_with_the_key_of_another(client, sandbox, key):
    client.force_login(UserFactory())

    response = client.post(reverse("upwork:connect"), {"key": "vault"}, follow=True)

    assert "no Upwork application among your keys" in str(*response.context["messages"])


@pytest.mark.django_db(transaction=True)
def test_keys_of_old_connections_move_without_being_opened(settings):
    person, without = UserFactory(), UserFactory()
    sealed = vault.sealed(person.pk, "client_secret", "hush")
    executor = MigrationExecutor(database)
    executor.migrate(OLD)
    try:
        old = executor.loader.project_state(OLD).apps.get_model("upwork", "Connection")
        with everyone_scope(Reason.MIGRATION):
            old.objects.create(owner_id=person.pk, client_id="abcdef-f3a9", client_secret=sealed)
            old.objects.create(owner_id=without.pk, client_id="installation")
        settings.ENCRYPTION_KEYS, ring = OTHER_RING, settings.ENCRYPTION_KEYS  # moving opens nothing
        _forwards()
        settings.ENCRYPTION_KEYS = ring

        with owner_scope(person.pk):
            connection = Connection.objects.get()
            assert vault.application_of(connection).client_secret == "hush"
            assert SecretKey.objects.get().last_four == "f3a9"
        with owner_scope(without.pk):
            assert (Connection.objects.get().has_own_key, SecretKey.objects.count()) == (False, 0)

        executor = MigrationExecutor(database)
        executor.migrate(OLD)
        old = executor.loader.project_state(OLD).apps.get_model("upwork", "Connection")
        with everyone_scope(Reason.MIGRATION):
            assert old.objects.get(owner_id=person.pk).client_secret == sealed
    finally:
        _forwards()


def _forwards():
    executor = MigrationExecutor(database)
    executor.migrate(executor.loader.graph.leaf_nodes())
