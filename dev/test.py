"""`make test`: checks, then every test in throw-away engines, with coverage. `make soak` (--soak): the long runs alone.

Playwright keeps an event loop in its process, which Django's synchronous ORM refuses: the browser tests have a process of
their own. It runs beside the others, which give way to it, for a browser waits more than it works and has time-outs.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dev import chromium
from dev.check import failed_steps
from dev.engines import throwaway_engines
from dev.environment import environment_of_tests
from dev.homes import CHECKOUT, EngineError
from dev.processes import Program, stop_all

PYTEST: Final = (sys.executable, "-m", "pytest", "--durations=10")
SOAK: Final = (*PYTEST, "-m", "soak")
IN_BROWSER: Final = (*PYTEST, "-m", "browser and not soak")
OTHERS: Final = (
    *("nice", "-n", "5", *PYTEST, "-m", "not browser and not soak", "-n", "2", "--dist", "loadgroup"),
    *("--cov", "--cov-report=term", "--cov-fail-under=90"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run everything that must hold.")
    parser.add_argument("--soak", action="store_true", help="the long runs alone")
    soak = parser.parse_args().soak
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not _browser_is_there():
        return 1
    with throwaway_engines() as engines:
        environment = environment_of_tests(engines.environment)
        if soak:
            return subprocess.run(SOAK, cwd=CHECKOUT, env=environment, check=False).returncode
        failed = failed_steps(environment) + _failed_tests(environment)
    if failed:
        print(f"These failed, see above: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def _failed_tests(environment: Mapping[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "others.log"
        others = Program("tests", OTHERS, log=log, environment=environment, folder=CHECKOUT)
        others.start()
        try:
            browser = subprocess.run(IN_BROWSER, cwd=CHECKOUT, env=environment, check=False).returncode
            rest = _follow(others, log)
        finally:
            stop_all([others])
    return [name for name, code in (("browser tests", browser), ("tests", rest)) if code]


def _follow(program: Program, log: Path) -> int | None:
    """Pass on what the program has written and writes, until it ends."""
    with log.open() as lines:
        while True:
            is_running = program.is_running
            if said := lines.read():
                print(said, end="", flush=True)
            elif not is_running:
                return program.process.returncode if program.process else None
            else:
                time.sleep(0.5)


def _browser_is_there() -> bool:
    found = chromium.find_or_install()
    if found:
        os.environ["CHROMIUM"] = found
    elif os.environ.get("CI") == "true":
        print("No Chromium, and it could not be installed: in CI that is a failure. Set CHROMIUM.", file=sys.stderr)
        return False
    else:
        stars = "*" * 100
        print(
            f"{stars}\n*  No Chromium: the browser tests are SKIPPED. Install it, or set CHROMIUM.\n{stars}", flush=True
        )
    return True


if __name__ == "__main__":
    try:
        sys.exit(main())
    except EngineError as error:
        sys.exit(str(error))
