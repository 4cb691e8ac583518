"""Live events over real streams: order, replay by cursor, and nothing for strangers."""

import asyncio

from apps.core import realtime
from apps.core import redis as core_redis
from apps.core.enums import Event


def test_a_blocking_read_outlives_its_block_and_never_waits_for_ever():
    client = core_redis.get_async(patience=realtime.PATIENCE_SECONDS)

    patience = client.connection_pool.connection_kwargs["socket_timeout"]

    assert realtime.BLOCK_MILLISECONDS / 1000 < patience < 60


async def _read(owner_id: int, cursor: str, count: int) -> list[realtime.Frame]:
    connection = core_redis.get_async(patience=realtime.PATIENCE_SECONDS)
    found = []
    async with connection:
        async for frame in realtime.frames(connection, owner_id, cursor):
            found.append(frame)
            if len(found) == count:
                break
    return found


def test_frames_come_in_order_after_the_cursor(valkey):
    first = realtime.publish(owner_id=1, event=Event.NEW_JOB, id="a")
    realtime.publish(owner_id=1, event=Event.NEW_JOB, id="b")
    realtime.publish(owner_id=1, event=Event.AI_COMPLETE, id="c")

    frames = asyncio.run(_read(1, first, 2))

    assert [frame.payload for frame in frames] == [
        {"event": "new_job", "id": "b"},
        {"event": "ai_complete", "id": "c"},
    ]


def test_stranger_gets_nothing_of_it(valkey):
    realtime.publish(owner_id=1, event=Event.NEW_JOB, id="secret")
    realtime.publish(owner_id=2, event=Event.NEW_JOB, id="own")

    frames = asyncio.run(_read(2, "0", 1))

    assert [frame.payload["id"] for frame in frames] == ["own"]


def test_latest_cursor_is_where_a_fresh_page_starts(valkey):
    empty = realtime.latest_cursor(1)
    cursor = realtime.publish(owner_id=1, event=Event.NEW_JOB, id="a")

    assert (empty, realtime.latest_cursor(1)) == ("0", cursor)


def test_stream_is_capped_and_expires(valkey):
    for number in range(realtime.KEEP + 300):
        realtime.publish(owner_id=1, event=Event.NEW_JOB, id=str(number))

    assert valkey.xlen("live:1") <= realtime.KEEP + 200
    assert 0 < valkey.ttl("live:1") <= realtime.KEEP_SECONDS


def test_socket_that_idles_for_long_stays_open(valkey):
    """redis-py 8 drops idle sockets after its own time-out unless told not to; a blocking read outlasts it."""

    async def idle_then_read() -> list[realtime.Frame]:
        reading = asyncio.create_task(_read(1, "$", 1))
        await asyncio.sleep(7)
        realtime.publish(owner_id=1, event=Event.NEW_JOB, id="late")
        return await asyncio.wait_for(reading, 5)

    assert [frame.payload["id"] for frame in asyncio.run(idle_then_read())] == ["late"]
