"""Reads of the jobs room. Rows are those of the owner in scope."""

from apps.jobs.selectors.facts import ProposalFacts, match_of, proposal_facts
from apps.jobs.selectors.feed import FeedFilter, FeedPage, feed_page, newer_than
from apps.jobs.selectors.searches import RailSearch, needs_welcome, rail_searches, rescored, search_lines, weights_of

__all__ = [
    "FeedFilter",
    "FeedPage",
    "ProposalFacts",
    "RailSearch",
    "feed_page",
    "match_of",
    "needs_welcome",
    "newer_than",
    "proposal_facts",
    "rail_searches",
    "rescored",
    "search_lines",
    "weights_of",
]
