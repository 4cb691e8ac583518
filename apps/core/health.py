"""Health: each room registers how its dependency is asked, `/health/` asks them all."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import connection
from redis.exceptions import RedisError

from apps.core import redis as core_redis
from apps.core.errors import OutsideError

Check = Callable[[], None]
_checks: dict[str, Check] = {}


@dataclass(frozen=True, slots=True)
class Health:
    """One dependency: `error` is empty when it answered; `seconds` is how long it took."""

    name: str
    error: str
    seconds: float


def register(name: str, check: Check) -> None:
    """Add a check: it returns when all is well and raises OutsideError with a sentence when not."""
    _checks[name] = check


def registered() -> frozenset[str]:
    return frozenset(_checks)


def ask_all(checks: Mapping[str, Check] = _checks) -> list[Health]:
    """Ask every dependency, in the order of their names."""
    return [_ask(name, check) for name, check in sorted(checks.items())]


def _ask(name: str, check: Check) -> Health:
    started = time.monotonic()
    try:
        check()
    except OutsideError as error:
        return Health(name, str(error), time.monotonic() - started)
    return Health(name, "", time.monotonic() - started)


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_redis() -> None:
    try:
        core_redis.get().ping()
    except RedisError as error:
        raise OutsideError(f"Redis does not answer: {error}") from error
