"""Where sealed values stand: each room names its columns in `AppConfig.ready()`, and rotation goes through them all.

A column gives its values in the order of their rows and replaces one only while it is still what was read, so a
worker that stores something newer meanwhile is never undone.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.apps import apps
from django.db.models import Model, QuerySet

from apps.core import crypto

Purpose = Callable[[Mapping[str, Any]], str]


def always(purpose: str) -> Purpose:
    """For a column whose values are all sealed for the same purpose."""
    return lambda _row: purpose


@dataclass(frozen=True, slots=True)
class Sealed:
    """One value where it stands; `place` tells it from others of its row."""

    pk: int
    owner_id: int
    purpose: str
    token: str = field(repr=False)
    place: str = ""


class Column(Protocol):
    @property
    def name(self) -> str:
        """The model and its field."""

    def batch(self, *, after: int, most: int, unless_by: str) -> list[Sealed]:
        """The values of the next `most` rows that hold one which another key than `unless_by` has sealed."""

    def swap(self, old: Sealed, token: str) -> bool:
        """Replace it, unless it has changed since it was read."""

    def tokens(self) -> Counter[str]:
        """How many values each key has sealed, by the key's id."""


@dataclass(frozen=True, slots=True)
class ModelColumn:
    """A column of text of an owned model. `purpose` may depend on the values of the row that `also` names."""

    model: str
    field: str
    purpose: Purpose
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.model}.{self.field}"

    def batch(self, *, after: int, most: int, unless_by: str) -> list[Sealed]:
        rows = self._rows().filter(pk__gt=after).exclude(**{f"{self.field}__startswith": _beginning(unless_by)})
        found = rows.order_by("pk").values("pk", "owner_id", self.field, *self.also)[:most]
        return [Sealed(row["pk"], row["owner_id"], self.purpose(row), row[self.field]) for row in found]

    def swap(self, old: Sealed, token: str) -> bool:
        return self._rows().filter(pk=old.pk, **{self.field: old.token}).update(**{self.field: token}) == 1

    def tokens(self) -> Counter[str]:
        return Counter(crypto.key_id_of(token) for token in self._rows().values_list(self.field, flat=True).iterator())

    def _rows(self) -> QuerySet[Model]:
        rows: QuerySet[Model] = apps.get_model(self.model)._default_manager.exclude(**{self.field: ""})
        return rows


_columns: dict[str, Column] = {}


def register(column: Column) -> None:
    _columns[column.name] = column


def registered() -> Mapping[str, Column]:
    return dict(sorted(_columns.items()))


def _beginning(key_id: str) -> str:
    return f"{crypto.VERSION}.{key_id}."
