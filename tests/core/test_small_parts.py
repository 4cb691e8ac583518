"""Claims, health, request ids, the environment: small parts that others lean on."""

import json
import logging
import sys
import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.utils import timezone

from apps.core import claims, health, logs
from apps.core.breaker import Breaker
from apps.core.checks import check_role_is_not_superuser
from apps.core.errors import OutsideError
from apps.core.tenancy import Reason, everyone_scope
from apps.upwork.models import Connection
from config.env import Environment, database
from tests.accounts.factories import UserFactory


@pytest.fixture
def claimable(transactional_db):
    with everyone_scope(Reason.SWEEP):
        yield Connection.objects.create(owner=UserFactory())


def _rows(row):
    return Connection.objects.filter(pk=row.pk)


def test_claim_is_held_by_one_and_free_after_release(claimable):
    first, second = claims.claim(_rows(claimable)), claims.claim(_rows(claimable))
    claims.release(_rows(claimable))

    assert (first, second, claims.claim(_rows(claimable))) == (True, False, True)


def test_expired_claim_is_free_for_the_next_worker(claimable):
    _rows(claimable).update(claimed_until=timezone.now() - timedelta(seconds=1))

    assert claims.claim(_rows(claimable))


def test_renewed_claim_lasts_longer(claimable):
    claims.claim(_rows(claimable), seconds=1)

    assert claims.renew(_rows(claimable), seconds=300)
    claimable.refresh_from_db()
    assert claimable.claimed_until > timezone.now() + timedelta(seconds=200)


def test_of_many_workers_exactly_one_gets_the_claim(claimable):
    barrier, won = threading.Barrier(6), []

    def work() -> None:
        barrier.wait()
        with everyone_scope(Reason.SWEEP):
            won.append(claims.claim(_rows(claimable)))
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(won) == [False] * 5 + [True]


def test_health_names_what_does_not_answer():
    def broken() -> None:
        raise OutsideError("The disk is full.")

    answers = health.ask_all({"disk": (broken, False), "sun": (lambda: None, True)})

    assert [(answer.name, answer.error) for answer in answers] == [("disk", "The disk is full."), ("sun", "")]


@pytest.mark.django_db
def test_health_page_asks_database_and_redis(client):
    answer = client.get("/health/")

    assert answer.status_code == 200
    assert {"database", "redis"} <= answer.json()["dependencies"].keys()


def test_request_id_is_taken_over_from_a_proxy_and_stands_in_the_answer(client):
    answer = client.get("/health/live/", headers={"X-Request-ID": "abcdef0123456789"})

    assert answer["X-Request-ID"] == "abcdef0123456789"


@pytest.mark.parametrize("bad", ["short", "x" * 65, "new\nline-injected", "<script>alert(1)</script>"])
def test_request_id_that_looks_wrong_is_replaced(bad):
    assert logs.start_request(bad) != bad


def test_log_line_is_json_with_the_request_id():
    logs.start_request("abcdef0123456789")
    record = logging.LogRecord("bidwright", logging.INFO, "f.py", 1, "synced %s", (7,), None)

    line = json.loads(logs.JsonFormatter().format(record))

    assert (line["message"], line["request_id"], line["level"]) == ("synced 7", "abcdef0123456789", "info")


@pytest.mark.django_db
def test_log_keeps_to_itself_what_the_database_quotes():
    try:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'It broke' USING DETAIL = upper(E'dear\nclient'); END $$")
    except DatabaseError:
        record = logging.LogRecord("bidwright", logging.ERROR, "f.py", 1, "failed", (), sys.exc_info())

    line = json.loads(logs.JsonFormatter().format(record))

    assert "It broke" in line["error"]
    assert "in test_log_keeps" in line["error"].rpartition("direct cause")[2]
    assert [word for word in ("DEAR", "CLIENT") if word in line["error"]] == []


def test_environment_lists_everything_that_is_wrong_at_once():
    env = Environment({"PORT": "many", "DEMO": "perhaps", "BASE_URL": "ftp://x"})
    env.number("PORT", 8000, least=1)
    env.flag("DEMO")
    env.url("BASE_URL")
    env.required("SECRET_KEY", "50 random characters")

    with pytest.raises(ImproperlyConfigured) as error:
        env.finish()

    assert [name for name in ("PORT", "DEMO", "BASE_URL", "SECRET_KEY") if name not in str(error.value)] == []


def test_environment_reads_what_is_right():
    env = Environment({"PORT": "9000", "DEMO": "1", "HOSTS": "a, b,", "RATE": "0.5"})

    assert (
        env.number("PORT", 1, least=1),
        env.flag("DEMO"),
        env.items("HOSTS"),
        env.number("RATE", 1.0, least=0.0),
    ) == (
        9000,
        True,
        ["a", "b"],
        0.5,
    )
    env.finish()


def test_database_address_is_taken_apart():
    entry = database("postgresql://u%40x:p%2Fw@db.example:5433/bids?sslmode=require", pool_size=4, row_security=True)

    assert (entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"], entry["NAME"]) == (
        "u@x",
        "p/w",
        "db.example",
        "5433",
        "bids",
    )
    assert entry["ENGINE"] == "apps.core.postgresql"
    assert entry["OPTIONS"] == {"sslmode": "require", "pool": {"min_size": 1, "max_size": 4, "timeout": 15}}


def test_without_row_security_every_session_begins_as_everyone():
    entry = database("postgresql://u@db.example/bids?options=-c%20jit%3Doff", pool_size=0, row_security=False)

    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert entry["OPTIONS"] == {"options": "-c jit=off -c bidwright.owner=*"}


@pytest.mark.django_db
def test_plain_role_passes_the_check_at_start():
    assert check_role_is_not_superuser(None, databases=["default"]) == []


@pytest.mark.django_db
def test_health_is_degraded_not_failed_while_a_service_outside_is_away(client):
    for _failure in range(5):
        Breaker("upwork").failed()

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["dependencies"]["upwork"]["status"] == "failed"


def test_cache_keeps_its_client_and_reads_what_it_wrote():
    cache.set("name", {"any": "value"}, 60)

    assert cache.get("name") == {"any": "value"}
    assert cache.get("other") is None
    assert cache._cache.get_client() is cache._cache.get_client()
