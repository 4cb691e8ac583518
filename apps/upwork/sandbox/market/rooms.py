"""Rooms of a proposal and the messages in them."""

import hashlib
import sqlite3

from apps.upwork.sandbox.records import snowflake
from apps.upwork.sandbox.store import count


def of_proposal(db: sqlite3.Connection, proposal_id: int) -> str | None:
    row = db.execute("SELECT id FROM room WHERE proposal_id = ?", (proposal_id,)).fetchone()
    return str(row["id"]) if row else None


def open_for(db: sqlite3.Connection, proposal_id: int, at_ms: int) -> str:
    """The room of a proposal; only a client's first message opens it."""
    if found := of_proposal(db, proposal_id):
        return found
    room_id = f"room_{hashlib.sha256(str(proposal_id).encode()).hexdigest()[:32]}"
    db.execute("INSERT INTO room (id, proposal_id, created_ms) VALUES (?, ?, ?)", (room_id, proposal_id, at_ms))
    count(db, "rooms_opened")
    return room_id


def say(db: sqlite3.Connection, room_id: str, author: str, text: str, at_ms: int) -> int:
    """Add a message and return its id."""
    number = int(db.execute("SELECT count(*) FROM story").fetchone()[0])
    story_id = snowflake(at_ms, number)
    db.execute(
        "INSERT INTO story (id, room_id, author, text, created_ms, updated_ms, read) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (story_id, room_id, author, text, at_ms, at_ms, author == "freelancer"),
    )
    count(db, f"messages_by_{author}")
    return story_id
