"""A page with our script and what the script talks to: a live socket, a form's address, a fragment's address."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, Template
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

PAGE = """{% extends "base.html" %}{% block body_attributes %} data-keys="{{ keys }}"{% endblock %}
{% block body %}<main id="content">BODY</main>{% include "components/live.html" %}{% include "components/help_dialog.html" %}{% endblock %}"""
POLICY = "; ".join(
    f"{name} {' '.join(places)}" for name, places in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)


class Workbench:
    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/fragment/", self._fragment),
                Route("/post/", self._post, methods=["GET", "POST"]),
                Route("/private/", self._private, methods=["GET", "POST"]),
                Route("/accounts/login/", lambda _request: HTMLResponse("<h1>Sign in</h1>")),
                WebSocketRoute("/ws/live/", self._live),
                Mount("/static", StaticFiles(directory=Path(settings.BASE_DIR) / "static")),
            ]
        )
        self.url = ""
        self.reset()

    def reset(self) -> None:
        self.html = ""
        self.fragment = ""
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.posted: list[dict[str, str]] = []
        self.opened: list[str] = []
        self.says: list[asyncio.Queue[str | int]] = []  # for each socket: texts to send, or the code to close it with

    def show(self, body: str, *, keys: str = "on", cursor: str = "5-0") -> None:
        """What the next visit of the page gets."""
        self.html = Template(PAGE.replace("BODY", body)).render(Context({"keys": keys, "live_cursor": cursor}))

    def push(self, **frame: object) -> None:
        self.loop.call_soon_threadsafe(self.says[-1].put_nowait, json.dumps(frame))

    def drop(self, code: int = 1012) -> None:
        self.loop.call_soon_threadsafe(self.says[-1].put_nowait, code)

    async def _page(self, _request: Request) -> Response:
        return HTMLResponse(self.html, headers={"Content-Security-Policy": POLICY})

    async def _fragment(self, _request: Request) -> Response:
        return HTMLResponse(self.fragment)

    async def _post(self, request: Request) -> Response:
        self.posted.append({name: str(value) for name, value in (await request.form()).items()})
        status, said = self.answers.pop(0) if self.answers else (200, {})
        return JSONResponse(said, status_code=status)

    async def _private(self, _request: Request) -> Response:
        """What a page says whose session has ended."""
        return RedirectResponse("/accounts/login/", status_code=302)

    async def _live(self, websocket: WebSocket) -> None:
        await websocket.accept()
        words: asyncio.Queue[str | int] = asyncio.Queue()
        self.says.append(words)
        self.opened.append(websocket.query_params.get("since", ""))
        while isinstance(word := await words.get(), str):
            await websocket.send_text(word)
        await websocket.close(word)

    def serve(self, port: int) -> None:
        asyncio.set_event_loop(self.loop)
        self.server = Server(self.app, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False)
        self.loop.run_until_complete(self.server.serve())


@contextmanager
def running_workbench() -> Iterator[Workbench]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    bench = Workbench()
    bench.url = f"http://127.0.0.1:{port}"
    thread = threading.Thread(target=bench.serve, args=(port,), daemon=True, name="workbench")
    thread.start()
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    try:
        yield bench
    finally:
        bench.loop.call_soon_threadsafe(bench.server.stop)
        thread.join(timeout=10)
