"""Secrets are told by their name and by their shape; what is one is never written down."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Final

from django.core.files.base import File

HIDDEN: Final = "•••"
MOST_PUBLIC: Final = 50_000
LONGEST: Final = 500  # of a text that is kept for comparison
_NAMES: Final = re.compile(
    r"passw|passphrase|secret|token|api_?key|private_?key|credential|authorization|cookie|session_?key|csrf|otp|totp|recovery|sealed|seed\b",
    re.IGNORECASE,
)
_SHAPES: Final = re.compile(
    r"\b(?:sk|pk|rk|whsec|ghp|xox[abp])[-_][\w-]{12,}"  # keys of the vendors
    r"|\boauth2v2_\w+"  # Upwork's tokens
    r"|\bv1\.[\w-]+\.[\w+/=-]+\.[\w+/=-]+"  # our own sealed values
    r"|(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*"  # JSON web tokens
    r"|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}"
    r"|\b(?=\w*\d)(?=\w*[A-Za-z])\w{32,}\b|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={1,2}"  # random text, which no word or slug is
)
_URL_PASSWORD: Final = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+@")
_MAIL: Final = re.compile(r"(?<![\w.+'%-])[\w.+'%-]+@[\w-]{1,63}\.[\w.-]*\w")
_COOKIES: Final = re.compile(r"((?:set-)?cookies?[\"']?\s*[:=]\s*)[^\n]+", re.IGNORECASE)
_PAIRS: Final = re.compile(
    r"""((?:passw|passphrase|secret|token|api_?key|authorization|sessionid|session_key|csrf|otp\b|signature|code_verifier)[\w-]{0,40}"""
    r"""["']?\s*(?:[:=]|=>)\s*["']?)[^\s"'&;,)}\]]{5,}""",
    re.IGNORECASE,
)  # a name and what stands behind it, as in addresses, forms, JSON and Python's own repr
_CODES: Final = re.compile(r"([?&](?:code|state|key|sig)=)[^\s&\"'#]+")
Plain = str | int | float | bool | list["Plain"] | dict[str, "Plain"] | None


def plain(value: object, *, name: str = "") -> Plain:
    """The value as JSON can keep it, without secrets, and not longer than it takes to recognise it."""
    if value not in (None, "") and _NAMES.search(name):
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner, name=str(key)) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return [str(inner) for inner in sorted(value)]
    if isinstance(value, list | tuple):
        return [plain(inner, name=name) for inner in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, File):
        return value.name or ""
    return _short(without_secrets(str(value)))


def without_secrets(text: str) -> str:
    return _SHAPES.sub(HIDDEN, text)


def public(text: str) -> str:
    """The text as it may leave the product, in a line of the log or a report: no secret, no address of a person."""
    text = text if len(text) <= MOST_PUBLIC else f"{text[:MOST_PUBLIC]}…"
    text = _MAIL.sub(HIDDEN, _URL_PASSWORD.sub(f"{HIDDEN}@", text))
    return _CODES.sub(rf"\1{HIDDEN}", _PAIRS.sub(rf"\1{HIDDEN}", _COOKIES.sub(rf"\1{HIDDEN}", without_secrets(text))))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
