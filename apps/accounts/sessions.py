"""Where a person is signed in, and how that is ended.

Sessions live in Redis alone, and so does everything here: a copy of the database opens none. What a session looks like
from outside is kept in the session itself; one hash for each person names the sessions, so that nobody has to search.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cache import KEY_PREFIX, SessionStore
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from apps.accounts import devices
from apps.accounts.models import User
from apps.core import audit, realtime
from apps.core import redis as core_redis
from apps.core.audit import Action
from apps.core.enums import Event

MARK: Final = "device"
NEW_DEVICE: Final = "is_new_device"
ZONE_COOKIE: Final = "time_zone"
TOUCH_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Session:
    """One place where the person is signed in."""

    id: UUID
    device: str
    icon: str
    place: str
    first_seen: datetime
    last_seen: datetime
    is_current: bool
    is_new_device: bool


def touch(request: HttpRequest) -> bool:
    """Note that the session is in use: at once when it is new or was renamed, otherwise once in five minutes.

    Noting it also keeps it: a session ends 24 hours after its last use. Tells whether it was noted now.
    """
    session, now = request.session, int(time.time())
    known: dict[str, Any] = session.get(MARK, {})
    if known and known["key"] == session.session_key and now - known["last"] < TOUCH_SECONDS:
        return False
    if session.session_key is None:
        session.create()
    mark = {
        "id": known.get("id") or uuid4().hex,
        "key": session.session_key,
        "first": known.get("first", now),
        "last": now,
        "address": audit.address_of(request),
        "user_agent": request.headers.get("User-Agent", "")[:300],
        "time_zone": request.COOKIES.get(ZONE_COOKIE, "")[:64],
    }
    session[MARK] = mark
    name = _name(cast(User, request.user))
    core_redis.get().hset(name, str(mark["id"]), str(mark["key"]))
    core_redis.get().expire(name, settings.SESSION_COOKIE_AGE)
    return True


def current_id(request: HttpRequest) -> UUID | None:
    mark = request.session.get(MARK)
    return UUID(mark["id"]) if mark else None


def sessions_of(user: User, *, current: UUID | None = None) -> list[Session]:
    """This one first, then by last use. What is over meanwhile is forgotten on the way."""
    return sorted(
        (_session(data[MARK], data, current) for data in _alive(user).values()),
        key=lambda session: (not session.is_current, -session.last_seen.timestamp()),
    )


def end(*, user: User, session_id: UUID) -> bool:
    """Sign that session out now, its open pages too; False where there is none of this id."""
    found = _alive(user).get(session_id.hex)
    if found is None:
        return False
    _end(user, {session_id.hex: found})
    return True


def end_all_but(*, user: User, session_id: UUID | None) -> int:
    """Sign out everywhere else, or everywhere; tells how many sessions that were."""
    ended = {key: data for key, data in _alive(user).items() if session_id is None or key != session_id.hex}
    _end(user, ended)
    return len(ended)


def recheck_pages(user: User) -> None:
    """Have each open page ask now whether its session still stands."""
    realtime.publish(owner_id=user.pk, event=Event.SECURITY)


def _end(user: User, ended: Mapping[str, Mapping[str, Any]]) -> None:
    for session_id, data in ended.items():
        mark = data[MARK]
        before = {"device": ", ".join(filter(None, devices.browser_of(mark["user_agent"])))}
        audit.record(action=Action.SESSION_ENDED, owner_id=user.pk, target=user, before=before)
        SessionStore(mark["key"]).delete()
        core_redis.get().hdel(_name(user), session_id)
    if ended:
        recheck_pages(user)


def _alive(user: User) -> dict[str, dict[str, Any]]:
    """The data of each session that would still be let in, by id."""
    named = cast(dict[str, str], core_redis.get().hgetall(_name(user)))
    stored = caches[settings.SESSION_CACHE_ALIAS].get_many([KEY_PREFIX + key for key in named.values()])
    standing = user.get_session_auth_hash()
    alive = {
        session_id: data
        for session_id, key in named.items()
        if (data := stored.get(KEY_PREFIX + key))
        and MARK in data
        and data.get(SESSION_KEY) == str(user.pk)
        and constant_time_compare(data.get(HASH_SESSION_KEY, ""), standing)
    }
    if over := named.keys() - alive.keys():
        core_redis.get().hdel(_name(user), *over)
    return alive


def _session(mark: Mapping[str, Any], data: Mapping[str, Any], current: UUID | None) -> Session:
    return Session(
        id=UUID(mark["id"]),
        device=devices.name_of(mark["user_agent"]),
        icon=devices.icon_of(mark["user_agent"]),
        place=devices.place_of(address=mark["address"], time_zone=mark["time_zone"]),
        first_seen=datetime.fromtimestamp(mark["first"], UTC),
        last_seen=datetime.fromtimestamp(mark["last"], UTC),
        is_current=current == UUID(mark["id"]),
        is_new_device=bool(data.get(NEW_DEVICE)),
    )


def _name(user: User) -> str:
    return f"sessions:{user.pk}"
