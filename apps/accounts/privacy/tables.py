"""Rows as they leave the house: named columns, values that JSON and CSV can hold, read in small portions."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from django.core.files.storage import Storage
from django.db.models import Field, FileField, ForeignKey, Model, QuerySet
from django.utils.functional import Promise

PORTION: Final = 500  # rows in memory at a time
INTERNAL: Final = frozenset({"id", "owner", "owner_id", "claimed_until"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of the person's that goes along; in the tables stands where it lies in the archive."""

    name: str
    storage: Storage

    @property
    def place(self) -> str:
        return f"files/{PurePosixPath(self.name).parent.name}/{PurePosixPath(self.name).name}"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    label: str | Promise
    choices: Mapping[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` is read once, from first to last; `shown` are the columns that a reader wants to see."""

    name: str
    label: str | Promise
    columns: tuple[Column, ...]
    rows: Iterable[tuple[object, ...]]
    shown: tuple[str, ...] = ()


def table_of(
    rows: "QuerySet[Any]",
    *,
    label: str | Promise = "",
    omit: Collection[str] = (),
    shown: Mapping[str, str | Promise] | None = None,
) -> Table:
    """Every column of a model but the named ones and what only machines need; `shown` names those to read, with labels."""
    labels, model = shown or {}, rows.model._meta
    fields = [found for found in model.concrete_fields if found.name not in INTERNAL | set(omit)]
    columns = (Column(found.name, labels.get(found.name, found.verbose_name), _choices(found)) for found in fields)
    name, plural = model.model_name or "", model.verbose_name_plural or ""
    return Table(name, label or plural, tuple(columns), _values(rows, fields), tuple(labels))


def _values(rows: "QuerySet[Any]", fields: "list[Field[Any, Any]]") -> Iterator[tuple[object, ...]]:
    paths = [_path(found) for found in fields]
    storages = {place: found.storage for place, found in enumerate(fields) if isinstance(found, FileField)}
    for values in rows.order_by("pk").values_list(*paths).iterator(chunk_size=PORTION):
        yield tuple(
            Upload(str(value), storages[place]) if place in storages and value else value
            for place, value in enumerate(values)
        )


def _path(found: "Field[Any, Any]") -> str:
    """Another row is named by what it is called outside."""
    if isinstance(found, ForeignKey) and _has_public_id(found.related_model):
        return f"{found.name}__public_id"
    return found.attname


def _has_public_id(model: "type[Model] | str") -> bool:
    return isinstance(model, type) and any(known.name == "public_id" for known in model._meta.concrete_fields)


def _choices(found: "Field[Any, Any]") -> dict[Any, Any]:
    return dict(found.flatchoices)
