"""The whole product, started beside whatever runs here, on throw-away engines: for browser tests, faults and pictures."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from dev.engines import free_port, tail
from dev.environment import ENV_EXAMPLE, RUNNING, read_env_file
from dev.homes import CHECKOUT, EngineError
from dev.processes import Program, stop_all

START_SECONDS: Final = 300.0
STOP_SECONDS: Final = 60.0
READY: Final = "Bidwright runs at"


@contextlib.contextmanager
def running_product(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Gives the environment of its processes (BASE_URL, DATABASE_URL, …); logs and mails are in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = read_env_file(ENV_EXAMPLE)
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    program = Program(
        name="product",
        command=[sys.executable, "-m", "dev.run", "--throwaway", folder],
        log=folder / "product.log",
        environment=environment | {"PORT": str(free_port())} | dict(settings or {}),
        folder=CHECKOUT,
    )
    program.start()
    try:
        _wait_until_ready(program)
        yield read_env_file(folder / RUNNING)
    finally:
        stop_all([program], seconds=STOP_SECONDS)


def _wait_until_ready(program: Program) -> None:
    deadline = time.monotonic() + START_SECONDS
    while READY not in (said := tail(program.log)):
        if not program.is_running or time.monotonic() >= deadline:
            raise EngineError(f"The product did not start. What it said last:\n{said}")
        time.sleep(0.2)
