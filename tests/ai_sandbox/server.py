"""The AI sandbox over real HTTP, for any room's tests: `with running_ai_sandbox() as sandbox: …`."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from granian.constants import Interfaces
from granian.server.embed import Server

from apps.ai.sandbox.app import build


@dataclass(frozen=True, slots=True)
class AiSandbox:
    address: str
    url: str

    @property
    def openai_url(self) -> str:
        return f"{self.url}/openai/v1"

    @property
    def anthropic_url(self) -> str:
        return f"{self.url}/anthropic"

    def fail(self, fault: str, **rule: Any) -> None:
        """Make it fail, e.g. `fail("cut", provider="openai", times=1, after_words=5)`."""
        httpx2.post(f"{self.url}/control/fail", json={"fault": fault, **rule}).raise_for_status()

    def pace(self, words_per_second: float) -> None:
        httpx2.post(f"{self.url}/control/pace", json={"words_per_second": words_per_second}).raise_for_status()

    def calls(self) -> list[dict[str, Any]]:
        """The bodies of the requests it got since the last `reset`."""
        calls: list[dict[str, Any]] = httpx2.get(f"{self.url}/control/calls").json()
        return calls

    def reset(self) -> None:
        httpx2.delete(f"{self.url}/control/fail").raise_for_status()
        self.pace(0)


@contextmanager
def running_ai_sandbox(*, words_per_second: float = 0) -> Iterator[AiSandbox]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop = asyncio.new_event_loop()
    servers: list[Server] = []

    def run() -> None:
        asyncio.set_event_loop(loop)
        app = build(words_per_second=words_per_second)
        servers.append(Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False))
        loop.run_until_complete(servers[0].serve())

    thread = threading.Thread(target=run, daemon=True, name="ai-sandbox")
    thread.start()
    _wait_for(port)
    try:
        yield AiSandbox(address=f"127.0.0.1:{port}", url=f"http://127.0.0.1:{port}")
    finally:
        loop.call_soon_threadsafe(servers[0].stop)
        thread.join(timeout=10)


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the AI sandbox did not start")
