"""Registry of what must go at once when a person disconnects; filled in `AppConfig.ready()` of other rooms."""

from collections.abc import Callable

Purger = Callable[[int], None]
_purgers: dict[str, Purger] = {}


def register(purger: Purger) -> None:
    """Add a function; it is given the owner's id, inside the owner's scope and the disconnecting transaction."""
    _purgers[f"{purger.__module__}.{purger.__qualname__}"] = purger


def registered() -> frozenset[str]:
    return frozenset(_purgers)


def purge(owner_id: int) -> None:
    for purger in _purgers.values():
        purger(owner_id)
