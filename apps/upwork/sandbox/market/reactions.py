"""What a client does with a proposal: looks at it or not, answers or not, and so on to a contract."""

import random
import sqlite3
from typing import Final

from apps.upwork.sandbox.market import rooms
from apps.upwork.sandbox.market.phrasebook import Teller, read
from apps.upwork.sandbox.market.postings import get_job, plan
from apps.upwork.sandbox.records import Proposal, snowflake
from apps.upwork.sandbox.store import count, get_setting, load

SECOND: Final = 1000
ACTIONS: Final = ("view", "reply", "interview", "offer", "hire", "decline")
CLOSED: Final = frozenset({"DECLINED", "WITHDRAWN", "ARCHIVED", "HIRED"})
STATUS_AFTER: Final = {
    "reply": "ACTIVATED", "interview": "ACTIVATED", "offer": "OFFERED", "hire": "HIRED", "decline": "DECLINED",
}  # fmt: skip
WAIT: Final = {  # seconds after the step before
    "view": (30, 85), "reply": (60, 230), "interview": (120, 360), "offer": (180, 480), "hire": (60, 240),
    "decline": (200, 1500), "chat": (30, 120),
}  # fmt: skip
WELCOMED: Final = 5  # the first decent letters of a freelancer are always looked at
DECENT: Final = 0.35


def decide(db: sqlite3.Connection, rng: random.Random, proposal: Proposal) -> None:
    """Plan everything the client will do; pauses are divided by the sandbox's speed."""
    speed = float(get_setting(db, "speed", "1"))
    due = proposal.created_ms
    for action in steps(rng, proposal.quality, welcome=_is_welcome(db, proposal)):
        due += round(rng.uniform(*WAIT[action]) / speed * SECOND)
        plan(db, action, due, proposal_id=proposal.id)


def steps(rng: random.Random, quality: float, *, welcome: bool) -> list[str]:
    """An ordinary letter is answered in some 8 of 100 cases, a very good one in 20, a lazy one in 2."""
    if not welcome and rng.random() >= 0.10 + 0.45 * quality:
        return []
    if rng.random() >= (0.35 if welcome else 0.10) + 0.45 * quality:
        return ["view", "decline"] if rng.random() < 0.3 else ["view"]
    if rng.random() >= 0.6:
        return ["view", "reply", "decline"] if rng.random() < 0.5 else ["view", "reply"]
    if rng.random() >= 0.3 + 0.25 * quality:
        return ["view", "reply", "interview", "decline"]
    return ["view", "reply", "interview", "offer", "hire"]


def _is_welcome(db: sqlite3.Connection, proposal: Proposal) -> bool:
    earlier = db.execute(
        "SELECT count(*) FROM proposal WHERE freelancer_id = ? AND source != 'history' AND id != ? AND quality >= ?",
        (proposal.freelancer_id, proposal.id, DECENT),
    ).fetchone()[0]
    return proposal.quality >= DECENT and earlier < WELCOMED


def act(
    db: sqlite3.Connection, rng: random.Random, action: str, proposal_id: int, at_ms: int, *, text: str = ""
) -> bool:
    """Let the client do one thing now; a closed proposal is left alone."""
    proposal = get_proposal(db, proposal_id)
    if proposal is None or proposal.status in CLOSED:
        return False
    teller = _teller(db, rng, proposal)
    reason = teller.tell("{reason}") if action == "decline" else proposal.reason
    db.execute(
        "UPDATE proposal SET viewed = 1, status = ?, reason = ?, modified_ms = ? WHERE id = ?",
        (STATUS_AFTER.get(action, proposal.status), reason, at_ms, proposal.id),
    )
    if action in read("replies")["replies"] and (action != "decline" or rooms.of_proposal(db, proposal.id)):
        message = text or teller.one(read("replies")["replies"][action])
        rooms.say(db, rooms.open_for(db, proposal.id, at_ms), "client", message, at_ms)
    if action in {"offer", "hire"}:
        _contract(db, proposal, action, at_ms)
    if action in {"hire", "decline"}:
        db.execute("DELETE FROM event WHERE proposal_id = ?", (proposal.id,))
    count(db, f"client_{action}")
    return True


def answer_chat(db: sqlite3.Connection, rng: random.Random, proposal: Proposal, at_ms: int) -> None:
    """A client usually answers what is written in the room."""
    if rng.random() < 0.85:
        speed = float(get_setting(db, "speed", "1"))
        plan(db, "chat", at_ms + round(rng.uniform(*WAIT["chat"]) / speed * SECOND), proposal_id=proposal.id)


def chat(db: sqlite3.Connection, rng: random.Random, proposal_id: int, at_ms: int) -> None:
    proposal = get_proposal(db, proposal_id)
    if proposal:
        message = _teller(db, rng, proposal).one(read("replies")["replies"]["chat"])
        rooms.say(db, rooms.open_for(db, proposal.id, at_ms), "client", message, at_ms)
        count(db, "client_chat")


def _teller(db: sqlite3.Connection, rng: random.Random, proposal: Proposal) -> Teller:
    row = db.execute("SELECT name FROM freelancer WHERE id = ?", (proposal.freelancer_id,)).fetchone()
    return Teller(rng, read("replies")["words"], name=row["name"].split()[0])


def _contract(db: sqlite3.Connection, proposal: Proposal, action: str, at_ms: int) -> None:
    if not db.execute("SELECT 1 FROM contract WHERE proposal_id = ?", (proposal.id,)).fetchone():
        number = snowflake(at_ms, proposal.id)
        values = (number, proposal.id, number + 1, at_ms)
        db.execute("INSERT INTO contract (id, proposal_id, offer_id, created_ms) VALUES (?, ?, ?, ?)", values)
    job = get_job(db, proposal.job_id)
    if action == "hire" and job:
        db.execute("UPDATE contract SET started_ms = ? WHERE proposal_id = ?", (at_ms, proposal.id))
        db.execute("UPDATE client SET hires = hires + 1 WHERE id = ?", (job.client_id,))


def need_proposal(db: sqlite3.Connection, proposal_id: int) -> Proposal:
    if proposal := get_proposal(db, proposal_id):
        return proposal
    raise LookupError(f"The sandbox has no proposal {proposal_id}.")


def get_proposal(db: sqlite3.Connection, proposal_id: int) -> Proposal | None:
    row = db.execute("SELECT * FROM proposal WHERE id = ?", (proposal_id,)).fetchone()
    return load(Proposal, row) if row else None


def set_status(db: sqlite3.Connection, proposal_id: int, status: str, at_ms: int) -> None:
    db.execute("UPDATE proposal SET status = ?, modified_ms = ? WHERE id = ?", (status, at_ms, proposal_id))
    db.execute("DELETE FROM event WHERE proposal_id = ?", (proposal_id,))
