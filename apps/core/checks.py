"""Checks at start that need the database itself."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error
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
