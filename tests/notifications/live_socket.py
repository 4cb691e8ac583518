"""A browser's end of the live socket, speaking ASGI to the application."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.test import Client

from config.asgi import application

WAIT = 5


class Socket(ApplicationCommunicator):
    is_open = False

    async def frame(self) -> dict[str, Any]:
        """The next frame, as the page gets it."""
        return json.loads((await self.receive_output(WAIT))["text"])

    async def say(self, **message: object) -> None:
        await self.send_input({"type": "websocket.receive", **message})


@asynccontextmanager
async def open_socket(
    client: Client | None = None, *, since: str = "", origin: str = "http://testserver", app: Any = application
) -> AsyncIterator[Socket]:
    """A socket opened with the browser's cookies; closed at the end whatever happened."""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()) if client else ""
    scope = {
        "type": "websocket",
        "path": "/ws/live/",
        "query_string": f"since={since}".encode(),
        "headers": [(b"host", b"testserver"), (b"origin", origin.encode()), (b"cookie", cookies.encode())],
        "subprotocols": [],
    }
    socket = Socket(app, scope)
    await socket.send_input({"type": "websocket.connect"})
    socket.is_open = (await socket.receive_output(WAIT))["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(WAIT)
