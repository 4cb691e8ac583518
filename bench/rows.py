"""What row security costs: the same pages with it and without, turn by turn in the same run."""

import statistics
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx2

from bench.feed import ADDRESSES, JOBS, REQUESTS, cost, cpu_ms_of, fill, granian, queries, wait_for
from bench.world import table, throwaway_database

ROUNDS: Final = 3
HEAD: Final = (
    "page",
    "queries",
    "application CPU, ms: with",
    "without",
    "cost (target 10 %)",
    "database CPU, ms: with",
    "without",
)


@contextmanager
def switched(is_on: bool) -> Iterator[None]:
    """The tables as `migrate` leaves them under this setting."""
    from django.conf import settings

    from apps.core.rows import follow_setting

    before, settings.ROW_SECURITY = settings.ROW_SECURITY, is_on
    follow_setting(using="default")
    try:
        yield
    finally:
        settings.ROW_SECURITY = before
        follow_setting(using="default")


def servers() -> list[int]:
    """The processes of PostgreSQL that answer the web process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def measure(database_url: str, session: str, *, is_on: bool) -> dict[str, tuple[float, float]]:
    """For each page the CPU of the application and of the database, in ms for a request."""
    found = {}
    with (
        switched(is_on),
        granian(database_url, ROW_SECURITY=str(int(is_on))) as (url, pid),
        httpx2.Client(cookies={"sessionid": session}, headers={"Host": "testserver"}, timeout=30) as client,
    ):
        wait_for(client, url)
        for address in ADDRESSES:
            cost(client, f"{url}{address}", pid)  # warm, and every connection of the pool is there
            pids = servers()
            before = cpu_ms_of(pids)
            spent, _size = cost(client, f"{url}{address}", pid, warm_up=0)
            found[address] = (spent, (cpu_ms_of(pids) - before) / REQUESTS)
    return found


def main() -> None:
    spent: dict[tuple[str, bool], list[tuple[float, float]]] = defaultdict(list)
    with throwaway_database() as database_url:
        session = fill()
        counts = {address: queries(session, address) for address in ADDRESSES}
        for turn in range(ROUNDS):
            for is_on in (True, False) if turn % 2 else (False, True):
                for address, costs in measure(database_url, session, is_on=is_on).items():
                    spent[address, is_on].append(costs)
    rows = []
    for address in ADDRESSES:
        (on, base_on), (off, base_off) = (
            [statistics.median(column) for column in zip(*spent[address, is_on], strict=True)]
            for is_on in (True, False)
        )
        change = f"{(on / off - 1) * 100:+.1f} %"
        rows.append((address, counts[address], f"{on:.2f}", f"{off:.2f}", change, f"{base_on:.2f}", f"{base_off:.2f}"))
    print(
        f"25 cards of {JOBS:,} jobs, {REQUESTS} requests, median of {ROUNDS} turns of each. The scope is no query of its own.\n"
    )
    table(HEAD, rows)


if __name__ == "__main__":
    main()
