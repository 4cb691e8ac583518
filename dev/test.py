"""`make test`: checks, then every test in throw-away engines, with coverage. `make soak` (--soak): the long runs alone."""

import argparse
import os
import signal
import subprocess
import sys

from dev import chromium
from dev.check import failed_steps
from dev.engines import throwaway_engines
from dev.environment import environment_of_tests
from dev.homes import CHECKOUT, EngineError

COVERAGE = ("--cov", "--cov-report=term", "--cov-fail-under=90")


def main() -> int:
    parser = argparse.ArgumentParser(description="Run everything that must hold.")
    parser.add_argument("--soak", action="store_true", help="the long runs alone")
    soak = parser.parse_args().soak
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not _browser_is_there():
        return 1
    arguments = ("-m", "soak") if soak else ("-n", "2", "--dist", "loadgroup", *COVERAGE)
    with throwaway_engines() as engines:
        environment = environment_of_tests(engines.environment)
        failed = [] if soak else failed_steps(environment)
        code = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], cwd=CHECKOUT, env=environment, check=False
        ).returncode
    if failed:
        print(f"These checks failed, see above: {', '.join(failed)}", flush=True)
    return code or bool(failed)


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
