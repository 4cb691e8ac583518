"""Rotation: everything is sealed anew with the first key, however often it is interrupted, beside whoever else writes."""

import base64
import threading
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.db import connections
from django.utils import timezone
from psycopg import sql

from apps.accounts.enums import KeyKind
from apps.accounts.models import SecretKey
from apps.accounts.vault import selectors
from apps.core import crypto, rotation, sealed_columns
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.upwork import vault
from apps.upwork.models import Connection
from tests.accounts.factories import OPENAI_KEY, SecretKeyFactory, UserFactory, add_totp, totp_code

OLD = "old:" + base64.b64encode(b"1" * 32).decode()
NEW = "new:" + base64.b64encode(b"2" * 32).decode()
PEOPLE = 3


@pytest.fixture
def old_ring(settings):
    settings.ENCRYPTION_KEYS = OLD


@pytest.fixture
def world(db, old_ring):
    """People with a key, a connection, an authenticator app and recovery codes each: five sealed values."""
    people = [UserFactory() for _number in range(PEOPLE)]
    for person in people:
        SecretKeyFactory(owner=person)
        connect(person)
        add_totp(person)
        RecoveryCodes.activate(person)
    return people


def connect(person):
    now = timezone.now()
    with owner_scope(person.pk):
        return Connection.objects.create(
            owner=person,
            state="connected",
            connected_at=now,
            expires_at=now + timedelta(days=1),
            access_token=vault.sealed(person.pk, "access_token", f"oauth2v2_access_{person.pk}"),
            refresh_token=vault.sealed(person.pk, "refresh_token", f"oauth2v2_refresh_{person.pk}"),
        )


def run(*arguments):
    output = StringIO()
    call_command("rotate_keys", *arguments, stdout=output)
    return output.getvalue()


def sealed_by():
    """How many values each key has sealed, all columns together."""
    total = sum(rotation.count().values(), rotation.Counter())
    return dict(total)


def everything_opens(person) -> bool:
    with owner_scope(person.pk):
        connection = Connection.objects.get()
        opened = (
            selectors.key_of(person.pk, KeyKind.OPENAI).secret,
            vault.opened(connection, "access_token"),
            vault.opened(connection, "refresh_token"),
        )
    app = Authenticator.objects.get(user=person, type="totp")
    codes = RecoveryCodes(Authenticator.objects.get(user=person, type="recovery_codes")).generate_codes()
    expected = (OPENAI_KEY, f"oauth2v2_access_{person.pk}", f"oauth2v2_refresh_{person.pk}")
    return opened == expected and TOTP(app).validate_code(totp_code()) and len(codes) == 10


def test_everything_is_sealed_with_the_first_key_and_opens_without_the_old_one(world, settings):
    assert sealed_by() == {"old": 5 * PEOPLE}
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"

    said = run()

    settings.ENCRYPTION_KEYS = NEW
    assert sealed_by() == {"new": 5 * PEOPLE}
    assert [everything_opens(person) for person in world] == [True] * PEOPLE
    assert f"accounts.SecretKey.sealed: {PEOPLE} sealed anew" in said
    assert f"mfa.Authenticator.data: {2 * PEOPLE} sealed anew" in said
    assert "old: 0 values, may be taken out of ENCRYPTION_KEYS" in said


def test_interrupted_rotation_is_resumed_where_it_was(world, settings):
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    first = rotation.rotate(batch=1)
    while sealed_by().get("new", 0) < 4:
        next(first)
    first.close()
    half = sealed_by()

    again = {progress.column: progress.done for progress in rotation.rotate(batch=1)}

    assert half == {"new": 4, "old": 5 * PEOPLE - 4}
    assert sum(again.values()) == 5 * PEOPLE - 4
    assert sealed_by() == {"new": 5 * PEOPLE}
    settings.ENCRYPTION_KEYS = NEW
    assert [everything_opens(person) for person in world] == [True] * PEOPLE


def test_ctrl_c_is_answered_with_what_to_do(world, settings):
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    column = sealed_columns.registered()["mfa.Authenticator.data"]

    class Interrupted:
        name = column.name

        def batch(self, **asked):
            raise KeyboardInterrupt

    sealed_columns.register(Interrupted())
    try:
        with pytest.raises(CommandError, match="Nothing is lost; run it again to go on"):
            run()
    finally:
        sealed_columns.register(column)

    assert sealed_by() == {"new": PEOPLE, "old": 4 * PEOPLE}
    run()
    assert sealed_by() == {"new": 5 * PEOPLE}


def test_second_run_has_nothing_to_do(world, settings):
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    run()

    assert {progress.done for progress in rotation.rotate()} == {0}


