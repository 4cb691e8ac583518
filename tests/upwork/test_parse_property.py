"""Whatever Upwork answers, one odd posting costs itself and never the page."""

import copy
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from apps.core.errors import OutsideError
from apps.upwork.client import parse
from apps.upwork.client.answers import Node, explain
from tests.upwork.test_answers import POSTING

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)
TEXTS = st.sampled_from(
    ("", "0", "-1", "NaN", "Infinity", "1e400", "9" * 40, "2026-13-01", "\0", "0001-01-01T00:00:00Z")
)


def places(value, path=()):
    """Every place within a JSON value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from places(inner, (*path, name))


PLACES = sorted(places(POSTING))


@given(changes=st.dictionaries(st.sampled_from(PLACES), JSON | TEXTS, max_size=4))
def test_posting_is_read_within_its_columns_or_skipped(changes):
    odd = copy.deepcopy(POSTING)
    for path, value in changes.items():
        holder = odd
        for name in path[:-1]:
            holder = holder.get(name) if isinstance(holder, dict) else None
        if isinstance(holder, dict):
            holder[path[-1]] = value
    edges = [Node({"node": odd}, "odd"), Node({"node": POSTING}, "good")]

    postings, skipped = parse.usable(edges, parse.posting)

    assert len(postings) + skipped == 2
    assert postings[-1].upwork_id == POSTING["id"]
    for posting in postings:
        sums = [posting.hourly_min, posting.hourly_max, posting.fixed_budget, posting.client.total_spent]
        assert all(amount is None or 0 <= amount < Decimal(10) ** 12 for amount in sums)
        assert posting.posted_at.tzinfo is not None
        assert posting.client.rating is None or 0 <= posting.client.rating <= 5
        assert "\0" not in posting.title + posting.description


@given(errors=st.lists(JSON, max_size=3))
@example(errors=[])
@example(errors=[{"message": None, "extensions": []}])
def test_every_list_of_errors_is_explained_in_a_sentence(errors):
    error = explain(errors)

    assert isinstance(error, OutsideError)
    assert str(error).strip()
