"""`.env`, the demo's environment, and the list of all settings."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from apps.core.crypto import KeyRing
from dev.environment import demo_environment, read_env_file, stored_settings, write_env_file
from dev.homes import CHECKOUT, EngineError

ENGINES = {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c", "REDIS_URL": "redis://:d@127.0.0.1:2/0"}
MADE = ("SECRET_KEY", "ENCRYPTION_KEYS", "SANDBOX_CLIENT_SECRET")


@pytest.fixture(autouse=True)
def clean_shell(monkeypatch):
    for name in read_env_file(CHECKOUT / ".env.example"):
        monkeypatch.delenv(name, raising=False)


def demo(given):
    given = {"SANDBOX_CLIENT_SECRET": "s", **given}
    return demo_environment(given, folder=Path("/folder"), port=8000, sandbox_port=8123, engines=ENGINES)


def test_example_lists_the_settings_and_nothing_else():
    source = (CHECKOUT / "config" / "settings.py").read_text()
    used = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    of_make_run = {
        "HOST",
        "PORT",
        "SANDBOX_JOBS_FILE",
        "SANDBOX_SEED",
        "SANDBOX_JOBS_PER_MINUTE",
        "SANDBOX_AI_WORDS_PER_SECOND",
        "SANDBOX_CLIENT_SECRET",
    }

    listed = set(read_env_file(CHECKOUT / ".env.example"))
    assert (sorted(used - listed), sorted(listed - used - of_make_run)) == ([], [])


def test_secrets_are_made_once_and_kept(tmp_path):
    first = stored_settings(tmp_path / ".env")
    second = stored_settings(tmp_path / ".env")

    assert [first[name] for name in MADE] == [second[name] for name in MADE]
    assert all(first[name] for name in MADE)


def test_made_encryption_key_is_one_the_product_reads(tmp_path):
    ring = KeyRing.parse(stored_settings(tmp_path / ".env")["ENCRYPTION_KEYS"])

    assert len(ring.keys) == 1


def test_env_file_is_for_its_owner_alone(tmp_path):
    stored_settings(tmp_path / ".env")

    assert oct((tmp_path / ".env").stat().st_mode & 0o777) == "0o600"


def test_env_file_keeps_what_a_person_wrote(tmp_path):
    path = tmp_path / ".env"
    path.write_text("# mine\nOPENAI_API_KEY='sk-real'\n\nSECRET_KEY=mine\n")

    stored_settings(path)

    assert read_env_file(path) | dict.fromkeys(MADE[1:], "") == {
        "OPENAI_API_KEY": "sk-real",
        "SECRET_KEY": "mine",
        "ENCRYPTION_KEYS": "",
        "SANDBOX_CLIENT_SECRET": "",
    }


def test_shell_wins_over_the_file(tmp_path, monkeypatch):
    write_env_file(tmp_path / ".env", {"PORT": "8001"})
    monkeypatch.setenv("PORT", "8002")

    assert stored_settings(tmp_path / ".env")["PORT"] == "8002"


def test_demo_uses_the_sandbox_where_no_key_is_given():
    environment = demo({})

    assert {
        name: environment[name] for name in environment if name.startswith(("UPWORK_", "OPENAI_", "ANTHROPIC_"))
    } == {
        "UPWORK_POLL_SECONDS": "10",
        "UPWORK_API_URL": "http://127.0.0.1:8123/upwork",
        "UPWORK_TOKEN_URL": "http://127.0.0.1:8123/upwork/api/v3/oauth2/token",
        "UPWORK_AUTH_URL": "/sandbox/upwork",
        "UPWORK_SITE_URL": "/sandbox/upwork",
        "UPWORK_PER_DAY": "400000",
        "UPWORK_JOBS_PER_HOUR": "6000",
        "UPWORK_PROPOSALS_PER_HOUR": "600",
        "UPWORK_CLIENT_ID": "bidwright-sandbox-app",
        "UPWORK_CLIENT_SECRET": "s",
        "OPENAI_BASE_URL": "http://127.0.0.1:8123/openai/v1",
        "OPENAI_API_KEY": "sandbox",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:8123/anthropic",
        "ANTHROPIC_API_KEY": "sandbox",
    }
    assert environment["OUTBOUND_PRIVATE_ALLOW"] == "127.0.0.1:8123"


@pytest.mark.parametrize("name", ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"))
def test_real_key_is_never_sent_to_the_sandbox_nor_backed_by_it(name):
    environment = demo({name: "sk-real"})

    assert {key: environment.get(key) for key in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL")} == {
        "OPENAI_BASE_URL": None,
        "ANTHROPIC_BASE_URL": None,
    }


def test_given_addresses_win_over_the_engines():
    environment = demo({"DATABASE_URL": "postgresql://mine@db/x"})

    assert (environment["DATABASE_URL"], environment["REDIS_URL"]) == ("postgresql://mine@db/x", ENGINES["REDIS_URL"])


def test_missing_jobs_file_is_refused_with_its_path():
    with pytest.raises(EngineError, match=r"SANDBOX_JOBS_FILE names /nowhere/jobs.jsonl, which is no file"):
        demo({"SANDBOX_JOBS_FILE": "/nowhere/jobs.jsonl"})


def test_jobs_file_is_found_from_where_make_was_called(tmp_path, monkeypatch):
    (tmp_path / "jobs.jsonl").touch()
    monkeypatch.chdir(tmp_path)

    assert demo({"SANDBOX_JOBS_FILE": "jobs.jsonl"})["SANDBOX_JOBS_FILE"] == os.fspath(tmp_path / "jobs.jsonl")


def test_terminal_is_spared_the_warnings_that_are_expected_and_no_other():
    script = "import warnings; warnings.warn({!r}, Warning)"
    said = {
        text: subprocess.run(
            [sys.executable, "-c", script.format(text)],
            env=os.environ | {"PYTHONWARNINGS": demo({})["PYTHONWARNINGS"]},
            stderr=subprocess.PIPE,
            text=True,
            check=True,
        ).stderr
        for text in (
            "StreamingHttpResponse must consume synchronous iterators in order to serve them asynchronously.",
            "StreamingHttpResponse must consume asynchronous iterators",
        )
    }

    assert [bool(shown) for shown in said.values()] == [False, True]