def test_check_changes_nothing_and_says_which_key_is_still_needed(world, settings):
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"

    said = run("--check")

    assert f"old: {5 * PEOPLE} values, still needed" in said
    assert "new: 0 values, the key that writes" in said
    assert f"  upwork.Connection.access_token: {PEOPLE}" in said
    assert sealed_by() == {"old": 5 * PEOPLE}


def test_lost_key_stops_nothing_else_and_destroys_nothing(world, settings):
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    with everyone_scope(Reason.ROTATION):
        first = SecretKey.objects.order_by("pk").first()
        rotation._seal_anew(*_one(first), rotation.Progress("", 0, rotation.Counter()))
        before = list(SecretKey.objects.order_by("pk").values_list("sealed", flat=True))
    settings.ENCRYPTION_KEYS = NEW

    with pytest.raises(CommandError, match=r"14 values do not open.*'old' \(14\).*Put those keys back"):
        run()

    with everyone_scope(Reason.ROTATION):
        assert list(SecretKey.objects.order_by("pk").values_list("sealed", flat=True)) == before
    assert f"old: {5 * PEOPLE - 1} values, MISSING from ENCRYPTION_KEYS" in run("--check")
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    run()
    assert [everything_opens(person) for person in world] == [True] * PEOPLE


def _one(key):
    column = sealed_columns.registered()["accounts.SecretKey.sealed"]
    return column, column.batch(after=key.pk - 1, most=1, unless_by="new")[0]


def test_value_that_a_worker_replaced_meanwhile_is_left_alone(world, settings):
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    column = sealed_columns.registered()["upwork.Connection.access_token"]
    with everyone_scope(Reason.ROTATION):
        read = column.batch(after=0, most=1, unless_by="new")[0]
        newer = vault.sealed(read.owner_id, "access_token", "oauth2v2_newer")
        Connection.objects.filter(pk=read.pk).update(access_token=newer)

        swapped = column.swap(read, vault.sealed(read.owner_id, "access_token", "oauth2v2_stale"))

        assert (swapped, Connection.objects.get(pk=read.pk).access_token) == (False, newer)


def test_recovery_code_used_meanwhile_stays_used(world, settings):
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    column = sealed_columns.registered()["mfa.Authenticator.data"]
    read = next(value for value in column.batch(after=0, most=10, unless_by="new") if value.place == "seed")
    codes = RecoveryCodes(Authenticator.objects.get(pk=read.pk))
    used = codes.generate_codes()[0]
    assert codes.validate_code(used)

    text = crypto.decrypt(read.token, owner_id=read.owner_id, purpose=read.purpose)
    assert column.swap(read, crypto.encrypt(text, owner_id=read.owner_id, purpose=read.purpose))

    after = RecoveryCodes(Authenticator.objects.get(pk=read.pk))
    assert used not in after.get_unused_codes()
    assert len(after.get_unused_codes()) == 9


@pytest.mark.django_db(transaction=True)
def test_rotation_beside_workers_that_renew_tokens_loses_no_token(old_ring, settings):
    person = UserFactory()
    connection = connect(person)
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    stop, stored = threading.Event(), []

    def renew():
        try:
            with owner_scope(person.pk):
                for number in range(200):
                    token = f"oauth2v2_{number}"
                    sealed = crypto.encrypt(token, owner_id=person.pk, purpose="upwork.access_token")
                    Connection.objects.filter(pk=connection.pk).update(access_token=sealed)
                    stored.append(token)
                    if stop.is_set() and number > 20:
                        return
        finally:
            connections.close_all()

    worker = threading.Thread(target=renew)
    worker.start()
    for _round in range(10):
        list(rotation.rotate(batch=1))
    stop.set()
    worker.join()

    with owner_scope(person.pk):
        connection.refresh_from_db()
        assert vault.opened(connection, "access_token") == stored[-1]


def test_dump_of_the_database_shows_nothing_in_the_clear(world, client):
    person = world[0]
    client.force_login(person)
    codes = RecoveryCodes(Authenticator.objects.get(user=person, type="recovery_codes")).generate_codes()
    secrets = [
        OPENAI_KEY,
        "oauth2v2_access",
        "oauth2v2_refresh",
        "JBSWY3DPEHPK3PXP",
        *codes,
        client.session.session_key,
    ]

    dump = "\n".join(_every_text())

    assert "v1.old." in dump
    assert [secret for secret in secrets if secret in dump] == []


def test_every_sealed_value_of_the_database_is_known_to_rotation(world):
    found = sum(text.count("v1.old.") for text in _every_text())

    assert found == sealed_by()["old"]


def _every_text():
    """Every row of every table as text: what `pg_dump` would write."""
    for table in database.introspection.table_names():
        with database.cursor() as cursor, everyone_scope(Reason.ROTATION):
            cursor.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            for (row,) in cursor.fetchall():
                yield f"{table}: {row}"
