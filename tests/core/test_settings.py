"""The start with a wrong environment: one list of everything that is wrong, and no secret in it."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment

WRONG = {
    "DATABASE_URL": "postgresql://bids:database-secret@db:many/bids",
    "REDIS_URL": "http://:redis-secret@cache:6379/0",
    "OUTBOUND_PRIVATE_ALLOW": "127.0.0.1:8123,ai.internal",
    "AI_PRICES": "mine=0.5/2,other=3",
    "UPWORK_POLL_SECONDS": "often",
    "DEMO": "1",
    "BASE_URL": "https://bids.example.com",
}


def start(**environment) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_start_lists_what_is_wrong_and_keeps_the_secrets():
    result = start(**WRONG)

    *_, said = result.stderr.partition("ImproperlyConfigured")
    assert [name for name in WRONG if name != "BASE_URL" and f"- {name} " not in said] == []
    assert "secret" not in result.stderr


@pytest.mark.parametrize(
    "changes", ({"MAIL_FOLDER": ""}, {"BASE_URL": "https://bids.example.com"}), ids=("no folder", "https")
)
def test_demo_never_opens_a_mailbox_to_the_world(changes):
    result = start(**{"DEMO": "1", "MAIL_FOLDER": "/somewhere", **changes})

    assert "- DEMO opens the mailbox to everybody" in result.stderr


@pytest.mark.parametrize(
    "value",
    ("postgresql://a:b@db:many/x", "postgresql://a:b@db:70000/x", "postgresql://a:b@[::1/x", "a:b@db/x", "mysql://a/b"),
)
def test_address_that_cannot_be_dialled_is_found_at_the_start(value):
    env = Environment({"DATABASE_URL": value})

    assert env.url("DATABASE_URL", schemes=("postgres", "postgresql")) == ""
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL is malformed"):
        env.finish()


def test_missing_address_is_told_with_its_advice():
    env = Environment({})

    assert env.url("REDIS_URL", schemes=("redis",), required="redis://host:6379/0") == ""
    with pytest.raises(ImproperlyConfigured, match=r"REDIS_URL is missing: redis://host:6379/0"):
        env.finish()


def test_lists_have_the_shape_they_need():
    env = Environment({"ALLOW": "127.0.0.1:8123, ai.internal:443", "HOSTS": "a, b"})

    assert env.items("ALLOW", shape=r".+:\d{1,5}", example="x:1") == ["127.0.0.1:8123", "ai.internal:443"]
    assert env.items("HOSTS") == ["a", "b"]
    env.finish()
