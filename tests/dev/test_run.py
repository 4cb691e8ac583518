"""`make run` as a whole: what it refuses, what it starts, and what is left when it is killed."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dev.homes import CHECKOUT, is_zombie
from dev.product import running_product


def start_with(port: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dev.run", "--throwaway", folder],
        cwd=CHECKOUT,
        env={**os.environ, "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )


def test_port_in_use_ends_the_start_at_once_with_advice(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])

        result = start_with(port, tmp_path)

    said = f"Port {port} cannot be used (Address already in use). Choose another: PORT=8001 make run"
    assert (result.returncode, result.stderr.strip(), result.stdout.strip()) == (1, said, "Stopped.")


@pytest.mark.parametrize("port", ("web", "0", "70000"))
def test_port_that_is_no_port_is_refused(tmp_path, port):
    result = start_with(port, tmp_path)

    assert result.stderr.strip() == f"PORT is {port!r}: write a number between 1 and 65535."


def descendants(pid: int) -> list[int]:
    """All that was started, directly or not; sessions of their own do not hide them."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, fresh = set(), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return sorted(found)


def runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and not is_zombie(pid)


def get(base_url: str, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(base_url).port, timeout=30)
    connection.request("GET", path, headers={"Host": "localhost"})
    response = connection.getresponse()
    return response.status, response.read().decode()


def supervisor_of(folder: Path) -> int:
    for process in Path("/proc").glob("[0-9]*"):
        words = (process / "cmdline").read_bytes().split(b"\0") if (process / "cmdline").exists() else []
        if os.fsencode(folder) in words and b"dev.run" in words:
            return int(process.name)
    raise AssertionError("no supervisor")


@pytest.mark.xdist_group("product")
def test_product_serves_restarts_what_died_and_leaves_nothing_when_killed(tmp_path):
    with running_product(tmp_path) as environment:
        health = get(environment["BASE_URL"], "/health/")
        landing = get(environment["BASE_URL"], "/")
        supervisor = supervisor_of(tmp_path)
        started = descendants(supervisor)
        os.kill(supervisor, signal.SIGKILL)
        deadline = time.monotonic() + 40
        while any(runs(pid) for pid in started) and time.monotonic() < deadline:
            time.sleep(0.2)
        left = [(pid, Path(f"/proc/{pid}/cmdline").read_text()) for pid in started if runs(pid)]

    assert health[0] == 200
    assert "<title>" in landing[1]
    assert len(started) >= 8
    assert left == []
