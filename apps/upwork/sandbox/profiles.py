"""What a key may do. Real keys differ: scopes are chosen when a key is requested, roles come on top."""

from typing import Final

CONNECTS: Final = frozenset({"ConnectsSummary.connectsBalance", "Query.connectsSummary"})
SUBMIT: Final = frozenset({"Mutation.createJobProposal"})
SEARCH: Final = frozenset(
    {"Query.marketplaceJobPostingsSearch", "Query.publicMarketplaceJobPostingsSearch", "Query.marketplaceJobPosting"}
)

# Coordinates a profile lacks the scope for: the whole query fails and lists them.
BLOCKED: Final = {
    "full": frozenset[str](),
    "freelancer": CONNECTS,
    "reader": CONNECTS | SUBMIT,
    "agency": CONNECTS | SUBMIT | SEARCH,
}
# Root fields the role is refused, one by one.
DENIED: Final = {
    "full": frozenset[str](),
    "freelancer": frozenset({"contractList", "vendorContracts", "transactionHistory", "accountingEntity"}),
    "reader": frozenset({"contractList", "vendorContracts", "transactionHistory", "accountingEntity"}),
    "agency": frozenset({"talentWorkHistory"}),
}
