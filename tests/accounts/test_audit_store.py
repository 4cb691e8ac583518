"""The store of the audit trail: append-only in the database itself, with two doors."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from apps.accounts.audit import store
from apps.accounts.models import AuditDetail, AuditEntry
from apps.core.audit import Action, Entry
from apps.core.tenancy import Reason, ScopeMissingError, everyone_scope, owner_scope

pytestmark = pytest.mark.django_db
OWNER, STRANGER, STAFF = 71, 72, 73


def write(owner_id=OWNER, *, actor_id=None, after=None, address="198.51.100.7"):
    store.write(
        Entry(
            action=Action.KEY_ADDED,
            owner_id=owner_id,
            actor_id=actor_id,
            target="key",
            target_id="1",
            before=None,
            after=after,
            address=address,
            user_agent="Firefox" if address else "",
            request_id="r1",
        )
    )


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def details(owner_id):
    with owner_scope(owner_id):
        return list(AuditDetail.objects.order_by("pk").values_list("after", "address", "user_agent"))


@pytest.mark.parametrize("table", ["accounts_auditentry", "accounts_auditdetail"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET owner_id = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_database_refuses_raw_sql_that_changes_what_was_written(table, statement):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")  # the tests' own door, see tests/conftest.py
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with everyone_scope(Reason.AUDIT), pytest.raises(Error, match="append-only"), transaction.atomic():
        run(statement.format(table))

    assert details(OWNER) == [(None, "198.51.100.7", "Firefox")]


def test_no_setting_opens_the_door():
    write()

    with everyone_scope(Reason.AUDIT), pytest.raises(Error, match="append-only"), transaction.atomic():
        run("DELETE FROM accounts_auditdetail WHERE 'audit_forget(' <> ''")


def test_orm_is_refused_too():
    write()

    with owner_scope(OWNER), pytest.raises(Error, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(action="invented")


def test_trail_is_read_in_the_scope_of_its_owner_alone():
    write()

    with owner_scope(STRANGER):
        seen_by_stranger = AuditEntry.objects.count()
    with owner_scope(OWNER):
        seen_by_owner = AuditEntry.objects.count()
    assert (seen_by_stranger, seen_by_owner) == (0, 1)
    with pytest.raises(ScopeMissingError):
        AuditEntry.objects.count()


def test_forgetting_a_person_empties_what_is_personal_and_keeps_that_it_happened():
    write(after={"label": "Mine"})
    write(STRANGER, after={"label": "Theirs"})

    store.forget(OWNER)

    assert (details(OWNER), details(STRANGER)) == ([], [({"label": "Theirs"}, "198.51.100.7", "Firefox")])
    with owner_scope(OWNER):
        assert AuditEntry.objects.count() == 1


def test_forgetting_staff_removes_their_place_from_the_entries_of_others():
    write(actor_id=STAFF, after={"is_active": False})
    write(actor_id=STAFF)

    store.forget(STAFF)

    assert details(OWNER) == [({"is_active": False}, None, "")]


def test_retention_drops_what_is_older(time_machine):
    time_machine.move_to("2024-01-01 12:00Z")
    write(after={"label": "Old"})
    time_machine.move_to("2026-01-01 12:00Z")
    write(after={"label": "New"})

    gone = store.retain(timezone.now() - timedelta(days=365))

    assert gone == 1
    assert [after for after, _address, _agent in details(OWNER)] == [{"label": "New"}]


def test_migration_can_be_undone_and_done_again():
    from django.db.migrations.executor import MigrationExecutor

    sql = MigrationExecutor(connection).loader.get_migration("accounts", "0003_audit_is_append_only").operations[0]

    with connection.cursor() as cursor:
        cursor.execute(sql.reverse_sql)
        cursor.execute(sql.sql)
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'audit_%'")
        assert cursor.fetchone() == (4,)
