"""Text, taken apart once: database search, matching and memory all see these tokens.

Keeps c++, c#, f#, .net and node.js whole, splits on slashes and dashes, and stems English lightly; words of
other alphabets stay as they are. Positions start again with a gap for each field, so that no phrase crosses one.
"""

import hashlib
import hmac
import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np
import snowballstemmer
from django.conf import settings

# Wider than any step within a phrase, so that none is found across two fields
FIELD_GAP: Final = 8
MOST_LETTERS: Final = 255  # of a token: PostgreSQL takes 2,046 bytes
MOST_POSITION: Final = 16_000  # PostgreSQL keeps positions up to 16,383
Positions = Mapping[str, Sequence[int]]
Term = tuple[str, ...]  # one token, or several that must follow each other

_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’ʼ`"))
_TOKEN: Final = re.compile(
    r"\.net(?![^\W_])"
    r"|[^\W_]+\.(?:js|net|io|ai)(?![^\W_])"
    r"|[0-9]+(?:\.[0-9]+)+"
    r"|[^\W_]+(?:\+\+|#(?![^\W_]))?"
)
_ALIASES: Final = {
    "nodejs": "node.js",
    "nextjs": "next.js",
    "reactjs": "react",
    "react.js": "react",
    "vuejs": "vue",
    "vue.js": "vue",
    "angularjs": "angular",
    "postgres": "postgresql",
    "dotnet": ".net",
    "cpp": "c++",
    "csharp": "c#",
    "k8s": "kubernetes",
}
_ASKED: Final = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


class _Stemmer(threading.local):
    """One for each thread: a stemmer keeps the word it is working on in itself."""

    def __init__(self) -> None:
        self.stem = snowballstemmer.stemmer("english").stemWord


_stemmer: Final = _Stemmer()


@lru_cache(maxsize=200_000)
def _normal(word: str) -> str:
    """The token of a lower-case word; the same word always gives the same one, so it is remembered."""
    known = _ALIASES.get(word)
    if known:
        return known
    if len(word) > 3 and word.isascii() and word.isalpha():
        return str(_stemmer.stem(word))
    return word


def tokenise(text: str) -> list[str]:
    """The tokens of a text in their order."""
    plain = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    return [_normal(word[:MOST_LETTERS]) for word in _TOKEN.findall(plain)]


def term(text: str) -> Term:
    """What a person typed as one word or phrase; empty when nothing of it can be searched."""
    return tuple(tokenise(text))


def terms(texts: Iterable[str]) -> tuple[Term, ...]:
    return tuple(filter(None, map(term, texts)))


def positions(fields: Iterable[str]) -> dict[str, list[int]]:
    """Where each token stands, over all fields."""
    found: dict[str, list[int]] = {}
    place = 1
    for field in fields:
        for token in tokenise(field):
            found.setdefault(token, []).append(place)
            place += 1
        place += FIELD_GAP
    return found


def positions_of_job(*, title: str, skills: Sequence[str], description: str) -> dict[str, list[int]]:
    """The one reading of a job that is stored for search, matched and remembered."""
    return positions([title, *skills, description])


def contains(where: Positions, wanted: Term) -> bool:
    """Whether the tokens stand there one after the other."""
    if len(wanted) == 1:
        return wanted[0] in where
    rows = [where.get(token) for token in wanted]
    if not all(rows):
        return False
    later = [frozenset(row or ()) for row in rows[1:]]
    return any(all(start + step in row for step, row in enumerate(later, 1)) for start in rows[0] or ())


def vector_literal(where: Positions) -> str:
    """The same as PostgreSQL's own notation of a tsvector."""
    return " ".join(
        f"'{token}':{','.join(str(place) for place in places if place <= MOST_POSITION) or MOST_POSITION}"
        for token, places in where.items()
    )


def phrase_literal(wanted: Term) -> str:
    return "(" + " <-> ".join(f"'{token}'" for token in wanted) + ")"


class Asked(NamedTuple):
    """A search box, read: what must be there and what must not."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...]

    @property
    def literal(self) -> str:
        return " & ".join(
            [*map(phrase_literal, self.wanted), *("!" + phrase_literal(unwanted) for unwanted in self.unwanted)]
        )


def read_query(text: str) -> Asked:
    """Read words, "quoted phrases" and -exclusions."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    for minus, quoted, word in _ASKED.findall(text):
        tokens = term(quoted or word)
        if not tokens:
            continue
        (unwanted if minus else wanted).append(tokens)
    return Asked(tuple(wanted), tuple(unwanted))


# The memory that outlives the content: keyed, so that it says nothing to whoever reads the table alone


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"bidwright.jobs.memory", "sha256")


def keyed_hash(text: str) -> str:
    return hmac.new(_key(settings.SECRET_KEY), text.encode("utf-8", "ignore"), hashlib.sha256).hexdigest()


@lru_cache(maxsize=200_000)
def _fingerprint(token: str, secret: str) -> int:
    return int.from_bytes(hashlib.blake2b(token.encode(), digest_size=8, key=_key(secret)).digest(), "big")


def simhash(where: Positions) -> int:
    """64 bits that differ little between texts that differ little, as PostgreSQL's signed bigint."""
    if not where:
        return 0
    secret = settings.SECRET_KEY
    prints = np.fromiter((_fingerprint(token, secret) for token in where), dtype=">u8", count=len(where))
    bits = np.unpackbits(prints.view(np.uint8).reshape(-1, 8), axis=1)
    packed = np.packbits(bits.sum(axis=0) * 2 > len(where))
    return int.from_bytes(packed.tobytes(), "big", signed=True)


def distance(first: int, second: int) -> int:
    """How many of the 64 bits differ."""
    return ((first ^ second) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
