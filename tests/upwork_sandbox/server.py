"""A sandbox marketplace on a free port for tests of any room: real HTTP, its own database, gone afterwards."""

import asyncio
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from granian.constants import Interfaces
from granian.server.embed import Server

from apps.upwork.sandbox import app, grants
from apps.upwork.sandbox.market import Market, people
from apps.upwork.sandbox.quirks import Quirks
from apps.upwork.sandbox.records import ApiKey

CALLBACK = "http://127.0.0.1/callback"
_STARTED_AT = time.time()
_STARTED = time.perf_counter()


def unmoved_clock() -> float:
    """The time for a marketplace that stays in the present when a test travels: `perf_counter` is not moved."""
    return _STARTED_AT + time.perf_counter() - _STARTED


@dataclass
class Sandbox:
    """The running server; `market` is the same market without HTTP in between."""

    url: str
    market: Market
    http: httpx2.Client = field(repr=False)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.http.get(f"{self.url}{path}", **options)

    def post(self, path: str, **options: Any) -> httpx2.Response:
        return self.http.post(f"{self.url}{path}", **options)

    def consent(self, *, profile: str = "full", freelancer: str = people.DEMO, **extra: str) -> str:
        """Answer the consent page and return the code."""
        form = {
            "client_id": f"sandbox-{profile}", "redirect_uri": CALLBACK, "response_type": "code", "state": "s",
            "freelancer": freelancer, "decision": "allow", **extra,
        }  # fmt: skip
        answer = self.post("/ab/account-security/oauth2/authorize", data=form)
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def tokens(self, *, profile: str = "full", freelancer: str = people.DEMO) -> dict[str, Any]:
        """Tokens of a freelancer without the walk through the consent page."""
        key = next(key for key in grants.DEFAULT_KEYS if key.profile == profile)
        person = self.market.freelancer(freelancer)
        with self.market.writing() as db:
            code = grants.issue_code(db, key, person.id, CALLBACK, self.market.now_ms)
            return grants.exchange_code(db, key, code, CALLBACK, self.market.now_ms)

    def graphql(self, query: str, variables: dict[str, Any] | None = None, *, token: str = "", **headers: str) -> Any:
        """Ask as the demo freelancer, or as the owner of `token`; returns the response."""
        bearer = token or self.tokens()["access_token"]
        return self.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {bearer}", **headers},
        )

    def control(self, name: str, /, **given: Any) -> dict[str, Any]:
        answer = self.post(f"/control/{name}", json=given)
        answer.raise_for_status()
        return answer.json()

    def ledger(self) -> dict[str, Any]:
        return self.get("/control/ledger").json()


@contextmanager
def running_sandbox(
    *,
    database: Path | None = None,
    clients: Iterable[ApiKey] = grants.DEFAULT_KEYS,
    quirks: Quirks | None = None,
    backlog: int = 20,
    jobs_per_minute: float = 0,
    jobs_file: Path | None = None,
    clock: Callable[[], float] = time.time,
) -> Iterator[Sandbox]:
    """Nothing is posted by itself and no rate limit holds unless the options say so."""
    with tempfile.TemporaryDirectory() as folder:
        market = Market.open(
            database or Path(folder) / "sandbox.sqlite3", backlog=backlog, jobs_per_minute=jobs_per_minute,
            jobs_file=jobs_file, clock=clock,
        )  # fmt: skip
        application = app.serve(market, clients=clients, quirks=quirks or Quirks(rate_limit=False))
        with serving(application) as url, httpx2.Client(timeout=20, headers={"User-Agent": "tests"}) as http:
            yield Sandbox(url, market, http)
        market.close()


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve an ASGI application from a thread; yields its address."""
    port = free_port()
    loop = asyncio.new_event_loop()
    ready: list[Server] = []

    async def serve() -> None:
        server = Server(application, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False)
        ready.append(server)
        await server.serve()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    wait_for(port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(ready[0].stop)
        thread.join(10)
        loop.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, attempts: int = 200) -> None:
    for _ in range(attempts):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"Nothing listens on port {port}.")
