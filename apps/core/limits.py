"""Rate limits in Redis: several at once, decided and counted in one atomic step.

A window slides by tenths of its length: whatever falls into a tenth that the window still touches counts in
full. So no stretch of `seconds` ever holds more than `most`; the price is being up to a tenth too strict.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from redis.commands.core import Script

from apps.core import redis as core_redis

# KEYS: (counts by tenth, closed mark) for each limit. ARGV: cost, then (most, milliseconds) for each limit.
# Takes from all limits or from none; answers the wait in milliseconds (0: taken) and what is left of each.
_TAKE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local cost, wait, left, slots = tonumber(ARGV[1]), 0, {}, {}
for index = 1, #KEYS / 2 do
  local counts, most, length = KEYS[index * 2 - 1], tonumber(ARGV[index * 2]), tonumber(ARGV[index * 2 + 1])
  local step = length / 10
  local slot = math.floor(now / step)
  local used, live = 0, {}
  local stored = redis.call('HGETALL', counts)
  for place = 1, #stored, 2 do
    local old, count = tonumber(stored[place]), tonumber(stored[place + 1])
    if old < slot - 10 then
      redis.call('HDEL', counts, stored[place])
    else
      used = used + count
      live[#live + 1] = {old, count}
    end
  end
  left[index], slots[index] = most - used, slot
  local excess = used + cost - most
  if cost > 0 and excess > 0 then
    table.sort(live, function(a, b) return a[1] < b[1] end)
    local free_at = now + length
    for _, entry in ipairs(live) do
      excess = excess - entry[2]
      if excess <= 0 then
        free_at = (entry[1] + 11) * step
        break
      end
    end
    wait = math.max(wait, math.ceil(free_at - now), 1)
  end
  wait = math.max(wait, redis.call('PTTL', KEYS[index * 2]))
end
if wait == 0 and cost > 0 then
  for index = 1, #KEYS / 2 do
    redis.call('HINCRBY', KEYS[index * 2 - 1], slots[index], cost)
    redis.call('PEXPIRE', KEYS[index * 2 - 1], math.ceil(tonumber(ARGV[index * 2 + 1]) * 1.2))
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
    """Take from every limit, or from none when one of them is used up or closed."""
    keys: list[str] = []
    arguments: list[int] = [cost]
    for limit in limits:
        keys += [f"limit:{limit.key}:{limit.seconds}", _closed(limit.key)]
        arguments += [limit.most, limit.seconds * 1000]
    wait, *left = _script()(keys=keys, args=arguments)
    return Verdict(wait=wait / 1000, left=tuple(int(value) for value in left))


def peek(*limits: Limit) -> tuple[int, ...]:
    """What is left of each limit, taking nothing."""
    return take(*limits, cost=0).left


def close(key: str, *, seconds: int) -> None:
    """Refuse everything under `key` for a while: the other side has said that it is too much."""
    core_redis.get().set(_closed(key), 1, ex=seconds)


def _closed(key: str) -> str:
    return f"limit:{key}:closed"
