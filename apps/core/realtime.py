"""Live events: one capped Redis Stream for each person, read by cursor.

A socket that reconnects names the last cursor it saw and gets what it missed. Events carry ids, and the
page asks for the fragment through the ordinary view; streamed AI text is the one exception.
"""

import json
from collections.abc import AsyncIterator
from functools import cache
from typing import Any, Final, NamedTuple

import redis.asyncio
from redis.commands.core import Script
from redis.exceptions import RedisError

from apps.core import redis as core_redis
from apps.core.enums import Event

KEEP: Final = 1000
KEEP_SECONDS: Final = 24 * 3600
BLOCK_MILLISECONDS: Final = 15_000
PATIENCE_SECONDS: Final = BLOCK_MILLISECONDS / 1000 + 5  # a Redis that is silent for longer is gone

# KEYS: the stream, and the name under which it is appended once, if any. ARGV: body, most entries, seconds to keep.
_APPEND: Final = """
local before = KEYS[2] and redis.call('GET', KEYS[2])
if before then return before end
local cursor = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'body', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
if KEYS[2] then redis.call('SET', KEYS[2], cursor, 'EX', ARGV[3]) end
return cursor
"""


class Frame(NamedTuple):
    cursor: str
    payload: dict[str, object]


def stream_key(owner_id: int) -> str:
    return f"live:{owner_id}"


@cache
def _append() -> Script:
    return core_redis.get().register_script(_APPEND)


def publish(*, owner_id: int, event: Event, once: str = "", **payload: object) -> str | None:
    """Append an event to the person's stream; returns its cursor.

    With `once`, a second call under the same name appends nothing and answers with the first one's cursor.
    Live arrival is a comfort, so a Redis that is down costs the event its speed and nothing else: `None`.
    """
    key = stream_key(owner_id)
    body = json.dumps({"event": event.value, **payload}, default=str)
    keys = [key, f"{key}:{once}"] if once else [key]
    try:
        return str(_append()(keys=keys, args=[body, KEEP, KEEP_SECONDS]))
    except RedisError:
        return None


def latest_cursor(owner_id: int) -> str:
    """Where the stream stands now: what a fresh page starts from."""
    try:
        newest = core_redis.get().xrevrange(stream_key(owner_id), count=1)
    except RedisError:
        return "$"
    return str(newest[0][0]) if newest else "0"


def forget(owner_id: int) -> None:
    """Remove the person's stream and what was appended to it once."""
    key, connection = stream_key(owner_id), core_redis.get()
    connection.delete(key, *connection.scan_iter(match=f"{key}:*", count=1000))


async def frames(connection: redis.asyncio.Redis, owner_id: int, cursor: str) -> AsyncIterator[Frame]:
    """Yield the person's events after `cursor`, for ever; `$` starts with the next one."""
    key = stream_key(owner_id)
    while True:
        answer: Any = await connection.xread({key: cursor}, count=100, block=BLOCK_MILLISECONDS)
        for _key, entries in answer or ():
            for entry_id, fields in entries:
                cursor = str(entry_id)
                yield Frame(cursor, json.loads(fields["body"]))
