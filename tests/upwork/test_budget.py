"""The budget of requests: shared by address and key, split by connection and kind, exact under threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.core import redis as core_redis
from apps.upwork import budget, selectors
from apps.upwork.budget import Budget
from apps.upwork.enums import CallKind
from apps.upwork.errors import OverBudgetError
from apps.upwork.models import Connection


@pytest.fixture(autouse=True)
def roomy(settings, valkey):
    settings.UPWORK_PER_SECOND, settings.UPWORK_PER_MINUTE = 10_000, 100_000


def _taken(one: Budget, kind: CallKind, *, urgent: bool = False) -> bool:
    try:
        one.take(kind, urgent=urgent)
    except OverBudgetError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "setting"),
    (
        (CallKind.JOBS, "UPWORK_JOBS_PER_HOUR"),
        (CallKind.PROPOSALS, "UPWORK_PROPOSALS_PER_HOUR"),
        (CallKind.MESSAGES, "UPWORK_MESSAGES_PER_HOUR"),
    ),
)
def test_each_kind_of_call_has_its_hour(settings, kind, setting):
    setattr(settings, setting, 3)
    one = Budget(client_id="key", connection_id=1)

    taken = [_taken(one, kind) for _number in range(4)]

    assert taken == [True, True, True, False]
    assert all(_taken(one, other) for other in CallKind if other is not kind)


@pytest.mark.parametrize(("kind", "kept"), ((CallKind.PROPOSALS, 20), (CallKind.MESSAGES, 20), (CallKind.JOBS, 0)))
def test_reading_leaves_the_last_fifth_of_the_hour_to_sending(settings, kind, kept):
    for name in ("JOBS", "PROPOSALS", "MESSAGES"):
        setattr(settings, f"UPWORK_{name}_PER_HOUR", 100)
    one = Budget("key", connection_id=1)

    read = sum(_taken(one, kind) for _number in range(110))
    sent = sum(_taken(one, kind, urgent=True) for _number in range(30))

    assert (read, sent) == (100 - kept, kept)


def test_connections_have_an_hour_each(settings):
    settings.UPWORK_JOBS_PER_HOUR = 1
    first, second = Budget("key", connection_id=1), Budget("key", connection_id=2)

    assert [_taken(one, CallKind.JOBS) for one in (first, first, second)] == [True, False, True]


def test_connections_of_one_key_share_its_day(settings):
    settings.UPWORK_PER_DAY = 2
    first, second, other_key = Budget("key", 1), Budget("key", 2), Budget("other", 3)

    taken = [_taken(one, CallKind.OTHER) for one in (first, second, first, other_key)]

    assert taken == [True, True, False, True]


def test_everybody_shares_the_minute_of_the_address(settings):
    settings.UPWORK_PER_MINUTE = 2

    taken = [_taken(Budget(f"key{number}", number), CallKind.OTHER) for number in range(3)]

    assert taken == [True, True, False]


def test_used_up_budget_says_when_there_is_room_and_counts_nothing(settings):
    settings.UPWORK_JOBS_PER_HOUR = 1
    one = Budget("key", connection_id=1)
    one.take(CallKind.JOBS)

    with pytest.raises(OverBudgetError, match="goes on by itself") as caught:
        one.take(CallKind.JOBS)

    assert 3200 < caught.value.retry_after <= 3960
    assert [left.left for left in one.left()] == [0, 100, 500]


def test_short_waits_are_waited_out(settings):
    settings.UPWORK_PER_SECOND = 2
    one = Budget("key", connection_id=1)

    taken = [_taken(one, CallKind.OTHER) for _number in range(5)]

    assert taken == [True] * 5


def test_threads_never_take_more_than_the_limit(settings):
    settings.UPWORK_JOBS_PER_HOUR = 50

    with ThreadPoolExecutor(12) as pool:
        taken = list(pool.map(lambda _number: _taken(Budget("key", connection_id=1), CallKind.JOBS), range(120)))

    assert sum(taken) == 50


def test_refusal_by_one_limit_leaves_the_others_untouched(settings):
    settings.UPWORK_JOBS_PER_HOUR = 1
    one = Budget("key", connection_id=1)
    one.take(CallKind.JOBS)
    settings.UPWORK_PER_DAY = 2

    refused = [_taken(one, CallKind.JOBS) for _number in range(5)]

    assert refused == [False] * 5
    assert _taken(one, CallKind.OTHER)
    assert not _taken(one, CallKind.OTHER)


def test_closed_address_stops_every_connection_for_a_minute(valkey):
    budget.close_address()

    with pytest.raises(OverBudgetError) as caught:
        Budget("key", connection_id=1).take(CallKind.JOBS)
    open_in = valkey.pttl("limit:upwork:address:closed")

    assert 55 < caught.value.retry_after <= 60
    assert 55_000 < open_in <= 60_000


def test_what_is_left_is_told_without_taking_anything():
    one = Budget("key", connection_id=1)
    one.take(CallKind.JOBS)

    for _number in range(2):
        left = one.left()

    assert [(item.kind, item.left, item.most) for item in left] == [
        (CallKind.JOBS, 999, 1000),
        (CallKind.PROPOSALS, 100, 100),
        (CallKind.MESSAGES, 500, 500),
    ]


def test_without_redis_nobody_calls_upwork_uncounted(settings):
    from apps.core import limits

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    core_redis.get.cache_clear()
    limits._script.cache_clear()
    try:
        with pytest.raises(OverBudgetError, match="counter of requests"):
            Budget("key", connection_id=1).take(CallKind.JOBS)
        left = selectors.budget_left(Connection(pk=1, client_id="key"))
    finally:
        core_redis.get.cache_clear()
        limits._script.cache_clear()

    assert left == ()
