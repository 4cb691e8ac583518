"""What every test has: empty Valkey, fast passwords, and its level (unit, integration, browser) as a marker."""

import os
from collections import Counter

import hypothesis
import pytest
import redis
from django.db import connection
from django.utils import timezone, translation

from dev import chromium

# No test is about how long a machine under load takes
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

LEVELS = ("unit", "integration", "browser")
passed: Counter[str] = Counter()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the levels; the browser comes last, for after Playwright a process cannot use Django's ORM any more."""
    without_browser = pytest.mark.skip(reason="no Chromium: install it, or set CHROMIUM")
    for item in items:
        level = _level(item)
        item.add_marker(level)
        if level == "browser" and not chromium.find():
            item.add_marker(without_browser)
    items.sort(key=lambda item: "browser" in item.keywords)


def _level(item: pytest.Item) -> str:
    if "browser" in item.path.parts:
        return "browser"
    real = {"db", "transactional_db", "client", "live_server", "valkey", "product"} & set(
        getattr(item, "fixturenames", ())
    )
    return (
        "integration"
        if real or {"dev", "soak"} & set(item.path.parts) or item.get_closest_marker("django_db")
        else "unit"
    )


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        passed.update(level for level in LEVELS if level in report.keywords)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line("passed by level: " + ", ".join(f"{passed[level]} {level}" for level in LEVELS))


@pytest.fixture(autouse=True)
def valkey_empty():
    """Rate limits, caches, streams and queues of one test must not reach the next."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as valkey:
        valkey.flushdb()


@pytest.fixture(autouse=True)
def language_and_zone_left():
    """A request leaves its language and time zone on the thread, and the next test must not find them there."""
    yield
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def valkey():
    """The test's own database in Valkey."""
    with redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True) as valkey:
        yield valkey


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real commits empty every table afterwards, which the audit trail refuses: not in the tests' own database."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("entry", "detail"):
            cursor.execute(f"ALTER TABLE accounts_audit{table} DISABLE TRIGGER audit_{table}_no_truncate")


@pytest.fixture(autouse=True)
def fast_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def code_of_a_moment_ago(settings):
    """A second factor's code is read and typed in two steps; the half minute may end between them."""
    settings.MFA_TOTP_TOLERANCE = 1
