"""Answers to the root fields, by area."""

from apps.upwork.sandbox.resolvers import contracts, identity, jobs, lists, messages, proposals
from apps.upwork.sandbox.resolvers.context import Info, Resolver, failed

ROOTS: dict[str, Resolver] = {
    **identity.ROOTS, **jobs.ROOTS, **proposals.ROOTS, **messages.ROOTS, **contracts.ROOTS, **lists.ROOTS,
}  # fmt: skip


def roots(denied: frozenset[str]) -> dict[str, Resolver]:
    """The root object of one request; what the key may not do is refused."""
    return ROOTS | dict.fromkeys(denied, _refused)


def _refused(_: Info, **__: object) -> None:
    raise failed("Authorization failed")
