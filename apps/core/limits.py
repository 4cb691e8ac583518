"""Rate limits in Redis: fixed windows, several at once, decided and counted in one atomic step."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from redis.commands.core import Script

from apps.core import redis as core_redis

# KEYS: one counter a limit. ARGV: cost, then (most, seconds) a limit.
# Takes from all counters or from none; answers the wait in milliseconds (0: taken) and what is left of each.
_TAKE: Final = """
local cost = tonumber(ARGV[1])
local wait, left = 0, {}
for index, key in ipairs(KEYS) do
  local most = tonumber(ARGV[index * 2])
  local used = tonumber(redis.call('GET', key) or '0')
  left[index] = most - used
  if used + cost > most then
    local rest = redis.call('PTTL', key)
    if rest > wait then wait = rest elseif wait == 0 then wait = 1 end
  end
end
if wait == 0 then
  for index, key in ipairs(KEYS) do
    local now = redis.call('INCRBY', key, cost)
    if now == cost then redis.call('PEXPIRE', key, tonumber(ARGV[index * 2 + 1]) * 1000) end
    left[index] = left[index] - cost
  end
end
return {wait, unpack(left)}
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in any window of `seconds`, counted under `key`."""

    key: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait` is in seconds, 0 when it was allowed; `left` follows the order of the limits."""

    wait: float
    left: tuple[int, ...]

    @property
    def allowed(self) -> bool:
        return self.wait == 0


@cache
def _script() -> Script:
    return core_redis.get().register_script(_TAKE)


def take(*limits: Limit, cost: int = 1) -> Verdict:
    """Take from every limit, or from none when one of them is used up."""
    keys = [f"limit:{limit.key}:{limit.seconds}" for limit in limits]
    arguments: list[int] = [cost]
    for limit in limits:
        arguments += [limit.most, limit.seconds]
    wait, *left = _script()(keys=keys, args=arguments)
    return Verdict(wait=wait / 1000, left=tuple(int(value) for value in left))
