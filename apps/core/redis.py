"""Connections to Redis for what the cache framework does not cover: streams and rate limits."""

from functools import cache

import redis
import redis.asyncio
from django.conf import settings


@cache
def get() -> redis.Redis:
    """The process-wide client; its pool is safe to share between threads."""
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_timeout=5, max_connections=200)


def get_async(*, patience: float) -> redis.asyncio.Redis:
    """A client for one socket, whose blocking reads hold up nobody else; an answer may take `patience` seconds."""
    return redis.asyncio.Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_timeout=patience)
