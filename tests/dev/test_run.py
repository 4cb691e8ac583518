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

from dev import run
from dev.engines import free_port
from dev.environment import read_env_file
from dev.homes import CHECKOUT, is_zombie
from dev.product import running_product

PATIENCE = 180


def start_with(port: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dev.run", "--throwaway", folder],
        cwd=CHECKOUT,
        env={**os.environ, "PORT": port, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_port_in_use_ends_the_start_at_once_with_advice(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])

        result = start_with(port, tmp_path)

    said = f"Port {port} cannot be used (Address already in use). Choose another: PORT=8001 make run"
    assert (result.returncode, result.stderr.strip(), result.stdout.strip()) == (1, said, "")


@pytest.mark.parametrize("port", ("web", "0", "70000"))
def test_port_that_is_no_port_is_refused(tmp_path, port):
    result = start_with(port, tmp_path)

    assert result.stderr.strip() == f"PORT is {port!r}: write a number between 1 and 65535."


def test_database_that_does_not_answer_ends_the_start_with_advice(tmp_path):
    port = str(free_port())

    result = start_with(port, tmp_path, DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")

    assert "Connection refused" in result.stdout
    assert "Check DATABASE_URL, or leave it out: then a database is started here." in result.stdout
    assert result.stderr.strip() == f"The step above failed. Its whole output is in {tmp_path}/log/prepare.log."


def test_engines_named_by_the_shell_are_told_to_other_terminals(tmp_path, monkeypatch):
    address = "postgresql://a:b@127.0.0.1:1/c"
    monkeypatch.setenv("DATABASE_URL", address)
    monkeypatch.setenv("NOT_A_SETTING", "1")

    with run._told_to_others(tmp_path / "running.env", {"DATABASE_URL": address, "NOT_A_SETTING": "1", "PORT": "8001"}):
        told = read_env_file(tmp_path / "running.env")

    assert told == {"DATABASE_URL": address, "PORT": "8001"}


def processes() -> dict[int, tuple[int, str]]:
    """Parent and command line of every process; a process that ends while we look is left out."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            found[int(folder.name)] = (parent, (folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def descendants(pid: int) -> dict[int, str]:
    """All that was started, directly or not; sessions of their own do not hide them."""
    known, found, fresh = processes(), {}, {pid}
    while fresh:
        fresh = {child for child, (parent, _) in known.items() if parent in fresh}
        found |= {child: known[child][1] for child in fresh}
    return found


def children(pid: int, command: str) -> list[int]:
    return [child for child, (parent, line) in processes().items() if parent == pid and command in line]


def runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and not is_zombie(pid)


def eventually(happens) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.2)
    return happens()


def health(base_url: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(base_url).port, timeout=30)
    try:
        connection.request("GET", "/health/", headers={"Host": "localhost"})
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


@pytest.mark.xdist_group("product")
def test_product_restarts_what_died_and_leaves_nothing_when_it_is_killed_itself(tmp_path):
    with running_product(tmp_path) as environment:
        (supervisor,) = [pid for pid, (_, line) in processes().items() if f"--throwaway {tmp_path}" in line]
        (web,) = children(supervisor, "dev.web:application")
        (database,) = children(supervisor, "bin/postgres")
        answers = [health(environment["BASE_URL"])]

        os.kill(web, signal.SIGKILL)
        os.kill(database, signal.SIGKILL)
        came_back = eventually(lambda: health(environment["BASE_URL"]) == 200 and not runs(web))
        started = descendants(supervisor)
        for pid in (supervisor, *children(supervisor, "granian")):  # together: nobody is left to sweep their workers
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: not any(runs(pid) for pid in started))

    assert (answers, came_back) == ([200], True)
    assert sum("granian" in line for line in started.values()) >= 4
    assert {pid: line for pid, line in started.items() if runs(pid)} == {}
