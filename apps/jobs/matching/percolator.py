"""The inverted index: each search stands under the tokens that at least must occur for it to pass.

A posting then meets only searches that share a token with it, instead of all of them. Searches without any
word are few and are tried on every posting.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator

from apps.jobs.matching.rules import Criteria, Facts, passes


class Percolator:
    """All searches of the owners concerned, ready to be asked about postings."""

    def __init__(self, searches: Iterable[Criteria]) -> None:
        self._searches = list(searches)
        self._index: dict[str, list[Criteria]] = defaultdict(list)
        self._wordless: list[Criteria] = []
        often = Counter(token for search in self._searches for word in search.required for token in word.tokens)
        for search in self._searches:
            keys = set(_access_keys(search, often))
            for key in keys:
                self._index[key].append(search)
            if not keys:
                self._wordless.append(search)

    def matches(self, facts: Facts, *, owners: Collection[int] | None = None) -> Iterator[Criteria]:
        """The searches that the posting passes; only those of `owners` where given."""
        found = {search.search_id: search for search in self._wordless}
        for token in self._index.keys() & facts.where.keys():
            found.update((search.search_id, search) for search in self._index[token])
        for search in found.values():
            if (owners is None or search.owner_id in owners) and passes(search, facts):
                yield search


def _access_keys(search: Criteria, often: Counter[str]) -> list[str]:
    """One token when something is required (the one fewest searches ask for), else the start of each alternative."""
    if search.required:
        # a posting that holds a token then wakes few searches in vain
        return [min((token for word in search.required for token in word.tokens), key=lambda token: often[token])]
    return [word.tokens[0] for word in search.any_of or search.skills]
