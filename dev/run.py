"""`make run`: one program that starts the whole product, keeps it running, and takes everything with it when it ends.

`python -m dev.run --throwaway FOLDER` runs a second product beside it, on throw-away engines, for tests and pictures;
FOLDER then holds its logs, mails and `running.env`.
"""

import argparse
import http.client
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from apps.core.enums import Queues
from dev.engines import free_port, running_engines
from dev.environment import (
    ENV_EXAMPLE,
    ENV_FILE,
    RUNNING,
    demo_environment,
    read_env_file,
    stored_settings,
    write_env_file,
)
from dev.homes import CHECKOUT, LOCAL, EngineError, permanent_home, throwaway_home
from dev.processes import Program, end_with_parent
from dev.supervisor import Supervisor, say

READY: Final = """
  Bidwright runs at {url}

  Demo log-in    demo@bidwright.example   Demo-pass-2026!
  Staff log-in   staff@bidwright.example  Staff-pass-2026!   (second factor: run `make code`)

  Logs are in {logs}. Ctrl-C stops everything.
"""
STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(stack: ExitStack, throwaway: Path | None) -> None:
    """Start everything in order, print the address, then look after it until a signal comes."""
    folder = throwaway or LOCAL
    logs = folder / "log"
    home = stack.enter_context(throwaway_home() if throwaway else permanent_home())
    logs.mkdir(parents=True, exist_ok=True)
    given = stored_settings(folder / ".env" if throwaway else ENV_FILE)
    port = _checked_port(given)
    stack.callback(say, "Stopped.")  # not after a refusal: that would read as if the product that runs was stopped
    engines = stack.enter_context(
        running_engines(home, postgres=not given.get("DATABASE_URL"), valkey=not given.get("REDIS_URL"), tell=say)
    )
    sandbox_port = free_port()
    environment = demo_environment(
        given, folder=folder, port=port, sandbox_port=sandbox_port, engines=engines.environment
    )
    stack.enter_context(_told_to_others(folder / RUNNING, environment))
    supervisor = Supervisor(logs=logs, engines=engines.running)
    stack.callback(supervisor.stop)
    _start_processes(supervisor, environment, port=port, sandbox_port=sandbox_port)
    say(READY.format(url=environment["BASE_URL"], logs=logs))
    while True:
        supervisor.watch()


def _start_processes(supervisor: Supervisor, environment: dict[str, str], *, port: int, sandbox_port: int) -> None:
    """The sandbox first: the demo world is made through it."""

    def program(name: str, *module: str, death_signal: signal.Signals = signal.SIGTERM) -> Program:
        command = [sys.executable, "-m", *module]
        return Program(name, command, environment=environment, folder=CHECKOUT, death_signal=death_signal)

    def granian(name: str, application: str, host: str, at: int) -> Program:
        options = ("--interface", "asginl", "--host", host, "--port", str(at), "--workers-kill-timeout", "3")
        return program(name, "granian", *options, application)

    def celery(name: str, *command: str) -> Program:
        # told to end, a worker finishes its work first; without us it could not
        return program(name, "celery", "--quiet", "-A", "config", *command, death_signal=signal.SIGKILL)

    def worker(name: str, queues: tuple[str, ...]) -> Program:
        options = ("--hostname", f"{name}@%h", "--pool", "threads", "--concurrency", "8", "--queues", ",".join(queues))
        return celery(name, "worker", *options, "--without-gossip", "--without-mingle")

    say("Opening the sandbox marketplace…")
    sandbox = supervisor.add(granian("sandbox", "dev.sandbox:application", "127.0.0.1", sandbox_port))
    supervisor.wait_for(sandbox, lambda: _answers(sandbox_port, "/"))
    prepare = program("prepare", "dev.prepare")
    prepare.environment = environment | {"DATABASE_POOL_SIZE": "0"}  # a pool would retry for long before it says why
    supervisor.run_once(prepare)
    say("Starting web, workers and beat…")
    web = supervisor.add(granian("web", "dev.web:application", environment.get("HOST", "127.0.0.1"), port))
    supervisor.add(worker("worker", Queues.QUICK))
    supervisor.add(worker("writer", Queues.SLOW))
    supervisor.add(celery("beat", "beat", "--pidfile="))
    supervisor.wait_for(web, lambda: _answers(port, "/health/live/"))


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _checked_port(given: Mapping[str, str]) -> int:
    text = given.get("PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise EngineError(f"PORT is {text!r}: write a number between 1 and 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((given.get("HOST", "127.0.0.1"), int(text)))
        except OSError as error:
            advice = "Choose another: PORT=8001 make run"
            raise EngineError(f"Port {text} cannot be used ({error.strerror}). {advice}") from error
    return int(text)


@contextmanager
def _told_to_others(path: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """`make code` and `python -m dev.manage` read here where the engines are, whoever named them."""
    ours = read_env_file(ENV_EXAMPLE)
    told = {name: value for name, value in environment.items() if name in ours or os.environ.get(name) != value}
    write_env_file(path, told)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _end_on_signals() -> None:
    def end(_number: int, _frame: FrameType | None) -> None:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)  # stopping is bounded in time; haste would only leave litter
        raise SystemExit(0)

    for number in STOPPING:
        signal.signal(number, end)
    if os.environ.get("MAKELEVEL"):
        end_with_parent(signal.SIGTERM)  # a killed `make` takes us with it


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the whole product on this machine.")
    parser.add_argument(
        "--throwaway", metavar="FOLDER", type=Path, help="engines and data for once; FOLDER for the rest"
    )
    throwaway = parser.parse_args().throwaway
    _end_on_signals()
    try:
        with ExitStack() as stack:
            serve(stack, throwaway and throwaway.resolve())
    except EngineError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
