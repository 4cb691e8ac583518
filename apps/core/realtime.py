"""Live events: one capped Redis Stream for each person, read by cursor.

A socket that reconnects names the last cursor it saw and gets what it missed. Events carry ids, and the
page asks for the fragment through the ordinary view; streamed AI text is the one exception.
"""

import json
from collections.abc import AsyncIterator
from typing import Final, NamedTuple

import redis.asyncio
from redis.exceptions import RedisError

from apps.core import redis as core_redis
from apps.core.enums import Event

KEEP: Final = 1000
KEEP_SECONDS: Final = 24 * 3600
BLOCK_MILLISECONDS: Final = 15_000


class Frame(NamedTuple):
    cursor: str
    payload: dict[str, object]


def stream_key(owner_id: int) -> str:
    return f"live:{owner_id}"


def publish(*, owner_id: int, event: Event, **payload: object) -> str | None:
    """Append an event to the person's stream; returns its cursor.

    Live arrival is a comfort, so a Redis that is down costs the event its speed and nothing else: `None`.
    """
    key = stream_key(owner_id)
    body = json.dumps({"event": event.value, **payload}, default=str)
    try:
        pipeline = core_redis.get().pipeline(transaction=False)
        pipeline.xadd(key, {"body": body}, maxlen=KEEP, approximate=True)
        pipeline.expire(key, KEEP_SECONDS)
        cursor, _expired = pipeline.execute()
    except RedisError:
        return None
    return str(cursor)


def latest_cursor(owner_id: int) -> str:
    """Where the stream stands now: what a fresh page starts from."""
    try:
        newest = core_redis.get().xrevrange(stream_key(owner_id), count=1)
    except RedisError:
        return "$"
    return str(newest[0][0]) if newest else "0"


async def frames(connection: redis.asyncio.Redis, owner_id: int, cursor: str) -> AsyncIterator[Frame]:
    """Yield the person's events after `cursor`, for ever; `$` starts with the next one."""
    key = stream_key(owner_id)
    while True:
        answer = await connection.xread({key: cursor}, count=100, block=BLOCK_MILLISECONDS)
        for _key, entries in answer or ():
            for entry_id, fields in entries:
                cursor = str(entry_id)
                yield Frame(cursor, json.loads(fields["body"]))
