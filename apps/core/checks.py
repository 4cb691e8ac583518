"""Checks at start that need the database itself."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.db import connections


def check_role_is_not_superuser(
    app_configs: Any,
    databases: Iterable[str] | None = None,
    **_options: object,
) -> list[CheckMessage]:
    """A superuser passes row security by; the product refuses to run as one."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT rolsuper OR rolbypassrls, rolname FROM pg_roles WHERE rolname = current_user")
            is_super, role = cursor.fetchone()
        if is_super:
            found.append(
                Error(
                    f"DATABASE_URL connects as {role!r}, a superuser.",
                    hint="Make a plain role that owns the database and use that one: CREATE ROLE bidwright LOGIN CREATEDB.",
                    id="core.E001",
                )
            )
    return found


def check_search_may_use_its_index(
    app_configs: Any,
    databases: Iterable[str] | None = None,
    **_options: object,
) -> list[CheckMessage]:
    """Under row security PostgreSQL uses an index only with operators that are marked as giving nothing away."""
    found: list[CheckMessage] = []
    for alias in databases or () if settings.ROW_SECURITY else ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT proleakproof FROM pg_proc WHERE oid = 'pg_catalog.ts_match_vq'::regproc")
            (is_marked,) = cursor.fetchone()
        if not is_marked:
            found.append(
                CheckWarning(
                    "Searching for words reads every job: with row security PostgreSQL does not trust the operator @@.",
                    hint="Once, as a superuser in this database: "
                    "ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF",
                    id="core.W001",
                )
            )
    return found
