"""What other rooms show on the settings pages: they stand above this one and fill it in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Spend:
    """What AI has cost the person this month, in USD."""

    amount: Decimal
    calls: int


Source = Callable[[int], Spend]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Offer `source(owner_id)` to the settings pages, under `ai_spend` or `own_key_spend`."""
    _sources[name] = source


def registered() -> frozenset[str]:
    return frozenset(_sources)


def collect(owner_id: int) -> dict[str, Spend]:
    return {name: source(owner_id) for name, source in _sources.items()}
