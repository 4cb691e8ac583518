"""The freelancers of the sandbox: a cast to choose from, and new ones a person makes up on the consent page."""

import hashlib
import re
import sqlite3
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from apps.upwork.sandbox.market.phrasebook import TEXTS, luck
from apps.upwork.sandbox.records import Freelancer
from apps.upwork.sandbox.store import insert, load

DEMO: Final = "akovalenko"
CONNECTS: Final = 500
NEWCOMER: Final[dict[str, Any]] = {
    "title": "Freelancer", "overview": "", "rate_cents": 3000, "country": "Ukraine", "city": "Kyiv",
    "success_score": None, "badge": None, "jobs": 0, "earned_cents": 0,
}  # fmt: skip


@cache
def cast() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads((TEXTS / "people.toml").read_text())["freelancer"])


def add_cast(db: sqlite3.Connection) -> None:
    for person in cast():
        add(db, **person)


def add(db: sqlite3.Connection, *, name: str, skills: Iterable[str], nid: str = "", **facts: Any) -> Freelancer:
    """Add a freelancer; ids follow from the login name, so the cast is the same in every sandbox."""
    nid = nid or _login(db, name)
    number = luck(nid).randrange(400_000_000_000_000_000, 900_000_000_000_000_000)
    agency = facts.pop("agency_name", None)
    person = Freelancer(
        **{**NEWCOMER, **facts},
        id=number, nid=nid, name=name, skills=tuple(skills), connects=CONNECTS, agency_name=agency,
        organization_id=number + 1, agency_id=number + 2 if agency else None,
    )  # fmt: skip
    insert(db, "freelancer", person)
    return person


def _login(db: sqlite3.Connection, name: str) -> str:
    base = re.sub(r"\W+", "", name.lower())[:20] or "freelancer"
    taken = {row["nid"] for row in db.execute("SELECT nid FROM freelancer WHERE nid LIKE ?", (f"{base}%",))}
    return next(nid for nid in (base, *(f"{base}{n}" for n in range(2, len(taken) + 3))) if nid not in taken)


def every(db: sqlite3.Connection) -> list[Freelancer]:
    """The cast in its order, then those who came by the consent page."""
    order = {person["nid"]: number for number, person in enumerate(cast())}
    found = [load(Freelancer, row) for row in db.execute("SELECT * FROM freelancer ORDER BY name")]
    return sorted(found, key=lambda person: order.get(person.nid, len(order)))


def get(db: sqlite3.Connection, key: int | str) -> Freelancer | None:
    """By id or by login name."""
    row = db.execute("SELECT * FROM freelancer WHERE id = ? OR nid = ?", (key, str(key))).fetchone()
    return load(Freelancer, row) if row else None


def profile_key(person: Freelancer) -> str:
    return f"~01{hashlib.sha256(person.nid.encode()).hexdigest()[:16]}"
