"""Django's own list of what a deployment needs, under the settings of a production server."""

import os
import subprocess
import sys

import pytest

from dev.environment import read_env_file
from dev.homes import CHECKOUT

PRODUCTION = {
    "SECRET_KEY": "x7Kq-2Lm8Vb4Nc6Xs1Wd3Re5Tf7Yg0UhJ9Pz_aQwErTyUiOp5Sd4",
    "ENCRYPTION_KEYS": "one:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "BASE_URL": "https://bids.example.com",
    "BEHIND_PROXY": "1",
}
LOOK = """
import django, json
django.setup()
from django.conf import settings
names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "DEBUG", "DEMO")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.fixture
def production():
    """The environment of a server: the engines of this run, and nothing else that tests set."""
    ours = read_env_file(CHECKOUT / ".env.example")
    engines = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    return {name: value for name, value in os.environ.items() if name not in ours} | PRODUCTION | engines


def run(environment, *command):
    return subprocess.run([sys.executable, *command], cwd=CHECKOUT, env=environment, capture_output=True, text=True)


def test_deployment_check_finds_nothing(production):
    result = run(production, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert (result.returncode, result.stderr) == (0, "")
    assert "no issues" in result.stdout


def test_check_would_find_something(production):
    result = run(
        production | {"BASE_URL": "http://bids.example.com"},
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
    )

    assert result.returncode == 1
    assert "security.W008" in result.stderr  # no redirect to https


def test_production_asks_for_reports_in_both_ways(production):
    look = "import django; django.setup(); from csp.utils import build_policy; print(build_policy())"

    policy = run(production | {"DJANGO_SETTINGS_MODULE": "config.settings"}, "-c", look).stdout.strip().split("; ")

    assert {"report-uri /health/csp/", "report-to csp"} <= set(policy)
    assert "unsafe" not in "".join(policy)


def test_cookies_of_production_are_for_https_and_for_this_host_alone(production):
    result = run(production | {"DJANGO_SETTINGS_MODULE": "config.settings"}, "-c", LOOK)

    assert result.stdout.strip() == (
        '{"SESSION_COOKIE_NAME": "__Host-sessionid", "CSRF_COOKIE_NAME": "__Host-csrftoken", "SESSION_COOKIE_SECURE": true, '
        '"CSRF_COOKIE_SECURE": true, "LANGUAGE_COOKIE_SECURE": true, "SESSION_COOKIE_HTTPONLY": true, '
        '"CSRF_COOKIE_HTTPONLY": true, "SECURE_SSL_REDIRECT": true, "SECURE_HSTS_SECONDS": 31536000, "DEBUG": false, '
        '"DEMO": false}'
    )
