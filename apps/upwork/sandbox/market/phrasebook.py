"""The texts the market is told from, read once from the TOML files."""

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

TEXTS: Final = Path(__file__).parents[1] / "texts"
SLOT: Final = re.compile(r"\{([a-z_]+)(\d*)\}")

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Specialty:
    """What clients of one field post: sentence parts, skills and quartiles of prices."""

    key: str
    name: str
    category: str
    subcategory: str
    weight: float
    hourly: tuple[float, float, float]
    fixed: tuple[float, float, float]
    skills: tuple[str, ...]
    titles: tuple[str, ...]
    goals: tuple[str, ...]
    details: tuple[str, ...]
    needs: tuple[str, ...]
    questions: tuple[str, ...] = ()
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Common:
    """Sentence parts of every field, and the order each kind of client puts them in."""

    words: Words
    parts: Words
    voice: Mapping[str, Sequence[Sequence[str]]]
    heading: Words


@cache
def common() -> Common:
    return Common(**read("common"))


@cache
def specialties() -> Mapping[str, Specialty]:
    """Every specialty by its key; a file that names none (the common words, the replies) is passed over."""
    tables = [table for path in sorted(TEXTS.glob("*.toml")) for table in read(path.stem).get("specialty", [])]
    return {table["key"]: _specialty(table) for table in tables}


def _specialty(table: Mapping[str, Any]) -> Specialty:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    return Specialty(**values)


@cache
def read(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text())


class Teller:
    """Fills `{slots}`: the same slot means the same thing throughout one text, `{slot2}` means another one."""

    def __init__(self, rng: random.Random, *vocabularies: Words, **fixed: str) -> None:
        self.rng = rng
        self._vocabularies = vocabularies
        self._told: dict[str, str] = dict(fixed)
        self._used: set[str] = set()

    def tell(self, text: str) -> str:
        return SLOT.sub(self._fill, text)

    def one(self, choices: Sequence[str]) -> str:
        """A text that was not told yet, as long as there is one."""
        return next(iter(self.some(choices, 1)), "") or self.tell(self.rng.choice(choices))

    def some(self, choices: Sequence[str], most: int) -> list[str]:
        fresh = [text for text in choices if text not in self._used]
        chosen = self.rng.sample(fresh, min(most, len(fresh)))
        self._used.update(chosen)
        return [self.tell(text) for text in chosen]

    def _fill(self, slot: re.Match[str]) -> str:
        name = slot[1] + slot[2]
        if name not in self._told:
            taken = set(self._told.values())
            words = next(words[slot[1]] for words in self._vocabularies if slot[1] in words)
            self._told[name] = self.tell(self.rng.choice([word for word in words if word not in taken] or list(words)))
        return self._told[name]


def luck(name: str) -> random.Random:
    """Chance that is the same whenever the name is."""
    return random.Random(name)  # noqa: S311 a made-up world, not a secret
