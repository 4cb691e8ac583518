"""Rate limits: exact under threads, all or nothing, and never more than promised in any window."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.core import limits
from apps.core.limits import Limit

HOURLY = Limit("test:hour", most=5, seconds=3600)
DAILY = Limit("test:day", most=100, seconds=86_400)


def test_take_counts_down_and_then_refuses(valkey):
    verdicts = [limits.take(HOURLY) for _number in range(6)]

    assert [verdict.allowed for verdict in verdicts] == [True] * 5 + [False]
    assert [verdict.left for verdict in verdicts] == [(4,), (3,), (2,), (1,), (0,), (0,)]
    assert 3240 <= verdicts[-1].wait <= 3960


def test_take_from_several_limits_takes_from_all_or_none(valkey):
    limits.take(HOURLY, cost=5)

    refused = limits.take(DAILY, HOURLY)

    assert not refused.allowed
    assert limits.peek(DAILY, HOURLY) == (100, 0)


def test_cost_that_does_not_fit_takes_nothing(valkey):
    limits.take(HOURLY, cost=3)

    refused = limits.take(HOURLY, cost=3)

    assert not refused.allowed
    assert limits.peek(HOURLY) == (2,)


def test_keys_are_counted_apart(valkey):
    limits.take(HOURLY, cost=5)

    other = limits.take(Limit("test:other", most=5, seconds=3600))

    assert other.left == (4,)


def test_hundred_threads_never_take_more_than_there_is(valkey):
    limit = Limit("test:threads", most=40, seconds=3600)

    with ThreadPoolExecutor(16) as pool:
        verdicts = list(pool.map(lambda _number: limits.take(limit), range(100)))

    assert sum(verdict.allowed for verdict in verdicts) == 40


def test_reading_then_writing_lets_threads_take_too_much(valkey):
    """The race that the one atomic step closes."""

    def take_in_two_steps(_number: int) -> bool:
        if int(valkey.get("naive") or 0) >= 40:
            return False
        time.sleep(0.001)
        valkey.incr("naive")
        return True

    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(take_in_two_steps, range(100)))

    assert sum(taken) > 40


def test_no_second_ever_holds_more_than_promised(valkey):
    """A fixed window would let twice as much through around its edge; the sliding one does not."""
    limit = Limit("test:second", most=10, seconds=1)
    times: list[float] = []
    until = time.monotonic() + 2.5

    while time.monotonic() < until:
        if limits.take(limit).allowed:
            times.append(time.monotonic())
        time.sleep(0.005)

    busiest = max(sum(start <= moment < start + 0.95 for moment in times) for start in times)
    assert len(times) > 10
    assert busiest == 10


def test_wait_is_long_enough(valkey):
    limit = Limit("test:short", most=3, seconds=1)
    limits.take(limit, cost=3)

    time.sleep(limits.take(limit).wait)

    assert limits.take(limit).allowed


def test_closed_key_refuses_whatever_is_left_until_it_opens(valkey):
    limits.close("test:hour", seconds=60)

    refused = limits.take(DAILY, HOURLY)
    valkey.delete("limit:test:hour:closed")

    assert (refused.allowed, refused.left) == (False, (100, 5))
    assert 59 <= refused.wait <= 60
    assert limits.take(DAILY, HOURLY).allowed


@pytest.mark.parametrize("limit", (HOURLY, DAILY, Limit("test:second", most=1, seconds=1)))
def test_counters_go_away_by_themselves(valkey, limit):
    limits.take(limit)

    kept_for = valkey.pttl(f"limit:{limit.key}:{limit.seconds}")

    assert limit.seconds * 1000 < kept_for <= limit.seconds * 1200
