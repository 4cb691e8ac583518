"""The general limit: visitors by address, people by account; what is exempt, what a proxy says, and a Redis that is away."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import limits, throttle
from apps.core import redis as core_redis
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/login/"


@pytest.fixture(autouse=True)
def small(settings):
    settings.RATE_LIMIT_ANONYMOUS = 3
    settings.RATE_LIMIT_ACCOUNT = 5


def codes(client, times, **options):
    return [client.get(PAGE, **options).status_code for _time in range(times)]


def test_visitor_is_stopped_and_told_when_to_come_back(client):
    allowed = codes(client, 3)

    answer = client.get(PAGE)

    assert allowed == [200] * 3
    assert answer.status_code == 429
    assert 50 <= int(answer.headers["Retry-After"]) <= 66
    assert "That was too fast" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


def test_refusal_is_in_the_language_of_the_visitor(client):
    codes(client, 3)

    page = client.get(PAGE, headers={"accept-language": "uk"}).content.decode()

    assert '<html lang="uk"' in page


def test_addresses_are_counted_apart(client):
    codes(client, 4, REMOTE_ADDR="192.0.2.1")

    assert codes(client, 1, REMOTE_ADDR="192.0.2.2") == [200]


def test_network_of_a_long_address_is_one_visitor(client):
    codes(client, 3, REMOTE_ADDR="2001:db8:1:2::1")

    assert codes(client, 1, REMOTE_ADDR="2001:db8:1:2:ffff::9") == [429]
    assert codes(client, 1, REMOTE_ADDR="2001:db8:1:3::1") == [200]


@pytest.mark.parametrize(
    ("address", "network"),
    (
        ("192.0.2.7", "192.0.2.7"),
        ("::1", "::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::5:1", "2001:db8::"),
        ("", "unknown"),
        ("unix:", "unknown"),
        ("<script>", "unknown"),
    ),
)
def test_what_counts_as_one_visitor(address, network):
    assert throttle.network_of(address) == network


def test_person_has_a_higher_limit_wherever_they_come_from(client, person):
    client.force_login(person)
    mobile = Client()
    mobile.force_login(person)

    seen = [browser.get(reverse("accounts:preferences"), REMOTE_ADDR=address).status_code
            for browser, address in ((client, "192.0.2.1"), (mobile, "192.0.2.2")) * 3]  # fmt: skip

    assert seen == [200] * 5 + [429]


def test_people_behind_one_address_do_not_stop_each_other(client, person):
    client.force_login(person)
    [client.get(reverse("accounts:preferences")) for _time in range(6)]
    other = Client()
    other.force_login(UserFactory())

    assert other.get(reverse("accounts:preferences")).status_code == 200


def test_made_up_session_is_a_visitor(client):
    client.cookies["sessionid"] = "a" * 32

    assert codes(client, 4) == [200, 200, 200, 429]


def test_health_and_static_files_are_not_counted(client):
    for _time in range(5):
        assert client.get("/health/live/").status_code == 200
        assert client.get("/static/img/logo.svg").status_code == 200

    assert codes(client, 3) == [200] * 3


@pytest.mark.parametrize(("proxies", "expected"), ((0, [200] * 3 + [429]), (1, [200] * 4)))
def test_address_named_by_a_proxy_counts_only_behind_one(client, settings, proxies, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies

    seen = [client.get(PAGE, headers={"x-forwarded-for": f"192.0.2.{number}"}).status_code for number in range(4)]

    assert seen == expected


def test_visitor_cannot_hide_behind_what_they_tell_the_proxy(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    seen = [
        client.get(PAGE, headers={"x-forwarded-for": f"198.51.100.{number}, 192.0.2.1"}).status_code
        for number in range(4)
    ]

    assert seen == [200] * 3 + [429]


def test_zero_is_no_limit(client, settings):
    settings.RATE_LIMIT_ANONYMOUS = 0

    assert codes(client, 6) == [200] * 6


def test_it_takes_one_round_trip(client, valkey):
    client.get(PAGE)
    before = valkey.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"]

    client.get(PAGE)

    assert valkey.info("commandstats")["cmdstat_evalsha"]["calls"] == before + 1


@pytest.fixture
def no_redis(settings):
    """Nobody listens where Redis should be."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    _forget_connections()
    yield
    _forget_connections()


def _forget_connections():
    core_redis.get.cache_clear()
    limits._script.cache_clear()


def test_without_redis_pages_go_on_and_the_log_says_so_once(client, no_redis, caplog):
    with caplog.at_level(logging.WARNING, "apps.core.throttle"):
        seen = codes(client, 6)

    assert seen == [200] * 6
    assert [record.getMessage()[:49] for record in caplog.records] == [
        "Redis does not answer, nothing is limited for 5 s"
    ]
