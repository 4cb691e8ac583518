"""Which habits of the real server the sandbox shows; each one is a switch, all are on unless turned off."""

import json
import sqlite3
from dataclasses import asdict, dataclass

from apps.upwork.sandbox.store import get_setting, put_setting


@dataclass(frozen=True, slots=True)
class Quirks:
    """The switches; `running_sandbox` in the tests turns the rate limit off."""

    offset_paging: bool = True  # a job search pages only with after: "0", "10", …
    broken_filters: bool = True  # budget and rate are ignored, workload finds nothing
    rough_totals: bool = True  # totalCount counts too much
    overlapping_buckets: bool = True  # Declined, Withdrawn and Hired answer with the open proposals
    small_pages: bool = True  # more than 20 proposals a page give VJCA-6
    scopes: bool = True  # keys may do only what their profile says
    one_introspection: bool = True  # a second __type in one request is bad faith
    user_agent: bool = True  # no or urllib's User-Agent meets the firewall
    rate_limit: bool = True  # 10 requests a second and 300 a minute from one address
    retry_after: bool = False  # the real server does not say how long to wait


def get_quirks(db: sqlite3.Connection) -> Quirks:
    stored = get_setting(db, "quirks")
    return Quirks(**json.loads(stored)) if stored else Quirks()


def put_quirks(db: sqlite3.Connection, quirks: Quirks) -> None:
    put_setting(db, "quirks", json.dumps(asdict(quirks)))
