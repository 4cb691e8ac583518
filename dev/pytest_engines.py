"""pytest plug-in, loaded before Django's settings: throw-away engines and the environment of a test run.

Engines start once, in the process that was called; the processes of xdist inherit their addresses and keep apart by
database number in Valkey (pytest-django gives each its own database in PostgreSQL). With `DATABASE_URL` and `REDIS_URL`
set, those servers are used: `make engines` prints a pair for running single tests again and again.
"""

import atexit
import contextlib
import os
from typing import Final
from urllib.parse import urlsplit

from dev.engines import throwaway_engines

ENVIRONMENT: Final = {
    "SECRET_KEY": "only-for-tests-" + "0" * 50,
    "ENCRYPTION_KEYS": "test:" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "BASE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "OPENAI_API_KEY": "sandbox",
    "ANTHROPIC_API_KEY": "sandbox",
    "UPWORK_CLIENT_ID": "bidwright-sandbox-app",
    "UPWORK_CLIENT_SECRET": "only-for-tests",
}
FOREIGN: Final = ("SENTRY_DSN", "DEBUG", "SANDBOX_URL", "SANDBOX_JOBS_FILE", "OUTBOUND_PRIVATE_ALLOW", "MAIL_FOLDER")


_held = contextlib.ExitStack()
atexit.register(_held.close)


def prepare() -> None:
    """Set what the settings read; values of the developer's shell must not reach the tests."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None and not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        os.environ.update(_held.enter_context(throwaway_engines()).environment)
    if worker is not None:
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()


prepare()
