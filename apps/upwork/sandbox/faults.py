"""Faults on order: the next calls fail the way the real server fails."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Final

from apps.upwork.sandbox.store import count

KINDS: Final = {
    "500": "HTTP 500 with a short text",
    "slow": "the answer comes after `seconds`",
    "429": "HTTP 429 Too Many Requests, plain text",
    "html": "the firewall's HTML page with 403",
    "errors": "HTTP 200 with a GraphQL error",
    "transform-timeout": "HTTP 200 with the transient error Transform timeout",
    "revoke": "the caller's tokens are revoked, then 401",
    "lost": "the call is carried out, its answer is lost (502)",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that is to happen now."""

    kind: str
    seconds: float


def order(db: sqlite3.Connection, kind: str, *, calls: int = 1, operation: str = "", seconds: float = 3.0) -> None:
    """Make the next `calls` requests fail, of one root field only when `operation` names it ("token" is the OAuth one)."""
    if kind not in KINDS:
        raise ValueError(f"There is no fault {kind}; there are {', '.join(KINDS)}.")
    db.execute(
        "INSERT INTO fault (kind, operation, remaining, seconds) VALUES (?, ?, ?, ?)", (kind, operation, calls, seconds)
    )


def take(db: sqlite3.Connection, operations: list[str], *, named_only: bool = False) -> Fault | None:
    """Use up one ordered fault that concerns this request; one for any call unless `named_only`."""
    row = db.execute(
        "SELECT * FROM fault WHERE remaining > 0 AND operation IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1",
        (json.dumps(operations if named_only else ["", *operations]),),
    ).fetchone()
    if row is None:
        return None
    db.execute("UPDATE fault SET remaining = remaining - 1 WHERE id = ?", (row["id"],))
    count(db, f"fault_{row['kind']}")
    return Fault(row["kind"], row["seconds"])


def pending(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM fault WHERE remaining > 0").fetchone() is not None


def clear(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM fault")
