"""The environment of the demo: what `.env` and the shell say wins, the sandbox stands in where no real key is given."""

import base64
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dev.homes import CHECKOUT, LOCAL, EngineError

ENV_FILE: Final = CHECKOUT / ".env"
ENV_EXAMPLE: Final = CHECKOUT / ".env.example"
RUNNING: Final = "running.env"
EXPECTED_WARNINGS: Final = (
    "You're running the worker with superuser privileges",  # in containers one is root
    # WhiteNoise gives Django its files in pieces, and here one process serves pages and sockets; in production
    # pages run under WSGI, where that is right
    "StreamingHttpResponse must consume synchronous iterators",
)
SANDBOX_CLIENT_ID: Final = "bidwright-sandbox-app"

OF_TESTS: Final = {
    "SECRET_KEY": "only-for-tests-" + "0" * 50,
    "ENCRYPTION_KEYS": "test:" + base64.b64encode(b"0123456789abcdef" * 2).decode(),
    "BASE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "OPENAI_API_KEY": "sandbox",
    "ANTHROPIC_API_KEY": "sandbox",
    "UPWORK_CLIENT_ID": SANDBOX_CLIENT_ID,
    "UPWORK_CLIENT_SECRET": "only-for-tests",
    "DEMO": "1",  # its pages are walked like all others
    "MAIL_FOLDER": str(LOCAL / "mail-of-tests"),  # tests keep their mails in memory, but a demo needs one
    "HASHED_STATIC": "0",
    "DATABASE_POOL_SIZE": "0",  # a pool would hold connections to the test database when it is dropped
}


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines; blank lines and those that begin with # are skipped."""
    lines = [line.strip() for line in path.read_text().splitlines()] if path.exists() else []
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def write_env_file(path: Path, values: Mapping[str, str], heading: str = "") -> None:
    """For the owner's eyes only, and never half written."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(0o600)
    unfinished.write_text(heading + "".join(f"{name}={value}\n" for name, value in values.items()))
    unfinished.rename(path)


def stored_settings(path: Path) -> dict[str, str]:
    """`.env` under the shell's environment; secrets that are in neither are made once and kept in the file."""
    stored = read_env_file(path)
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ENCRYPTION_KEYS": f"{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "SANDBOX_CLIENT_SECRET": secrets.token_hex(16),
    }
    missing = {name: value for name, value in fresh.items() if not stored.get(name) and not os.environ.get(name)}
    if missing:
        stored |= missing
        write_env_file(path, stored, "# Made by `make run`. Without these keys the stored data cannot be read.\n")
    return stored | {name: value for name, value in os.environ.items() if value}


def demo_environment(
    given: Mapping[str, str], *, folder: Path, port: int, sandbox_port: int, engines: Mapping[str, str]
) -> dict[str, str]:
    """Everything the processes of `make run` are started with; `folder` holds what they write."""
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    defaults = {
        "BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DEMO": "1",
        "ENVIRONMENT": "demo",
        "MAIL_FOLDER": str(folder / "mail"),
        "UPWORK_POLL_SECONDS": "10",
        "SANDBOX_URL": sandbox,
        "SANDBOX_DATABASE": str(folder / "sandbox.sqlite3"),
        "OUTBOUND_PRIVATE_ALLOW": f"127.0.0.1:{sandbox_port}",
        "STATIC_ROOT": str(LOCAL / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": ",".join(f"ignore:{beginning}" for beginning in EXPECTED_WARNINGS),
        **engines,
    }
    if not given.get("UPWORK_CLIENT_ID"):
        defaults |= {
            "UPWORK_API_URL": f"{sandbox}/upwork",
            "UPWORK_TOKEN_URL": f"{sandbox}/upwork/api/v3/oauth2/token",
            "UPWORK_AUTH_URL": "/sandbox/upwork",
            "UPWORK_SITE_URL": "/sandbox/upwork",
            "UPWORK_PER_DAY": "400000",  # the demo asks six times as often as the real API would bear
            "UPWORK_JOBS_PER_HOUR": "6000",
            "UPWORK_PROPOSALS_PER_HOUR": "600",
            "UPWORK_CLIENT_ID": SANDBOX_CLIENT_ID,
            "UPWORK_CLIENT_SECRET": given["SANDBOX_CLIENT_SECRET"],
        }
    if not given.get("OPENAI_API_KEY") and not given.get("ANTHROPIC_API_KEY"):
        defaults |= {
            "OPENAI_BASE_URL": f"{sandbox}/openai/v1",
            "OPENAI_API_KEY": "sandbox",
            "ANTHROPIC_BASE_URL": f"{sandbox}/anthropic",
            "ANTHROPIC_API_KEY": "sandbox",
        }
    environment = defaults | dict(given)
    if jobs_file := given.get("SANDBOX_JOBS_FILE"):
        path = (Path.cwd() / jobs_file).resolve()
        if not path.is_file():
            raise EngineError(
                f"SANDBOX_JOBS_FILE names {path}, which is no file. Correct the path or leave the variable out."
            )
        environment["SANDBOX_JOBS_FILE"] = str(path)
    return environment


def environment_of_tests(engines: Mapping[str, str]) -> dict[str, str]:
    """The shell's environment without any setting of the product, then what tests set."""
    settings = read_env_file(ENV_EXAMPLE)
    return {name: value for name, value in os.environ.items() if name not in settings} | OF_TESTS | dict(engines)
