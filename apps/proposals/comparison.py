"""What changed between two texts, word by word, for people to read."""

import re
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

_WORDS: Final = re.compile(r"\s+|[^\s]+")


class Piece(NamedTuple):
    """A run of text that both have, or that only one has."""

    kind: Literal["same", "added", "removed"]
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The way from `old` to `new`: together the same and the added pieces are `new`, without loss."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[i:j])))
            continue
        if i < j:
            pieces.append(Piece("removed", "".join(before[i:j])))
        if k < m:
            pieces.append(Piece("added", "".join(after[k:m])))
    return pieces
