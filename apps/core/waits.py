"""How long to wait before something is tried again."""

import random


def jittered(seconds: float, *, least: float, most: float) -> float:
    """`seconds` times a factor by chance, so that what failed together does not come back together."""
    return seconds * random.uniform(least, most)  # noqa: S311 spreads the load, guards nothing
