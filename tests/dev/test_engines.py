"""The engines themselves: roles, refusal, survival of data and of kills."""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from dev.engines import running_engines, throwaway_engines
from dev.homes import CHECKOUT, EngineError, base_folder, is_zombie, permanent_home, remove_everything


@contextmanager
def permanent_engines(checkout):
    with permanent_home(checkout) as home, running_engines(home, tell=lambda _line: None) as engines:
        yield engines


def runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists() and not is_zombie(pid)


@pytest.fixture
def checkout(tmp_path):
    """A stand-in for a clone: data of its own, removed afterwards."""
    yield tmp_path
    remove_everything(tmp_path)


@pytest.fixture
def engines(checkout):
    with permanent_engines(checkout) as engines:
        yield engines


HOLDER = """
import sys, time
from pathlib import Path
from dev.engines import running_engines
from dev.homes import permanent_home
with permanent_home(Path(sys.argv[1])) as home, running_engines(home, tell=lambda line: None) as engines:
    print(engines.environment["DATABASE_URL"], engines.environment["REDIS_URL"], flush=True)
    print(*(engine.program.process.pid for engine in engines.running), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(checkout):
    """Another process that holds the checkout's data; gives the process, the URLs and the engines' process ids."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, checkout], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    ) as process:
        urls = process.stdout.readline().split()
        yield process, urls, [int(pid) for pid in process.stdout.readline().split()]
        process.kill()


def test_owner_is_no_superuser_and_may_create_databases(engines):
    with psycopg.connect(engines.postgres.url) as connection:
        rights = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname LIKE 'bidwright%' ORDER BY 1"
        ).fetchall()

    assert rights == [("bidwright", False, True, False), ("bidwright_admin", False, False, True)]


def test_engines_ask_for_passwords(engines):
    wrong = engines.postgres.url.replace("bidwright:", "bidwright:x", 1)
    without = engines.valkey.url.replace("//:", "//:x", 1)

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(without).ping()


def test_engines_listen_on_loopback_alone(engines):
    ports = {int(url.rsplit(":", 1)[1].split("/")[0]) for url in engines.environment.values()}
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"]
    ours = [address for address in listening if int(address.split(":")[1], 16) in ports]

    assert sorted(address.split(":")[0] for address in ours) == ["0100007F", "0100007F"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only as root are rights dropped")
def test_engines_of_root_run_as_nobody(engines):
    owners = {Path(f"/proc/{engine.program.process.pid}").stat().st_uid for engine in engines.running}

    assert owners == {65534}


def test_data_survive_a_restart(checkout):
    with permanent_engines(checkout) as engines:
        with psycopg.connect(engines.postgres.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
        redis.Redis.from_url(engines.valkey.url).set("kept", "42")

    with permanent_engines(checkout) as engines:
        with psycopg.connect(engines.postgres.url) as connection:
            row = connection.execute("SELECT number FROM kept").fetchone()
        value = redis.Redis.from_url(engines.valkey.url).get("kept")

    assert (row, value) == ((42,), b"42")


def test_second_run_on_the_same_data_is_refused_by_name(checkout, holder):
    process, _, _ = holder

    with pytest.raises(EngineError, match=f"Process {process.pid} already uses the data"), ExitStack() as stack:
        stack.enter_context(permanent_engines(checkout))


def test_killed_holder_leaves_no_orphan_and_the_next_start_has_the_data(checkout, holder):
    process, (database_url, redis_url), engine_pids = holder
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    redis.Redis.from_url(redis_url).set("kept", "42")
    process.kill()
    process.wait()

    with permanent_engines(checkout) as engines:
        alive = [pid for pid in engine_pids if runs(pid)]
        with psycopg.connect(engines.postgres.url) as connection:
            rows = connection.execute("SELECT count(*) FROM kept").fetchone()
        value = redis.Redis.from_url(engines.valkey.url).get("kept")

    assert (alive, rows, value) == ([], (1000,), b"42")


def test_killed_engine_comes_back_at_the_same_address(engines):
    with psycopg.connect(engines.postgres.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    for engine in engines.running:
        engine.program.process.send_signal(signal.SIGKILL)
        engine.program.process.wait()

    for engine in engines.running:
        engine.restart()

    with psycopg.connect(engines.postgres.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)
    assert redis.Redis.from_url(engines.valkey.url).ping()


def test_throwaway_engines_leave_nothing(checkout):
    with throwaway_engines() as engines:
        folder = engines.postgres.program.folder
        pids = [engine.program.process.pid for engine in engines.running]

    assert not folder.exists()
    assert [pid for pid in pids if runs(pid)] == []


def test_throwaway_folder_of_a_killed_run_is_swept_by_the_next():
    script = "import os\nfrom dev.engines import *\nwith throwaway_engines() as e:\n print(e.postgres.program.folder, flush=True)\n os.kill(os.getpid(), 9)"
    killed = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False
    )
    left = Path(killed.stdout.strip())

    deadline = time.monotonic() + 30
    while left.exists() and time.monotonic() < deadline:
        with throwaway_engines():
            time.sleep(0.2)

    assert killed.returncode == -signal.SIGKILL
    assert not left.exists()


def test_new_clone_at_the_old_path_does_not_read_the_old_data(checkout, capsys):
    with (
        permanent_engines(checkout) as engines,
        psycopg.connect(engines.postgres.url) as connection,
    ):
        connection.execute("CREATE TABLE of_the_old_clone ()")
    mark = checkout / ".local" / "data-mark"
    mark.unlink()

    with (
        permanent_engines(checkout) as engines,
        psycopg.connect(engines.postgres.url) as connection,
    ):
        found = connection.execute("SELECT to_regclass('of_the_old_clone')").fetchone()

    as_root = base_folder(checkout).name.startswith("bidwright-")
    assert found == ((None,) if as_root else ("of_the_old_clone",))
    assert ("An earlier checkout left data" in capsys.readouterr().out) is as_root
