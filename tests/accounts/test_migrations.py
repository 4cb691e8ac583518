"""Databases of an earlier day keep what they hold."""

from importlib import import_module

import pytest
from django.db import connection

from apps.core.tenancy import Reason, everyone_scope
from tests.accounts.factories import UserFactory

OLDER = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE accounts_settings ADD COLUMN has_shortcuts boolean NOT NULL DEFAULT true;
UPDATE accounts_settings SET has_shortcuts = (SELECT has_shortcuts FROM accounts_user WHERE id = owner_id);
ALTER TABLE accounts_user DROP COLUMN has_shortcuts;
"""


@pytest.mark.django_db
@pytest.mark.parametrize("shape", (OLDER, "SELECT 1"), ids=("older database", "fresh database"))
def test_choice_about_shortcuts_moves_to_the_person_once(shape):
    on, off = UserFactory(), UserFactory(has_shortcuts=False)
    move = import_module("apps.accounts.migrations.0002_shortcuts_of_the_person").MOVE

    with everyone_scope(Reason.MIGRATION), connection.cursor() as cursor:
        cursor.execute(shape)
        cursor.execute(move)
        cursor.execute(move)

    for person in (on, off):
        person.refresh_from_db()
    assert (on.has_shortcuts, off.has_shortcuts) == (True, False)
