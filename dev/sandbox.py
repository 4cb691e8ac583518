"""The outside world of `make run` in one process: Upwork, OpenAI and Anthropic, each under its path."""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from apps.ai.sandbox.app import build as build_ai
from apps.upwork.sandbox.app import build as build_upwork


async def index(_request: object) -> PlainTextResponse:
    return PlainTextResponse("The sandbox: /upwork /openai /anthropic\n")


def build() -> Starlette:
    jobs_file = os.environ.get("SANDBOX_JOBS_FILE")
    ai = build_ai()
    upwork = build_upwork(
        database=Path(os.environ["SANDBOX_DATABASE"]),
        jobs_file=Path(jobs_file) if jobs_file else None,
        seed=int(os.environ.get("SANDBOX_SEED", "1")),
    )
    return Starlette(
        routes=[Route("/", index), Mount("/upwork", upwork), Mount("/openai", ai), Mount("/anthropic", ai)]
    )


application = build()
