"""The person's live socket: what the page is told as it happens."""

import asyncio
import contextlib
import logging
import re
from collections import Counter
from typing import Any, Final
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

from apps.core import realtime
from apps.core import redis as core_redis
from apps.core.enums import Event
from apps.core.tenancy import owner_scope

logger = logging.getLogger(__name__)

# Codes that the page's script knows: the first stops it, the second makes it come back
NOT_SIGNED_IN: Final = 4401
TRY_AGAIN_LATER: Final = 1013
MOST_SOCKETS: Final = 10  # of one person in one process; each holds a connection to Redis
CURSOR: Final = re.compile(r"\d{1,20}(-\d{1,20})?")
_open_sockets: Final[Counter[int]] = Counter()


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Forwards the person's stream from the cursor the page names; what the page says is not listened to."""

    heartbeat_seconds = 25.0
    recheck_seconds = 120.0
    owner_id: int | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        with owner_scope(self.scope["user"].pk):
            await super().dispatch(message)

    async def connect(self) -> None:
        """Accept first: a browser sees the code of a close, and not the reason of a refused handshake."""
        await self.accept()
        if not self.scope["user"].is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        owner_id = self.scope["user"].pk
        if _open_sockets[owner_id] >= MOST_SOCKETS:
            await self.close(TRY_AGAIN_LATER)
            return
        _open_sockets[owner_id] += 1  # before anything is awaited: sockets come in bursts
        self.owner_id = owner_id
        self.doubt = asyncio.Event()
        self.work = asyncio.create_task(self._work(owner_id))
        self.work.add_done_callback(lambda _task: _open_sockets.subtract([owner_id]))

    async def disconnect(self, code: int) -> None:
        if self.owner_id is None:
            return
        self.work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.work

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """The page asks over HTTP, where every check stands once."""

    async def _cursor(self, owner_id: int) -> str:
        named = parse_qs(self.scope["query_string"].decode("latin-1")).get("since", [""])[0]
        return named if CURSOR.fullmatch(named) else await sync_to_async(realtime.latest_cursor)(owner_id)

    async def _work(self, owner_id: int) -> None:
        """Until one of the three ends: Redis is gone, the person is signed out, or the socket is closed."""
        cursor = await self._cursor(owner_id)
        ends = [
            asyncio.create_task(self._forward(owner_id, cursor)),
            asyncio.create_task(self._beat()),
            asyncio.create_task(self._watch(owner_id)),
        ]
        try:
            done, _pending = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            errors = [error for task in done if (error := task.exception())]
            for error in errors:
                logger.error("A live socket ended by an error.", exc_info=error)
            await self.close(NOT_SIGNED_IN if ends[2] in done and not errors else TRY_AGAIN_LATER)
        finally:
            for task in ends:
                task.cancel()
            await asyncio.gather(*ends, return_exceptions=True)

    async def _forward(self, owner_id: int, cursor: str) -> None:
        connection = core_redis.get_async(patience=realtime.PATIENCE_SECONDS)
        try:
            async for frame in realtime.frames(connection, owner_id, cursor):
                if frame.payload.get("event") == Event.SECURITY:
                    self.doubt.set()
                await self.send_json({**frame.payload, "cursor": frame.cursor})
        except RedisError:
            return
        finally:
            await connection.aclose()

    async def _beat(self) -> None:
        """Proxies drop a silent connection."""
        while True:
            await asyncio.sleep(self.heartbeat_seconds)
            await self.send_json({"event": "ping"})

    async def _watch(self, owner_id: int) -> None:
        """Return when the session has ended, the password has changed or the account was closed.

        Asked now and then, and at once when something about the person's security has happened.
        """
        is_signed_in = True  # the handshake has just looked
        while is_signed_in:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.doubt.wait(), self.recheck_seconds)
            self.doubt.clear()
            is_signed_in = await database_sync_to_async(self._is_signed_in)(owner_id)

    def _is_signed_in(self, owner_id: int) -> bool:
        # the handshake's own copy of the session would never hear that it has ended
        request = HttpRequest()
        request.session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(self.scope["session"].session_key)
        return get_user(request).pk == owner_id
