"""When Upwork last answered each connection: shown to its owner, and not worth a write to the database."""

from datetime import datetime
from typing import Final

from django.utils import timezone
from redis.exceptions import RedisError

from apps.core import redis as core_redis

KEEP_SECONDS: Final = 30 * 24 * 3600


def note(connection_id: int) -> None:
    try:
        core_redis.get().set(_key(connection_id), timezone.now().isoformat(), ex=KEEP_SECONDS)
    except RedisError:
        return


def last(connection_id: int) -> datetime | None:
    try:
        stamp = core_redis.get().get(_key(connection_id))
    except RedisError:
        return None
    return datetime.fromisoformat(str(stamp)) if stamp else None


def _key(connection_id: int) -> str:
    return f"upwork:answered:{connection_id}"
