"""The rate limit: by address, over a second and over a minute."""

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

LIMITS: Final = ((10, 1.0), (300, 60.0))


class RateLimit:
    """Counts the calls of each address; kept in memory, as nothing depends on it after a restart."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=LIMITS[-1][0]))
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Seconds until the address may call again; 0 when it may now, and then the call counts."""
        now = self._clock()
        with self._lock:
            calls = self._calls[address]
            waits = [calls[-most] + seconds - now for most, seconds in LIMITS if len(calls) >= most]
            blocked = max(waits, default=0.0)
            if blocked <= 0:
                calls.append(now)
        return max(0.0, blocked)
