"""A saved search in Upwork's own search language, as far as that can be relied on.

Upwork reads Lucene only in part and ignores some filters, so this narrows what is fetched and the rules in
`matching` decide. Exclusions stay here with us: one that Upwork misread would hide jobs without a trace.
"""

import re
from collections.abc import Iterable
from typing import Final

from apps.jobs.models import SavedSearch
from apps.upwork.types import Kind, SearchRequest

_SPECIAL: Final = re.compile(r'[\\/"(){}\[\]^~*?:!&|<>]')
_KINDS: Final[dict[str, Kind]] = {"hourly": "hourly", "fixed": "fixed"}
_OPERATORS: Final = {"AND", "OR", "NOT"}


def request_for(search: SavedSearch) -> SearchRequest:
    return SearchRequest(
        expression=expression_for(search),
        kind=_KINDS.get(search.kind),
        experience=search.experience,
        verified_only=search.verified_only,
    )


def expression_for(search: SavedSearch) -> str:
    """`django AND "rest api" AND (htmx OR alpine)`."""
    required = [*_terms([*search.all_words, *search.phrases])]
    groups = [_any_of(_terms(group)) for group in (search.any_words, search.skills)]
    return " AND ".join(filter(None, [*required, *groups]))


def _terms(texts: Iterable[str]) -> list[str]:
    cleaned = (" ".join(_SPECIAL.sub(" ", text).split()) for text in texts)
    # quoted, whatever Upwork could take for its own syntax is only words
    return [text if text.isalnum() and text.upper() not in _OPERATORS else f'"{text}"' for text in cleaned if text]


def _any_of(terms: list[str]) -> str:
    return f"({' OR '.join(terms)})" if len(terms) > 1 else "".join(terms)
