"""The live socket, over the whole ASGI application with real sessions and real streams."""

import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.contrib.sessions.backends.cache import SessionStore
from django.urls import path

from apps.accounts import sessions
from apps.core import realtime
from apps.core.enums import Event
from apps.core.tenancy import current_scope
from apps.notifications import tasks
from apps.notifications.consumers import MOST_SOCKETS, NOT_SIGNED_IN, TRY_AGAIN_LATER, LiveConsumer
from apps.notifications.services import notify
from tests.accounts.factories import make_session
from tests.notifications.live_socket import WAIT, open_socket

pytestmark = pytest.mark.django_db(transaction=True)


async def settled():
    """Give the socket's first read the time to begin."""
    await asyncio.sleep(0.2)


def impatient(**changes):
    """The same consumer with shorter clocks, behind the same log-in."""
    consumer = type("Impatient", (LiveConsumer,), changes)
    return AuthMiddlewareStack(URLRouter([path("ws/live/", consumer.as_asgi())]))


def test_visitor_is_told_why_the_door_is_closed(valkey):
    async def knock():
        async with open_socket() as live:
            return await live.receive_output(WAIT)

    assert asyncio.run(knock()) == {"type": "websocket.close", "code": NOT_SIGNED_IN}


def test_page_of_another_site_is_refused(client, owner):
    client.force_login(owner)

    async def knock():
        async with open_socket(client, origin="https://evil.example") as live:
            return live.is_open

    assert asyncio.run(knock()) is False


def test_events_arrive_as_they_happen_with_their_cursor(client, owner):
    client.force_login(owner)

    async def listen():
        async with open_socket(client) as live:
            await settled()
            cursor = await database_sync_to_async(realtime.publish)(owner_id=owner.pk, event=Event.NEW_JOB, id="7")
            return cursor, await live.frame()

    cursor, frame = asyncio.run(listen())
    assert frame == {"event": "new_job", "id": "7", "cursor": cursor}


def test_notification_reaches_the_open_page(client, owner):
    client.force_login(owner)

    async def listen():
        async with open_socket(client) as live:
            await settled()
            await database_sync_to_async(notify)(
                owner_id=owner.pk, event=Event.NEW_JOB, key="job:1", context={"id": uuid4(), "score": 94}
            )
            await database_sync_to_async(tasks.deliver)(owner_id=owner.pk)
            return await live.frame()

    frame = asyncio.run(listen())
    assert (frame["event"], frame["score"]) == ("new_job", 94)


def test_what_was_missed_is_replayed_from_the_cursor(client, owner):
    client.force_login(owner)
    seen = realtime.publish(owner_id=owner.pk, event=Event.NEW_JOB, id="seen")
    for name in ("missed 1", "missed 2"):
        realtime.publish(owner_id=owner.pk, event=Event.NEW_JOB, id=name)

    async def come_back():
        async with open_socket(client, since=seen) as live:
            return [(await live.frame())["id"] for _ in range(2)]

    assert asyncio.run(come_back()) == ["missed 1", "missed 2"]


@pytest.mark.parametrize("since", ["", "$", "nonsense", "1;DROP"])
def test_socket_without_a_cursor_starts_with_what_comes_next(client, owner, since):
    client.force_login(owner)
    realtime.publish(owner_id=owner.pk, event=Event.NEW_JOB, id="old")

    async def listen():
        async with open_socket(client, since=since) as live:
            await settled()
            await database_sync_to_async(realtime.publish)(owner_id=owner.pk, event=Event.NEW_JOB, id="new")
            return (await live.frame())["id"]

    assert asyncio.run(listen()) == "new"


def test_stranger_hears_nothing_of_the_owner(client, owner, stranger):
    client.force_login(stranger)

    async def listen():
        async with open_socket(client, since="0") as live:
            await settled()
            await database_sync_to_async(realtime.publish)(owner_id=owner.pk, event=Event.NEW_JOB, id="secret")
            await database_sync_to_async(realtime.publish)(owner_id=stranger.pk, event=Event.NEW_JOB, id="own")
            return await live.frame()

    assert asyncio.run(listen())["id"] == "own"


def test_cursor_of_another_person_opens_nothing(client, owner, stranger):
    cursor = realtime.publish(owner_id=owner.pk, event=Event.NEW_JOB, id="first")
    realtime.publish(owner_id=owner.pk, event=Event.NEW_JOB, id="secret")
    client.force_login(stranger)

    async def listen():
        async with open_socket(client, since=cursor) as live:
            return await live.receive_nothing(timeout=0.5)

    assert asyncio.run(listen()) is True


def test_what_the_page_sends_is_ignored(client, owner):
    client.force_login(owner)

    async def talk():
        async with open_socket(client) as live:
            await live.say(text="{not json")
            await live.say(bytes=b"\x00")
            await settled()
            await database_sync_to_async(realtime.publish)(owner_id=owner.pk, event=Event.NEW_JOB, id="1")
            return (await live.frame())["id"]

    assert asyncio.run(talk()) == "1"


