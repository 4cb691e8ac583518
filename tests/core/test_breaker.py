"""The circuit breaker: opens after failures in a row, lets one probe through, remembers for every process."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.core.breaker import Breaker, Circuit


@pytest.fixture
def breaker(valkey):
    return Breaker("test", failures=3, seconds=30)


def _fail(breaker: Breaker, times: int = 3) -> None:
    for _number in range(times):
        breaker.failed()


def _let_time_pass(valkey) -> None:
    """Valkey keeps its own clock, so the mark that says "open" is taken away instead."""
    valkey.delete("breaker:test:open")


def test_closed_breaker_lets_calls_pass(breaker):
    assert (breaker.allows(), breaker.state(), breaker.wait()) == (True, Circuit.CLOSED, 0)


def test_failures_in_a_row_open_it(breaker):
    _fail(breaker, 2)
    before = breaker.allows()

    breaker.failed()

    assert (before, breaker.allows(), breaker.state()) == (True, False, Circuit.OPEN)
    assert 29 <= breaker.wait() <= 30


def test_success_between_failures_starts_the_count_again(breaker):
    _fail(breaker, 2)
    breaker.succeeded()

    _fail(breaker, 2)

    assert (breaker.allows(), breaker.state()) == (True, Circuit.CLOSED)


def test_half_open_breaker_lets_one_probe_through(breaker, valkey):
    _fail(breaker)
    _let_time_pass(valkey)

    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _number: breaker.allows(), range(20)))

    assert sum(allowed) == 1
    assert breaker.state() is Circuit.HALF_OPEN


def test_successful_probe_closes_it(breaker, valkey):
    _fail(breaker)
    _let_time_pass(valkey)
    breaker.allows()

    breaker.succeeded()

    assert (breaker.allows(), breaker.allows(), breaker.state()) == (True, True, Circuit.CLOSED)


def test_failed_probe_opens_it_again_at_once(breaker, valkey):
    _fail(breaker)
    _let_time_pass(valkey)
    breaker.allows()

    breaker.failed()

    assert (breaker.allows(), breaker.state()) == (False, Circuit.OPEN)


def test_probe_that_never_reports_back_gives_way_to_another(breaker, valkey):
    _fail(breaker)
    _let_time_pass(valkey)
    breaker.allows()
    held_for = valkey.pttl("breaker:test:probe")

    valkey.delete("breaker:test:probe")

    assert 0 < held_for <= 60_000
    assert breaker.allows()


def test_breakers_of_two_services_are_apart(breaker):
    _fail(breaker)

    assert Breaker("other", failures=3).allows()


def test_two_processes_see_the_same_breaker(breaker):
    _fail(breaker)

    assert not Breaker("test", failures=3, seconds=30).allows()


def test_calls_pass_while_redis_is_away(settings, breaker):
    """Losing the memory of failures must not stop the work itself."""
    from apps.core import breaker as module
    from apps.core import redis as core_redis

    _fail(breaker)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    core_redis.get.cache_clear()
    module._script.cache_clear()
    try:
        breaker.failed()
        breaker.succeeded()
        answers = (breaker.allows(), breaker.state(), breaker.wait())
    finally:
        core_redis.get.cache_clear()
        module._script.cache_clear()

    assert answers == (True, Circuit.CLOSED, 0)
