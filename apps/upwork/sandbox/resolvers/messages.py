"""Rooms and their messages."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from apps.upwork.sandbox.market import postings, reactions, rooms
from apps.upwork.sandbox.records import Client, Proposal
from apps.upwork.sandbox.resolvers.context import Call, Info, Node, Resolver, failed, iso, offset_of, page_info
from apps.upwork.sandbox.resolvers.identity import client_organization, client_user, generic_user, organization_of
from apps.upwork.sandbox.resolvers.proposals import own_proposal, proposal_node

OWN_ROOMS = (
    "SELECT room.*, max(story.created_ms) AS last_ms, sum(story.read = 0) AS unread FROM room"
    " JOIN proposal ON proposal.id = room.proposal_id LEFT JOIN story ON story.room_id = room.id"
    " WHERE proposal.freelancer_id = ?"
)


def room_list(
    info: Info,
    filter: Mapping[str, Any] | None = None,
    pagination: Mapping[str, Any] | None = None,
    sort_order: str = "DESC",
) -> Node:
    """Rooms by their last message; hidden ones only when asked for."""
    call, given = info.context, filter or {}
    offset, first = offset_of(pagination, 20)
    having = ["1"]
    if given.get("unreadRoomsOnly_eq"):
        having.append("unread > 0")
    elif since := given.get("activeSince_eq"):
        having.append(f"last_ms >= {moment_ms(since)}")
    if not given.get("includeHidden_eq") and given.get("subscribed_eq") is not False:
        having.append("room.archived = 0")
    rows = call.db.execute(
        f"{OWN_ROOMS} GROUP BY room.id HAVING {' AND '.join(having)} ORDER BY last_ms {sort_order}, room.id",
        (call.freelancer.id,),
    ).fetchall()
    page = rows[offset : offset + first]
    return {
        "totalCount": len(rows),
        "edges": [{"node": room_node(call, row)} for row in page],
        "pageInfo": page_info(offset, len(page), len(rows) > offset + first),
    }


def one_room(info: Info, id: str) -> Node:
    return room_node(info.context, _own_room(info.context, id))


def proposal_room(info: Info, vendor_proposal_id: str) -> Node:
    room_id = rooms.of_proposal(info.context.db, own_proposal(info.context, vendor_proposal_id).id)
    if room_id is None:
        raise failed("Room not found")
    return one_room(info, room_id)


def contract_room(info: Info, contract_id: str) -> Node | None:
    return _room_of_contract(info, contract_id, "")


def offer_room(info: Info, offer_id: str) -> Node | None:
    return _room_of_contract(info, "", offer_id)


def _room_of_contract(info: Info, contract_id: str, offer_id: str) -> Node | None:
    row = info.context.db.execute(
        "SELECT room.id FROM contract JOIN room USING (proposal_id) WHERE contract.id = ? OR contract.offer_id = ?",
        (contract_id, offer_id),
    ).fetchone()
    return one_room(info, row["id"]) if row else None


def room_stories(info: Info, filter: Mapping[str, Any] | None = None) -> Node:
    if filter is None:
        raise failed("VJCA-6: Input parameter provided has incorrect value")
    row = _own_room(info.context, filter["roomId_eq"])
    return stories_of(info.context, row, filter.get("storyFilter"))


def stories_of(call: Call, room: sqlite3.Row, given: Mapping[str, Any] | None) -> Node:
    """Messages, newest first; reading them marks them as read."""
    given = given or {}
    offset, first = offset_of(given.get("pagination"), 20)
    between = given.get("storyCreatedDateTime_bt") or {}
    rows = call.db.execute(
        "SELECT * FROM story WHERE room_id = ? AND created_ms BETWEEN ? AND ? ORDER BY created_ms DESC, id DESC",
        (room["id"], moment_ms(between.get("rangeStart")), moment_ms(between.get("rangeEnd"), 2**62)),
    ).fetchall()
    page = rows[offset : offset + first]
    call.db.execute("UPDATE story SET read = 1 WHERE room_id = ?", (room["id"],))
    edges = [{"cursor": str(offset + n), "node": story_node(call, room, row)} for n, row in enumerate(page, 1)]
    return {
        "totalCount": len(rows), "edges": edges, "pageInfo": page_info(offset, len(page), len(rows) > offset + first),
    }  # fmt: skip


def moment_ms(text: str | None, default: int = 0) -> int:
    """Epoch milliseconds or ISO 8601."""
    if not text:
        return default
    if text.isdigit():
        return int(text)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise failed("VJCA-6: Input parameter provided has incorrect value") from error
    return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp() * 1000)


def one_story(info: Info, room_id: str, story_id: str) -> Node | None:
    room = _own_room(info.context, room_id)
    row = _story(info.context, room_id, story_id)
    return story_node(info.context, room, row) if row else None


def create_story(info: Info, input: Mapping[str, Any]) -> Node:
    """The freelancer writes; the client usually answers a little later."""
    call = info.context
    room = _own_room(call, input.get("roomId") or "")
    if not (input.get("message") or "").strip():
        raise failed("VJCA-6: Input parameter provided has incorrect value")
    story_id = rooms.say(call.db, room["id"], "freelancer", input["message"], call.now_ms)
    rng = call.market.chance(call.db, f"answer{story_id}")
    reactions.answer_chat(call.db, rng, _parties(call, room)[0], call.now_ms)
    row = _story(call, room["id"], str(story_id))
    if row is None:
        raise failed("Story not found")
    return story_node(call, room, row)


def update_story(info: Info, input: Mapping[str, Any]) -> Node:
    _own_story(info.context, input["roomId"], input["storyId"])
    info.context.db.execute(
        "UPDATE story SET text = ?, updated_ms = ? WHERE id = ?",
        (input.get("message") or "", info.context.now_ms, input["storyId"]),
    )
    return {"status": "SUCCESS"}


def remove_story(info: Info, room_id: str, story_id: str) -> str:
    _own_story(info.context, room_id, story_id)
    info.context.db.execute("DELETE FROM story WHERE id = ?", (story_id,))
    return story_id


def archive_room(info: Info, room_id: str) -> Node:
    _own_room(info.context, room_id)
    info.context.db.execute("UPDATE room SET archived = 1 WHERE id = ?", (room_id,))
    return one_room(info, room_id)


def refuse_to_open(_: Info, **__: object) -> None:
    """A freelancer cannot open a room before the client writes."""
    raise failed("Authorization failed")


def room_node(call: Call, room: sqlite3.Row) -> Node:
    proposal, client = _parties(call, room)
    title = postings_title(call, proposal)
    users = [
        {"user": generic_user(call.freelancer), "organization": _own_organization(call), "role": "participant"},
        {"user": client_user(client), "organization": client_organization(client), "role": "owner"},
    ]
    return {
        "id": room["id"], "roomName": f"{client.contact}, {call.freelancer.name.split()[0]}", "topic": title,
        "roomType": "INTERVIEW", "organization": _own_organization(call), "createdAtDateTime": iso(room["created_ms"]),
        "lastVisitedDateTime": None, "lastReadDateTime": None, "joinDateTime": iso(room["created_ms"]),
        "numUnread": room["unread"] or 0, "numUnreadMentions": 0, "numUsers": 2, "favorite": False,
        "hidden": bool(room["archived"]), "muted": False, "public": False, "readOnly": False,
        "creator": users[1], "owner": users[1], "roomUsers": users, "offerIds": [], "roomNotePresent": False,
        "vendorProposal": lambda _: proposal_node(call, proposal), "latestStory": lambda _: _latest(call, room),
        "stories": lambda info, filter=None: stories_of(info.context, room, filter),
    }  # fmt: skip


def postings_title(call: Call, proposal: Proposal) -> str:
    job = postings.get_job(call.db, proposal.job_id)
    return job.title if job else ""


def story_node(call: Call, room: sqlite3.Row, story: sqlite3.Row) -> Node:
    client = _parties(call, room)[1]
    by_client = story["author"] == "client"
    return {
        "id": story["id"], "message": story["text"], "createdDateTime": iso(story["created_ms"]),
        "updatedDateTime": iso(story["updated_ms"]), "room": lambda _: room_node(call, room),
        "user": client_user(client) if by_client else generic_user(call.freelancer),
        "organization": client_organization(client) if by_client else _own_organization(call), "attachments": [],
    }  # fmt: skip


def _latest(call: Call, room: sqlite3.Row) -> Node | None:
    row = call.db.execute(
        "SELECT * FROM story WHERE room_id = ? ORDER BY created_ms DESC, id DESC LIMIT 1", (room["id"],)
    ).fetchone()
    return story_node(call, room, row) if row else None


def _parties(call: Call, room: sqlite3.Row) -> tuple[Proposal, Client]:
    proposal = reactions.get_proposal(call.db, room["proposal_id"])
    job = postings.get_job(call.db, proposal.job_id) if proposal else None
    if proposal is None or job is None:
        raise failed("Room not found")
    return proposal, postings.get_client(call.db, job.client_id)


def _own_organization(call: Call) -> Node:
    return organization_of(call.freelancer, call.freelancer.organization_id)


def _own_room(call: Call, room_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = call.db.execute(
        f"{OWN_ROOMS} AND room.id = ? GROUP BY room.id", (call.freelancer.id, room_id)
    ).fetchone()
    if row is None:
        raise failed("Authorization failed")
    return row


def _story(call: Call, room_id: str, story_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM story WHERE room_id = ? AND id = ?", (room_id, story_id)
    ).fetchone()
    return row


def _own_story(call: Call, room_id: str, story_id: str) -> sqlite3.Row:
    _own_room(call, room_id)
    row = _story(call, room_id, story_id)
    if row is None or row["author"] != "freelancer":
        raise failed("Authorization failed")
    return row


ROOTS: dict[str, Resolver] = {
    "roomList": room_list, "room": one_room, "proposalRoom": proposal_room, "contractRoom": contract_room,
    "offerRoom": offer_room, "oneOnOneRoom": refuse_to_open, "roomStories": room_stories, "roomStory": one_story,
    "createRoomStoryV2": create_story, "updateRoomStoryV2": update_story, "removeRoomStory": remove_story,
    "archiveRoom": archive_room, "createRoomV2": refuse_to_open, "roomCreate1on1IfNotExists": refuse_to_open,
}  # fmt: skip
