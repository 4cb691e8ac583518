"""What every resolver gets, and the small shapes that occur everywhere."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from graphql import GraphQLError, GraphQLResolveInfo

from apps.upwork.sandbox.market import Market
from apps.upwork.sandbox.quirks import Quirks
from apps.upwork.sandbox.records import Freelancer

Node = dict[str, Any]
Resolver = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request: whose it is, when, and the open transaction."""

    db: sqlite3.Connection
    market: Market
    freelancer: Freelancer
    quirks: Quirks
    now_ms: int
    tenant: str = ""

    @property
    def organization_id(self) -> int:
        """The organization of the header; a stranger's is refused."""
        own = {self.freelancer.organization_id, self.freelancer.agency_id}
        if not self.tenant:
            return self.freelancer.organization_id
        if not self.tenant.isdigit() or int(self.tenant) not in own:
            raise failed("Authorization failed")
        return int(self.tenant)


Info: TypeAlias = "GraphQLResolveInfo[Call]"


def failed(message: str, classification: str = "DataFetchingException") -> GraphQLError:
    return GraphQLError(message, extensions={"classification": classification})


def money(cents: int | None) -> Node | None:
    """The raw value is a decimal number as a string, with at least one place."""
    if cents is None:
        return None
    return {"rawValue": str(cents / 100), "currency": "USD", "displayValue": f"${cents / 100:,.2f}"}


def iso(at_ms: int | None) -> str | None:
    return None if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}+0000"


def moment(at_ms: int | None) -> Node | None:
    """Epoch milliseconds as a string."""
    return None if at_ms is None else {"rawValue": str(at_ms), "displayValue": iso(at_ms)}


def offset_of(pagination: Mapping[str, Any] | None, default: int = 10) -> tuple[int, int]:
    """Offset and size of a page; `after` is a number in a string."""
    if pagination is None:
        return 0, default
    after = pagination.get("after") or "0"
    if not str(after).isdigit() or pagination["first"] < 1:
        raise failed("VJCA-6: Input parameter provided has incorrect value")
    return int(after), int(pagination["first"])


def page_info(offset: int, size: int, more: bool) -> Node:
    return {"endCursor": str(offset + size), "hasNextPage": more}
