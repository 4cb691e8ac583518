"""The marketplace's categories with their real numbers, and stable numbers for skills and occupations."""

import re
import tomllib
import zlib
from dataclasses import dataclass
from typing import Final

from apps.upwork.sandbox.market.phrasebook import TEXTS


@dataclass(frozen=True, slots=True)
class Subcategory:
    """The second level, with its real number."""

    id: str
    label: str

    @property
    def slug(self) -> str:
        return slug(self.label)


@dataclass(frozen=True, slots=True)
class Category:
    """The first level, with its real number."""

    id: str
    label: str
    subcategories: tuple[Subcategory, ...]

    @property
    def slug(self) -> str:
        return slug(self.label)


def slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")


def number_of(label: str) -> str:
    """A number for a skill or an occupation that is the same in every sandbox."""
    return str(1_031_626_700_000_000_000 + zlib.crc32(label.lower().encode()) * 1024)


def _read() -> tuple[Category, ...]:
    tables = tomllib.loads((TEXTS / "ontology.toml").read_text())["category"]
    return tuple(
        Category(table["id"], table["label"], tuple(Subcategory(id=i, label=n) for n, i in table["sub"].items()))
        for table in tables
    )


CATEGORIES: Final = _read()
LABELS: Final = {category.id: category.label for category in CATEGORIES} | {
    place.id: place.label for category in CATEGORIES for place in category.subcategories
}