def test_silence_is_broken_by_a_ping(client, owner):
    client.force_login(owner)

    async def listen():
        async with open_socket(client, app=impatient(heartbeat_seconds=0.05)) as live:
            return await live.frame()

    assert asyncio.run(listen()) == {"event": "ping"}


def ends_when(client, act):
    """The close that the socket gets after `act` was done beside it."""

    async def listen():
        async with open_socket(client, app=impatient(recheck_seconds=0.1)) as live:
            await settled()
            await database_sync_to_async(act)()
            return await live.receive_output(WAIT)

    return asyncio.run(listen())


def test_ended_session_ends_the_socket(client, owner):
    client.force_login(owner)
    key = client.session.session_key

    assert ends_when(client, lambda: SessionStore(key).delete()) == {"type": "websocket.close", "code": NOT_SIGNED_IN}


def test_session_ended_from_the_list_closes_its_page_at_once(client, owner):
    """With the clock of the product, which would look only after two minutes."""
    client.force_login(owner)
    client.get("/settings/")
    (session,) = sessions.sessions_of(owner)

    async def listen():
        async with open_socket(client) as live:
            await settled()
            await database_sync_to_async(sessions.end)(user=owner, session_id=session.id)
            return await live.frame(), await live.receive_output(WAIT)

    frame, end = asyncio.run(listen())
    assert frame["event"] == "security"
    assert end == {"type": "websocket.close", "code": NOT_SIGNED_IN}


def test_page_of_another_session_stays(client, owner):
    client.force_login(owner)
    other = make_session(owner)

    async def listen():
        async with open_socket(client) as live:
            await settled()
            await database_sync_to_async(sessions.end)(user=owner, session_id=other.id)
            await live.frame()
            return await live.receive_nothing(timeout=0.5)

    assert asyncio.run(listen()) is True


def test_closed_account_ends_the_socket(client, owner):
    client.force_login(owner)

    def close_account():
        owner.is_active = False
        owner.save(update_fields=["is_active"])

    assert ends_when(client, close_account) == {"type": "websocket.close", "code": NOT_SIGNED_IN}


def test_changed_password_ends_the_socket(client, owner):
    client.force_login(owner)

    def change_password():
        owner.set_password("Other-pass-2026!")
        owner.save(update_fields=["password"])

    assert ends_when(client, change_password) == {"type": "websocket.close", "code": NOT_SIGNED_IN}


def test_socket_of_a_signed_in_person_stays(client, owner):
    client.force_login(owner)

    async def listen():
        async with open_socket(client, app=impatient(recheck_seconds=0.05)) as live:
            return await live.receive_nothing(timeout=0.5)

    assert asyncio.run(listen()) is True


def test_a_crowd_of_sockets_of_one_person_is_kept_small(client, owner, stranger):
    client.force_login(owner)

    async def open_many():
        async with AsyncExitStack() as stack:
            for _number in range(MOST_SOCKETS):
                await stack.enter_async_context(open_socket(client))
            await settled()
            surplus = await stack.enter_async_context(open_socket(client))
            told = await surplus.receive_output(WAIT)
        await settled()
        async with open_socket(client) as later:
            return told, await later.receive_nothing(timeout=0.3)

    assert asyncio.run(open_many()) == ({"type": "websocket.close", "code": TRY_AGAIN_LATER}, True)


def cut_readers(valkey):
    """Cut this test's own blocked readers; other test processes share the server under other database numbers."""
    own = str(valkey.connection_pool.connection_kwargs["db"])
    for reader in valkey.client_list():
        if reader["db"] == own and reader["cmd"] == "xread":
            valkey.client_kill_filter(_id=reader["id"])


def test_lost_redis_asks_the_page_to_come_back(client, owner, valkey):
    client.force_login(owner)

    async def listen():
        async with open_socket(client, since="0") as live:
            await settled()
            cut_readers(valkey)
            return await live.receive_output(WAIT)

    assert asyncio.run(listen()) == {"type": "websocket.close", "code": TRY_AGAIN_LATER}


def test_closed_socket_leaves_no_task_and_no_connection(client, owner, valkey):
    client.force_login(owner)

    async def open_and_close():
        before = len(asyncio.all_tasks())
        async with open_socket(client) as live:
            await settled()
            reading = [one for one in valkey.client_list() if one["cmd"] == "xread"]
            assert live.is_open
        for _patience in range(200):  # the server takes a moment to see that the connection is gone
            await settled()
            left = [one for one in valkey.client_list() if one["cmd"] == "xread"]
            if not left:
                break
            await asyncio.sleep(0.05)
        return len(reading), len(left), len(asyncio.all_tasks()) - before

    assert asyncio.run(open_and_close()) == (1, 0, 0)


def test_messages_are_handled_in_the_scope_of_their_owner(client, owner):
    client.force_login(owner)
    seen = []

    async def receive(self, **_message):
        seen.append(current_scope())

    async def talk():
        async with open_socket(client, app=impatient(receive=receive)) as live:
            await live.say(text="x")
            await settled()

    asyncio.run(talk())
    assert seen == [owner.pk]
    assert current_scope() is None
