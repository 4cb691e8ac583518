"""Row security follows the setting: `migrate` switches the tables that have the policy of `RowSecurity` on or off."""

from typing import Any, Final

from django.conf import settings
from django.db import connections

_DIFFERENT: Final = """
SELECT quote_ident(space.nspname) || '.' || quote_ident(class.relname) FROM pg_policy AS policy
JOIN pg_class AS class ON class.oid = policy.polrelid JOIN pg_namespace AS space ON space.oid = class.relnamespace
WHERE policy.polname = 'owner' AND class.relrowsecurity <> %s
"""


def follow_setting(*, using: str, **_signal: Any) -> None:
    wanted = "ENABLE" if settings.ROW_SECURITY else "DISABLE"
    with connections[using].cursor() as cursor:
        cursor.execute(_DIFFERENT, [settings.ROW_SECURITY])
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {wanted} ROW LEVEL SECURITY")
