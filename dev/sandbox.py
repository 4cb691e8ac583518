"""The outside world of `make run` in one process: Upwork, OpenAI and Anthropic, each under its path."""

import os
import signal
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from apps.ai.sandbox.app import build as build_ai
from apps.upwork.sandbox.app import build as build_upwork
from apps.upwork.sandbox.grants import DEFAULT_KEYS
from apps.upwork.sandbox.records import ApiKey
from dev.environment import SANDBOX_CLIENT_ID
from dev.processes import end_with_parent


async def index(_request: object) -> PlainTextResponse:
    return PlainTextResponse("The sandbox: /upwork /openai /anthropic\n")


def build() -> Starlette:
    jobs_file = os.environ.get("SANDBOX_JOBS_FILE")
    ai = build_ai(words_per_second=float(os.environ.get("SANDBOX_AI_WORDS_PER_SECOND") or 25))
    upwork = build_upwork(
        database=Path(os.environ["SANDBOX_DATABASE"]),
        clients=(*DEFAULT_KEYS, ApiKey(SANDBOX_CLIENT_ID, os.environ["SANDBOX_CLIENT_SECRET"], "Bidwright")),
        jobs_file=Path(jobs_file) if jobs_file else None,
        seed=int(os.environ.get("SANDBOX_SEED") or 1),
    )
    if jobs_per_minute := os.environ.get("SANDBOX_JOBS_PER_MINUTE"):
        upwork.state.market.set_speed(jobs_per_minute=float(jobs_per_minute))
    # the AI's routes carry their whole paths: /openai/v1/…, /anthropic/v1/…, /control/…
    return Starlette(routes=[Route("/", index), Mount("/upwork", upwork), Mount("/", ai)])


end_with_parent(signal.SIGKILL)  # as a worker of Granian, even when that is killed
application = build()
