"""Owner scope is used as meant: on every owned table, and looked past only where a reason stands."""

import ast

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from apps.core.tenancy import OwnedManager, OwnedModel
from tests.architecture.sources import APPS, name_of, python_files, tree_of

EVERYONE = {
    "apps/accounts/audit/store.py": {"AUDIT"},
    "apps/accounts/tasks.py": {"SWEEP", "RETENTION"},
    "apps/core/middleware.py": {"ADMIN"},
    "apps/core/rotation.py": {"ROTATION"},
    "apps/core/postgresql/base.py": {"MIGRATION"},
    "apps/jobs/services/ingest.py": {"INGEST"},
    "apps/jobs/services/match.py": {"SWEEP", "INGEST"},
    "apps/jobs/services/purge.py": {"RETENTION"},
    "apps/jobs/services/sync.py": {"SWEEP"},
    "apps/notifications/services.py": {"NOTIFY"},
    "apps/notifications/tasks.py": {"SWEEP"},
    "apps/proposals/tasks.py": {"SWEEP", "RETENTION"},
    "apps/upwork/services/refreshing.py": {"SWEEP"},
}
UNOWNED = {
    "accounts.User": "the owner itself",
    "core.PolicyReport": "what browsers refused on our pages, counted; it names no person",
    "jobs.Client": "a keyed hash of a client of the marketplace, shared by everybody's jobs",
}


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("apps.")]


_TABLES = """
SELECT class.relname, class.relrowsecurity AND class.relforcerowsecurity AND EXISTS (
    SELECT FROM pg_policy WHERE polrelid = class.oid AND polname = 'owner' AND polcmd = '*' AND polwithcheck IS NULL
)
FROM pg_class AS class WHERE class.relkind = 'r' AND class.relnamespace = 'public'::regnamespace AND (
    class.relname = ANY(%s) OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = class.oid AND attname = 'owner_id')
)
"""


@pytest.mark.django_db
def test_every_owned_table_has_row_security():
    """`RowSecurity("themodel")` is missing from a migration where this fails."""
    ours = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("apps.")]
    unowned = {apps.get_model(label)._meta.db_table for label in UNOWNED}
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [[model._meta.db_table for model in ours]])
        found = dict(cursor.fetchall())

    assert {table for table, is_secured in found.items() if not is_secured} == unowned
    assert len(found) > len(unowned)


def test_nobody_goes_past_the_cursor_that_tells_the_scope():
    """`connection.connection` is psycopg's own, whose cursors know no scope."""
    offenders = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(APPS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and node.attr == "connection"
        and ast.unparse(node.value).rpartition(".")[2] in {"connection", "conn"}
    ]

    assert offenders == []


def test_every_model_is_owned_or_listed_with_a_reason():
    unowned = {
        model._meta.label for model in _own_models() if not isinstance(model._meta.default_manager, OwnedManager)
    }

    assert unowned == UNOWNED.keys()


@pytest.mark.parametrize("model", [m for m in _own_models() if issubclass(m, OwnedModel)], ids=lambda m: m.__name__)
def test_owned_model_has_an_index_that_begins_with_its_owner(model):
    first_fields = {index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields}
    first_fields |= {
        constraint.fields[0]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition
    }

    assert "owner" in first_fields


@pytest.mark.parametrize("model", _own_models(), ids=lambda m: m.__name__)
def test_model_says_its_invariants_to_the_database(model):
    assert model._meta.constraints, model._meta.label


def test_everyone_scope_is_used_only_where_it_is_listed():
    found: dict[str, set[str]] = {}
    for path in python_files(APPS):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("everyone_scope"):
                found.setdefault(name_of(path), set()).add(ast.unparse(node.args[0]).removeprefix("Reason."))

    assert found == EVERYONE


def test_nobody_reads_past_the_scope_by_the_base_manager():
    offenders = [
        f"{name_of(path)}:{node.lineno}"
        for path in python_files(APPS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "_base_manager"
    ]

    assert offenders == []


def test_user_reaches_no_owned_table_backwards():
    reverse = {
        relation.name
        for relation in apps.get_model(settings.AUTH_USER_MODEL)._meta.related_objects
        if issubclass(relation.related_model, OwnedModel) and not relation.hidden
    }

    assert reverse == set()
