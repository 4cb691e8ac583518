"""Before the sockets and pages of an ASGI server: handshakes are counted, refused with an answer, bodies are bounded."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest

from apps.core import audit, throttle
from apps.core.limits import Limit
from apps.core.protection import HEADERS, size_of

logger = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]
ANSWER: Final = "websocket.http.response"
_headers: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


def bounded(pages: Application) -> Application:
    """Django's ASGI handler writes the whole body to disk before any middleware runs: stop reading when it is too long."""

    async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        left = settings.REQUEST_MOST_BYTES

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        if scope["type"] != "http" or size_of(_header(scope, b"content-length")) <= left:
            await pages(scope, counted, send)
            return
        await send({"type": "http.response.start", "status": HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "headers": _headers})
        await send({"type": "http.response.body", "body": b""})

    return application


def guarded(sockets: Application) -> Application:
    """Count handshakes by address, and answer those that are refused as a page would be answered."""

    async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        is_open = False

        async def answer(status: HTTPStatus) -> None:
            if ANSWER in (scope.get("extensions") or {}):
                await send({"type": f"{ANSWER}.start", "status": int(status), "headers": _headers})
                await send({"type": f"{ANSWER}.body", "body": b""})
            else:
                await send({"type": "websocket.close"})

        async def watched(message: Message) -> None:
            nonlocal is_open
            is_open = is_open or message["type"] == "websocket.accept"
            if message["type"] == "websocket.close" and not is_open:
                await answer(HTTPStatus.FORBIDDEN)
            else:
                await send(message)

        if await sync_to_async(_wait)(scope):
            await answer(HTTPStatus.TOO_MANY_REQUESTS)
            return
        try:
            await sockets(scope, receive, watched)
        except ValueError as error:  # no socket has this path, or the Origin is no address
            if is_open:
                raise
            logger.info("A handshake was refused: %s", error)
            await answer(HTTPStatus.NOT_FOUND)

    return application


def _wait(scope: MutableMapping[str, Any]) -> float:
    """Browsers open a socket for each page, so an address has as many as an account has pages."""
    if not settings.RATE_LIMIT_ACCOUNT:
        return 0
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = (scope.get("client") or ("",))[0]
    if forwarded := _header(scope, b"x-forwarded-for"):
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    address = throttle.network_of(audit.address_of(request))
    return throttle.wait_for(Limit(f"socket:{address}", most=settings.RATE_LIMIT_ACCOUNT, seconds=60))


def _header(scope: MutableMapping[str, Any], name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
