"""`make check`: everything a computer can see without running the product. Says what failed, with its output."""

import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dev.engines import throwaway_engines
from dev.environment import environment_of_tests
from dev.homes import CHECKOUT, EngineError

BIN: Final = Path(sys.executable).parent
STEPS: Final[dict[str, tuple[str | Path, ...]]] = {
    "ruff": (BIN / "ruff", "check", "--quiet", "."),
    "ruff format": (BIN / "ruff", "format", "--check", "--quiet", "."),
    "mypy": (sys.executable, "-m", "mypy", "--no-error-summary"),
    "migrations": (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
    "system check": (sys.executable, "manage.py", "check", "--database", "default", "--fail-level", "WARNING"),
    "dependencies": (sys.executable, "-m", "dev.audit", "--offline"),
    "djlint": (BIN / "djlint", "templates", "--lint", "--quiet"),
}


def failed_steps(environment: Mapping[str, str]) -> list[str]:
    """Run every step, also after a failure; the names of those that failed."""
    return [name for name, command in STEPS.items() if not _passes(name, command, environment)]


def _passes(name: str, command: tuple[str | Path, ...], environment: Mapping[str, str]) -> bool:
    started = time.monotonic()
    result = subprocess.run(
        command, cwd=CHECKOUT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    passed = result.returncode == 0
    print(f"{'ok' if passed else 'FAILED':<7}{name} ({time.monotonic() - started:.0f} s)", flush=True)
    if not passed:
        print(result.stdout, flush=True)
    return passed


def main() -> int:
    try:
        with throwaway_engines() as engines:
            failed = failed_steps(environment_of_tests(engines.environment))
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
