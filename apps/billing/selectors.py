"""What a person may use. Until plans can be chosen, everybody has the one built-in plan."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlements:
    """Limits for a calendar month (UTC)."""

    plan: str
    ai_calls_a_month: int


BUILT_IN: Final = Entitlements(plan="self-hosted", ai_calls_a_month=1_000)


def entitlements_for(owner_id: int) -> Entitlements:
    """The limits of this person. The owner is named already, because plans will differ."""
    return BUILT_IN
