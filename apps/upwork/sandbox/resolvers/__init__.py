"""Answers to the root fields, by area."""

import re

from apps.upwork.sandbox.resolvers import contracts, identity, jobs, lists, messages, proposals
from apps.upwork.sandbox.resolvers.context import Info, Resolver, failed

ROOTS: dict[str, Resolver] = {
    **identity.ROOTS, **jobs.ROOTS, **proposals.ROOTS, **messages.ROOTS, **contracts.ROOTS, **lists.ROOTS,
}  # fmt: skip


def roots(denied: frozenset[str]) -> dict[str, Resolver]:
    """The root object of one request; what the key may not do is refused."""
    return {name: _refused if name in denied else _pythonic(resolver) for name, resolver in ROOTS.items()}


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def _pythonic(resolver: Resolver) -> Resolver:
    """Hand the schema's arguments over under Python's names."""
    return lambda info, **given: resolver(info, **{snake_case(name): value for name, value in given.items()})


def _refused(_: Info, **__: object) -> None:
    raise failed("Authorization failed")
