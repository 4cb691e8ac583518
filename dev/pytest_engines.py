"""pytest plug-in, loaded before Django's settings: throw-away engines and the environment of a test run.

Engines start once, in the process that was called; the processes of xdist inherit their addresses and keep apart by
database number in Valkey (pytest-django gives each its own database in PostgreSQL). With `DATABASE_URL` and `REDIS_URL`
set, those servers are used: `make engines` prints a pair for running single tests again and again.
"""

import atexit
import contextlib
import os
from urllib.parse import urlsplit

from dev.engines import throwaway_engines
from dev.environment import environment_of_tests

_held = contextlib.ExitStack()
atexit.register(_held.close)


def prepare() -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    engines = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
    if worker is None and len(engines) < 2:
        engines = _held.enter_context(throwaway_engines()).environment
    if worker is not None:
        number = int(worker.removeprefix("gw")) + 1
        engines["REDIS_URL"] = urlsplit(engines["REDIS_URL"])._replace(path=f"/{number}").geturl()
    clean = environment_of_tests(engines)
    for name in os.environ.keys() - clean.keys():
        del os.environ[name]
    os.environ.update(clean)


prepare()
