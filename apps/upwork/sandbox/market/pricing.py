"""Prices around the quartiles of each specialty, rounded the way people round."""

import random
from dataclasses import dataclass
from typing import Final

from apps.upwork.sandbox.market.phrasebook import Specialty

LEVELS: Final = {"ENTRY_LEVEL": (22, 0.65), "INTERMEDIATE": (50, 1.0), "EXPERT": (28, 1.55)}
DURATIONS: Final = {"WEEK": 30, "MONTH": 28, "QUARTER": 17, "SEMESTER": 10, "ONGOING": 15}
ENGAGEMENTS: Final = ("Less than 30 hrs/week", "30+ hrs/week", "Hours to be determined", None)
HOURLY_SHARE: Final = 0.55
UNPRICED_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Price:
    """Kind, level and amounts in cents; an hourly job may leave the amounts open."""

    kind: str
    level: str
    duration: str | None
    engagement: str | None
    hourly_min: int | None = None
    hourly_max: int | None = None
    fixed: int | None = None


def price(rng: random.Random, specialty: Specialty) -> Price:
    level = rng.choices(list(LEVELS), [weight for weight, _ in LEVELS.values()])[0]
    duration = rng.choices(list(DURATIONS), list(DURATIONS.values()))[0]
    if rng.random() < HOURLY_SHARE:
        engagement = rng.choices(ENGAGEMENTS, (40, 20, 15, 25))[0]
        low, high = _range(rng, specialty, LEVELS[level][1])
        return Price("HOURLY", level, duration, engagement, hourly_min=low, hourly_max=high)
    amount = _between(rng, specialty.fixed) * LEVELS[level][1]
    if rng.random() < 0.15:
        amount *= rng.uniform(2, 8)
    return Price("FIXED", level, duration if rng.random() < 0.7 else None, None, fixed=_neat(amount) * 100)


def _range(rng: random.Random, specialty: Specialty, factor: float) -> tuple[int | None, int | None]:
    if rng.random() < UNPRICED_SHARE:
        return None, None
    middle = _between(rng, specialty.hourly) * factor
    low, high = _neat(middle * rng.uniform(0.6, 0.9)), _neat(middle * rng.uniform(1.1, 1.6))
    return max(low, 3) * 100, max(high, low + 2, 5) * 100


def _between(rng: random.Random, quartiles: tuple[float, float, float]) -> float:
    """A draw whose quarters fall near the three quartiles, with tails on both sides."""
    low, middle, high = quartiles
    steps = (low * 0.6, low, middle, high, high * 1.7)
    where = rng.random() * 4
    step = min(int(where), 3)
    return steps[step] + (steps[step + 1] - steps[step]) * (where - step)


def _neat(amount: float) -> int:
    for limit, step in ((20, 1), (100, 5), (500, 25), (2000, 50), (10000, 250)):
        if amount < limit:
            return max(step, round(amount / step) * step)
    return round(amount / 1000) * 1000
