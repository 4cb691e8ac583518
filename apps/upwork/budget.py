"""The budget of requests, counted in Redis for all processes together.

Upwork counts by the address we come from (10 a second, 300 a minute) and by application key (40,000 a day);
on top, each connection has its share for each kind of call, so that one person never starves the others.
"""

import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from apps.core import limits
from apps.core.limits import Limit
from apps.upwork.enums import CallKind
from apps.upwork.errors import OverBudgetError

ADDRESS: Final = "upwork:address"
PENALTY_SECONDS: Final = 60
PATIENCE_SECONDS: Final = 2.0
SENT_AND_READ: Final = frozenset({CallKind.PROPOSALS, CallKind.MESSAGES})
HOUR: Final = 3600
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Left:
    """What remains of one hourly budget."""

    kind: CallKind
    left: int
    most: int


@dataclass(frozen=True, slots=True)
class Budget:
    """The limits that one connection's calls count against."""

    client_id: str
    connection_id: int | None = None  # none before it is stored

    def take(self, kind: CallKind, *, urgent: bool = False) -> None:
        """Count one call, or raise OverBudgetError and count nothing. Waits that hardly hurt are waited out here.

        Where things are sent as well as read, reading leaves the last fifth of the hour to what is urgent.
        """
        patience = PATIENCE_SECONDS
        while True:
            verdict = self._ask(kind, urgent=urgent)
            if verdict.allowed:
                return
            if verdict.wait > patience:
                raise OverBudgetError(
                    _("The limit of requests to Upwork is used up; it goes on by itself."), retry_after=verdict.wait
                )
            # the patience is for all rounds together: many wake at once, and not all of them get in
            patience -= verdict.wait
            time.sleep(verdict.wait)

    def left(self) -> tuple[Left, ...]:
        """What remains of each hourly budget now."""
        hourly = [(kind, limit) for kind in CallKind if (limit := self._hourly(kind))]
        remaining = limits.peek(*(limit for _kind, limit in hourly))
        return tuple(
            Left(kind=kind, left=left, most=limit.most) for (kind, limit), left in zip(hourly, remaining, strict=True)
        )

    def _ask(self, kind: CallKind, *, urgent: bool) -> limits.Verdict:
        shared = (
            Limit(ADDRESS, settings.UPWORK_PER_SECOND, 1),
            Limit(ADDRESS, settings.UPWORK_PER_MINUTE, 60),
            Limit(f"upwork:key:{self.client_id}", settings.UPWORK_PER_DAY, DAY),
        )
        hourly = self._hourly(kind, is_shared=kind in SENT_AND_READ and not urgent)
        try:
            return limits.take(*shared, *([hourly] if hourly else []))
        # uncounted calls could get the whole address blocked
        except RedisError as error:
            raise OverBudgetError(_("The counter of requests does not answer; it goes on by itself.")) from error

    def _hourly(self, kind: CallKind, *, is_shared: bool = False) -> Limit | None:
        most = {
            CallKind.JOBS: settings.UPWORK_JOBS_PER_HOUR,
            CallKind.PROPOSALS: settings.UPWORK_PROPOSALS_PER_HOUR,
            CallKind.MESSAGES: settings.UPWORK_MESSAGES_PER_HOUR,
        }
        if kind not in most:
            return None
        whole = most[kind]
        return Limit(f"upwork:{kind}:{self.connection_id}", whole - whole // 5 if is_shared else whole, HOUR)


def close_address() -> None:
    """Upwork answered 429: nobody calls from this address until the minute it names is over."""
    limits.close(ADDRESS, seconds=PENALTY_SECONDS)
