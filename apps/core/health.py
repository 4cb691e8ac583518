"""Health: each room registers how its dependency is asked, `/health/` asks them all."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from apps.core import redis as core_redis
from apps.core.errors import OutsideError

Check = Callable[[], None]
_checks: dict[str, tuple[Check, bool]] = {}


@dataclass(frozen=True, slots=True)
class Health:
    """One dependency: `error` is empty when it answered; `seconds` is how long it took.

    Without an essential one no page works; without another the product waits for it and goes on.
    """

    name: str
    error: str
    seconds: float
    is_essential: bool


def register(name: str, check: Check, *, is_essential: bool = False) -> None:
    """Add a check: it returns when all is well and raises OutsideError with a sentence when not."""
    _checks[name] = (check, is_essential)


def registered() -> frozenset[str]:
    return frozenset(_checks)


def ask_all(checks: Mapping[str, tuple[Check, bool]] = _checks) -> list[Health]:
    """Ask every dependency, in the order of their names."""
    return [_ask(name, *registered_check) for name, registered_check in sorted(checks.items())]


def _ask(name: str, check: Check, is_essential: bool) -> Health:
    started, error = time.monotonic(), ""
    try:
        check()
    except OutsideError as failure:
        error = str(failure)
    return Health(name, error, time.monotonic() - started, is_essential)


def check_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        raise OutsideError(f"PostgreSQL does not answer: {error}") from error


def check_redis() -> None:
    try:
        core_redis.get().ping()
    except RedisError as error:
        raise OutsideError(f"Redis does not answer: {error}") from error
