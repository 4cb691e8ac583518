"""The second wall: every statement runs under the scope that `core.tenancy` holds at that moment.

The policies of the tables look at the session's `bidwright.owner`: '' for nobody, an id, '*' for everyone. It is told
when it differs from what this connection was last told, in front of the statement and in the same round trip. What was
told counts no more after whatever may have undone it: another connection, a rollback, an error.
"""

import re
from typing import Any, Final

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper

from apps.core.scope import Reason, everyone_scope, scope_on_the_wire

_PLAIN: Final = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b|\s*\(", re.IGNORECASE)
# An aborted transaction takes nothing but its end; and none of these reads a row
_NO_ROWS: Final = re.compile(
    r"\s*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|SET|RESET|SHOW|DISCARD)\b", re.IGNORECASE
)


def _is_plain(statement: object) -> bool:
    """One statement about rows, which neither ends a transaction nor sets the scope by itself."""
    return (
        isinstance(statement, str)
        and _PLAIN.match(statement) is not None
        and ";" not in statement
        and "set_config" not in statement
    )


class _ScopedMixin:
    """What our two cursors share; stands before Django's class among their bases."""

    cursor: Any
    db: "DatabaseWrapper"

    def __getattr__(self, name: str) -> Any:
        if name in {"copy", "stream"}:
            self.db.tell_scope()
        return super().__getattr__(name)  # type: ignore[misc]  # Django's CursorWrapper has it

    def callproc(self, *args: Any, **named: Any) -> Any:
        self.db.tell_scope()
        return super().callproc(*args, **named)  # type: ignore[misc]

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        scope = scope_on_the_wire()
        try:
            if not _is_plain(sql):
                return self._execute_alone(sql, params)
            if scope == self.db.told:
                return super()._execute(sql, params)  # type: ignore[misc]
            return self._execute_with_scope(scope, sql, params)
        except BaseException:
            self.db.told = None
            raise

    def _execute_with_scope(self, scope: str, sql: str, params: Any) -> Any:
        """One round trip: the server takes several statements at once where the values stand in the text."""
        if not isinstance(self.cursor, psycopg.ClientCursor):
            self.db.tell_scope()
            return super()._execute(sql, params)  # type: ignore[misc]
        text = sql if params is None else self.cursor.mogrify(sql, params)
        result = super()._execute(f"{_telling(scope)};{text}", None)  # type: ignore[misc]
        self.cursor.nextset()
        self.db.told = scope
        return result

    def _execute_alone(self, sql: Any, params: Any) -> Any:
        if not (isinstance(sql, str) and _NO_ROWS.match(sql)):
            self.db.tell_scope()
        result = super()._execute(sql, params)  # type: ignore[misc]
        self.db.told = None
        return result

    def _executemany(self, sql: Any, param_list: Any, *ignored: Any) -> Any:
        self.db.tell_scope()
        return super()._executemany(sql, param_list)  # type: ignore[misc]


class ScopedCursor(_ScopedMixin, CursorWrapper):
    """The cursor of every day."""


class ScopedDebugCursor(_ScopedMixin, base.CursorDebugWrapper):
    """The cursor of tests that count queries; the scope is no query of its own there either."""

    def copy(self, statement: Any) -> Any:
        self.db.tell_scope()
        return super().copy(statement)


class EveryonesSchemaEditor(DatabaseSchemaEditor):
    """A migration changes everybody's rows; under nobody's scope its statements would silently find none."""

    def __enter__(self) -> "EveryonesSchemaEditor":
        self._everyone = everyone_scope(Reason.MIGRATION)
        self._everyone.__enter__()
        super().__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            super().__exit__(*error)
        finally:
            self._everyone.__exit__(*error)


class DatabaseWrapper(base.DatabaseWrapper):
    """`told` is the scope that this connection's session surely holds; `None` where that is not known."""

    SchemaEditorClass = EveryonesSchemaEditor
    told: str | None = None

    def tell_scope(self) -> None:
        """Tell by a statement of its own, for what cannot carry the scope in front."""
        scope = scope_on_the_wire()
        if scope != self.told:
            self.told = None
            with self.wrap_database_errors:
                self.connection.execute(_telling(scope))
            self.told = scope

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.told = None  # one from the pool has served somebody else before
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        if name:  # a cursor on the server; psycopg writes its DECLARE
            self.tell_scope()
        return super().create_cursor(name)

    def make_cursor(self, cursor: Any) -> ScopedCursor:
        return ScopedCursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> ScopedDebugCursor:
        return ScopedDebugCursor(cursor, self)

    def commit(self) -> None:
        try:
            super().commit()
        except BaseException:  # a constraint that waited for the end: all was rolled back
            self.told = None
            raise

    def rollback(self) -> None:
        self.told = None
        super().rollback()


def _telling(scope: str) -> str:
    return f"SET bidwright.owner TO '{scope}'"
