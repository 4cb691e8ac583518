"""Circuit breakers in Redis: a service that keeps failing is left alone for a while, by every process at once.

Closed: calls pass. Open: none do. After `seconds` one caller may probe; its success closes the breaker, its
failure opens it again. With Redis away there is no memory of failures, and calls pass.
"""

from enum import StrEnum
from functools import cache
from typing import Final

from redis.commands.core import Script
from redis.exceptions import RedisError

from apps.core import redis as core_redis

# A prober that died gives way to another one after this
PROBE_SECONDS: Final = 60

# KEYS: failures, open, probe. ARGV: most failures, milliseconds to stay open, milliseconds a probe may take.
_ALLOW: Final = """
if tonumber(redis.call('GET', KEYS[1]) or '0') < tonumber(ARGV[1]) then return 1 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
return redis.call('SET', KEYS[3], 1, 'NX', 'PX', ARGV[3]) and 1 or 0
"""
_FAIL: Final = """
local failures = redis.call('INCR', KEYS[1])
if failures >= tonumber(ARGV[1]) then
  redis.call('SET', KEYS[2], 1, 'PX', ARGV[2])
  redis.call('DEL', KEYS[3])
end
return failures
"""


class Circuit(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@cache
def _script(text: str) -> Script:
    return core_redis.get().register_script(text)


class Breaker:
    """The breaker of one dependency; `failures` in a row open it for `seconds`."""

    def __init__(self, name: str, *, failures: int = 5, seconds: float = 30) -> None:
        self._keys = [f"breaker:{name}:{part}" for part in ("failures", "open", "probe")]
        self._arguments = [failures, int(seconds * 1000), PROBE_SECONDS * 1000]

    def allows(self) -> bool:
        """Whether to call now. In the half-open state only one caller hears yes, and must report back."""
        try:
            return bool(_script(_ALLOW)(keys=self._keys, args=self._arguments))
        except RedisError:
            return True

    def succeeded(self) -> None:
        try:
            core_redis.get().delete(*self._keys)
        except RedisError:
            return

    def failed(self) -> None:
        try:
            _script(_FAIL)(keys=self._keys, args=self._arguments)
        except RedisError:
            return

    def state(self) -> Circuit:
        """For health and pages; asking changes nothing."""
        try:
            failures, opened = core_redis.get().mget(self._keys[:2])
        except RedisError:
            return Circuit.CLOSED
        if int(failures or 0) < self._arguments[0]:
            return Circuit.CLOSED
        return Circuit.OPEN if opened else Circuit.HALF_OPEN

    def wait(self) -> float:
        """Seconds until the next probe; 0 when calls pass."""
        try:
            return max(0.0, core_redis.get().pttl(self._keys[1]) / 1000)
        except RedisError:
            return 0.0
