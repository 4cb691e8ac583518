"""Text as the search and the judge of letters compare it."""

import re
from typing import Final

WORD: Final = re.compile(r"[a-z0-9][a-z0-9+#]*(?:\.[a-z0-9+#]+)*", re.IGNORECASE)


def fold(text: str) -> str:
    """Words between single spaces, lower case, without a plural s, for searching by phrase."""
    return f" {' '.join(_singular(word) for word in WORD.findall(text.lower()))} "


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", ".js", "us")) else word
