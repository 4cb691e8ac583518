"""The SQLite file behind the sandbox: two processes may have it open, every write is one transaction."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Record = TypeVar("Record", bound=DataclassInstance)

TABLES: Final = Path(__file__).with_name("tables.sql")
BUSY_SECONDS: Final = 30


class Store:
    """One connection for each thread; `write()` takes the write lock at once, so what it read stays true."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        database.parent.mkdir(parents=True, exist_ok=True)
        self.read().executescript(TABLES.read_text())

    def read(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._database, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON")
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        connection = self.read()
        # at once: a reader that became a writer later could find its snapshot gone (SQLITE_BUSY_SNAPSHOT)
        connection.execute("BEGIN IMMEDIATE")
        with connection:  # commits, or rolls back when something is raised
            yield connection

    def close(self) -> None:
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._local = threading.local()


def load(kind: "type[Record]", row: sqlite3.Row) -> "Record":
    """Make a record of a row: tuples are stored as JSON, truth values as 0 and 1."""
    values: dict[str, Any] = {}
    for field in fields(kind):
        value = row[field.name]
        if str(field.type).startswith("tuple["):
            value = tuple(json.loads(value))
        values[field.name] = bool(value) if field.type is bool else value
    return kind(**values)


def insert(db: sqlite3.Connection, table: str, record: "DataclassInstance", **extra: object) -> None:
    values = {**{field.name: getattr(record, field.name) for field in fields(record)}, **extra}
    packed = [json.dumps(value) if isinstance(value, tuple | list) else value for value in values.values()]
    marks = ", ".join("?" * len(values))
    db.execute(" ".join(("INSERT INTO", table, "(", ", ".join(values), ") VALUES (", marks, ")")), packed)


def get_setting(db: sqlite3.Connection, key: str, default: str = "") -> str:
    row = db.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return str(row["value"]) if row else default


def put_setting(db: sqlite3.Connection, key: str, value: object) -> None:
    db.execute("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", (key, str(value)))


def count(db: sqlite3.Connection, key: str, by: int = 1) -> None:
    """Add to the ledger of what the sandbox did."""
    db.execute(
        "INSERT INTO counter (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = value + excluded.value",
        (key, by),
    )
