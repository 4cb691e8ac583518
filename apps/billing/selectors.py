"""What a person may use. Until plans can be chosen, everybody has the one built-in plan."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlements:
    """Limits a calendar month (UTC); `ai_budget_usd` is the most a person may set as their own budget."""

    plan: str
    ai_calls_a_month: int
    ai_budget_usd: Decimal
    saved_searches: int


BUILT_IN: Final = Entitlements(
    plan="self-hosted", ai_calls_a_month=1_000, ai_budget_usd=Decimal("50.00"), saved_searches=50
)


def entitlements_for(owner_id: int) -> Entitlements:
    return BUILT_IN
