"""The registry itself. Rooms stand in the order of their levels; erasing goes the other way, so that keys hold."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from apps.accounts.privacy.tables import Table

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is held of a person.

    `export(owner_id)` gives its tables one after the other and `erase(owner_id)` removes it for good, both in the scope
    of the owner; erasing happens inside one transaction for all holdings. `models` are the tables that are covered.
    """

    name: str
    label: Text
    purpose: Text
    kept: Text
    shared_with: Text
    models: frozenset[str]
    export: Callable[[int], Iterable[Table]]
    erase: Callable[[int], None]


_holdings: dict[str, Holding] = {}


def register(
    name: str,
    *,
    label: Text,
    purpose: Text,
    kept: Text,
    shared_with: Text,
    models: Collection[str],
    export: Callable[[int], Iterable[Table]],
    erase: Callable[[int], None],
) -> None:
    """Say what a room holds; a test fails for a table with a way to a person that is in no holding."""
    _holdings[name] = Holding(name, label, purpose, kept, shared_with, frozenset(models), export, erase)


def holdings() -> tuple[Holding, ...]:
    return tuple(_holdings.values())
