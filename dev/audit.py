"""`make audit`: is what we install what we meant, how old is it, and is anything known against it?

The first three answers need no network and are part of `make check` (--offline). The others ask the package index and
the feed of known holes; where one does not answer, that is said, for silence would look like safety.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from dev.homes import CHECKOUT

BIN: Final = Path(sys.executable).parent
LOCKED: Final = ("requirements.txt", "requirements-dev.txt", "dev/uv.txt")
OLD_DAYS: Final = 180
PIP_AUDIT: Final = "pip-audit==2.10.1"
_PIN: Final = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_WANTED: Final = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)")


def main() -> int:
    parser = argparse.ArgumentParser(description="Look at what the product depends on.")
    parser.add_argument("--offline", action="store_true", help="only what needs no network")
    offline = parser.parse_args().offline
    problems = [*unpinned(), *unlocked(), *broken()]
    for problem in problems:
        print(problem)
    print(f"{sum(1 for _pin in pins())} pins with hashes, {len(problems)} problems")
    if offline:
        return 1 if problems else 0
    report_ages()
    ask_for_newer()
    return 1 if problems or ask_for_holes() else 0


def pins() -> Iterator[tuple[str, str, str]]:
    """File, name and version of everything that is locked."""
    for file in LOCKED:
        for line in (CHECKOUT / file).read_text().splitlines():
            if found := _PIN.match(line):
                yield file, found["name"], found["version"]


def unpinned() -> list[str]:
    """Lines that would install something whose content nobody has fixed."""
    lines = (
        (file, line.strip())
        for file in LOCKED
        for line in (CHECKOUT / file).read_text().replace("\\\n", " ").splitlines()
    )
    return [
        f"{file}: {line[:60]!r} has no exact version with a hash"
        for file, line in lines
        if line and not line.startswith("#") and not (_PIN.match(line) and "--hash=sha256:" in line)
    ]


def unlocked() -> list[str]:
    """What is asked for in the .in files and stands in no lock."""
    locked = {_plain(name) for _file, name, _version in pins()}
    wanted = {
        _plain(found["name"])
        for file in ("requirements.in", "requirements-dev.in")
        for line in (CHECKOUT / file).read_text().splitlines()
        if (found := _WANTED.match(line))
    }
    return [f"{name} is wanted and not locked: make lock" for name in sorted(wanted - locked)]


def broken() -> list[str]:
    """What is installed and does not fit together, or is not what is locked."""
    result = _run(str(BIN / "uv"), "pip", "check", "--python", sys.executable)
    return [] if result.returncode == 0 else [result.stdout.strip() or result.stderr.strip()]


def report_ages(today: date | None = None) -> None:
    """How long each pin has stood unchanged in our history: what nobody has touched for long deserves a look."""
    ages = sorted(((_age(seconds, today), name) for name, seconds in _touched()), reverse=True)
    if not ages:
        print("Age of pins: unknown, there is no history here.")
        return
    middle = ages[len(ages) // 2][0]
    print(f"Age of pins: {len(ages)}, the oldest {ages[0][0]} days, half of them more than {middle}.")
    for age, name in ages:
        if age > OLD_DAYS:
            print(f"  {name}: unchanged for {age} days")


def _touched() -> Iterator[tuple[str, int]]:
    """Each pin and when its line came into the history."""
    for file in LOCKED:
        told = _run("git", "blame", "--line-porcelain", "--", file)
        moment = 0
        for line in told.stdout.splitlines():
            if line.startswith("committer-time "):
                moment = int(line.split()[1])
            elif line.startswith("\t") and (found := _PIN.match(line[1:])):
                yield f"{found['name']} {found['version']}", moment


def _age(seconds: int, today: date | None) -> int:
    return ((today or date.today()) - date.fromtimestamp(seconds)) // timedelta(days=1)  # noqa: DTZ011, DTZ012 days of a report


def ask_for_newer() -> None:
    """Which of the locked versions have newer ones, by the package index that installs them."""
    result = _run(str(BIN / "uv"), "pip", "list", "--outdated", "--python", sys.executable, seconds=180)
    if result.returncode:
        print("Newer versions: the package index did not answer.")
        return
    lines = result.stdout.strip().splitlines()[2:]
    print(f"Newer versions: {len(lines)}")
    for line in lines:
        print(f"  {line}")


def ask_for_holes() -> bool:
    """Known holes by pip-audit; True where there are some."""
    started, found = time.monotonic(), False
    for file in LOCKED:
        command = (
            str(BIN / "uv"),
            "tool",
            "run",
            "--quiet",
            PIP_AUDIT,
            "--requirement",
            file,
            "--disable-pip",
            "--require-hashes",
        )
        result = _run(
            *command, "--vulnerability-service", "osv", "--progress-spinner", "off", "--timeout", "15", seconds=300
        )
        said = f"{result.stdout}\n{result.stderr}".strip()
        if "No known vulnerabilities found" in said:
            print(f"Known holes in {file}: none")
        elif "Found" in said and "vulnerabilit" in said:
            print(f"Known holes in {file}:\n{said}")
            found = True
        else:
            last = said.splitlines()[-1][:160] if said else "no word"
            print(f"Known holes in {file}: UNKNOWN. pip-audit or its feed did not answer ({last}).")
            break
    print(f"({time.monotonic() - started:.0f} s)")
    return found


def _run(*command: str, seconds: float = 60) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=seconds, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, returncode=1, stdout="", stderr=str(error))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
