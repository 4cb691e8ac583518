"""Which open postings a search finds, in which order."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from apps.upwork.sandbox.market import postings
from apps.upwork.sandbox.market.expressions import Test, compile_expression
from apps.upwork.sandbox.market.ontology import number_of
from apps.upwork.sandbox.market.words import fold
from apps.upwork.sandbox.records import Job
from apps.upwork.sandbox.store import load

ORDERS: Final = {
    "RECENCY": "job.published_ms DESC",
    "RELEVANCE": "job.published_ms DESC",
    "CLIENT_TOTAL_CHARGE": "client.spent_cents DESC, job.published_ms DESC",
    "CLIENT_RATING": "client.rating DESC, job.published_ms DESC",
}
MOST_RESULTS: Final = 5000

Check = Callable[[sqlite3.Row], bool]


@dataclass(frozen=True, slots=True)
class Search:
    """A filter as the API takes it, by whom and when; `honest` makes the server's broken filters work."""

    filter: Mapping[str, Any]
    freelancer_id: int
    now_ms: int
    order: str = "RECENCY"
    honest: bool = False


def find(db: sqlite3.Connection, search: Search, offset: int, first: int) -> tuple[list[Job], bool]:
    """One page of postings, and whether there are more."""
    rows = _matching(db, search)
    page = list(islice(rows, offset, min(offset + first, MOST_RESULTS)))
    return [load(Job, row) for row in page], next(rows, None) is not None


def count_roughly(db: sqlite3.Connection, search: Search) -> int:
    """The total without the checks that only Python can do; like the real server's, it is too high."""
    where, values = _conditions(search)
    query = f"SELECT count(*) FROM job JOIN client ON client.id = job.client_id WHERE {where}"  # noqa: S608 our own text
    return int(db.execute(query, values).fetchone()[0])


def _matching(db: sqlite3.Connection, search: Search) -> Iterator[sqlite3.Row]:
    if not search.honest and search.filter.get("workload_eq"):
        return iter(())
    where, values = _conditions(search)
    checks = list(_checks(db, search))
    query = (
        "SELECT job.*, client.hires AS client_hires FROM job JOIN client ON client.id = job.client_id"  # noqa: S608
        f" WHERE {where} ORDER BY {ORDERS[search.order]}"
    )
    return (row for row in db.execute(query, values) if all(check(row) for check in checks))


def _conditions(search: Search) -> tuple[str, list[object]]:
    """What the database can decide."""
    given, parts = search.filter, ["job.closed_ms IS NULL", "job.published_ms <= ?"]
    values: list[object] = [search.now_ms]
    lists = {
        "categoryIds_any": "job.category_id", "subcategoryIds_any": "job.subcategory_id",
        "locations_any": "client.country", "duration_any": "job.duration",
    }  # fmt: skip
    simple = {"jobType_eq": "job.kind = ?", "experienceLevel_eq": "job.level = ?"}
    for name, column in lists.items():
        if wanted := given.get(name):
            parts.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    for name, condition in simple.items():
        if wanted := given.get(name):
            parts.append(condition)
            values.append(wanted)
    if given.get("verifiedPaymentOnly_eq"):
        parts.append("client.verified = 1")
    if given.get("daysPosted_eq") is not None:
        parts.append("job.published_ms >= ?")
        values.append(search.now_ms - given["daysPosted_eq"] * postings.DAY)
    if given.get("enterpriseOnly_eq") or given.get("ptcOnly_eq"):
        parts.append("0")
    if given.get("previousClients_eq"):
        parts.append(
            "job.client_id IN (SELECT past.client_id FROM proposal JOIN job AS past ON past.id = proposal.job_id"
            " WHERE proposal.status = 'HIRED' AND proposal.freelancer_id = ?)"
        )
        values.append(search.freelancer_id)
    return " AND ".join(parts), values


def _checks(db: sqlite3.Connection, search: Search) -> Iterator[Check]:
    """What only Python can decide."""
    given = search.filter
    if given.get("searchExpression_eq"):
        yield _text(compile_expression(given["searchExpression_eq"]))
    elif given.get("searchTerm_eq"):
        yield _text(_terms(given["searchTerm_eq"]))
    if given.get("titleExpression_eq"):
        yield _text(compile_expression(given["titleExpression_eq"], "title_words"))
    if given.get("skillExpression_eq"):
        wanted = [fold(skill) for skill in given["skillExpression_eq"].split(",")]
        yield lambda row: any(skill in row["skill_words"] for skill in wanted)
    if given.get("clientHiresRange_eq"):
        yield lambda row: within(row["client_hires"], given["clientHiresRange_eq"])
    if given.get("proposalRange_eq"):
        yield lambda row: within(applicants(db, load(Job, row), search.now_ms), given["proposalRange_eq"])
    for name in ("occupationIds_any", "ontologySkillIds_all"):
        if given.get(name):
            yield _numbered(name, set(given[name]))
    if search.honest:
        yield from _honest_checks(given)


def _honest_checks(given: Mapping[str, Any]) -> Iterator[Check]:
    if budget := given.get("budgetRange_eq"):
        yield lambda row: row["fixed_cents"] is not None and within(row["fixed_cents"] / 100, budget)
    if hourly := given.get("hourlyRate_eq"):
        yield lambda row: row["hourly_max_cents"] is not None and within(row["hourly_max_cents"] / 100, hourly)
    if workload := given.get("workload_eq"):
        label = {"FULL_TIME": "30+ hrs/week", "PART_TIME": "Less than 30 hrs/week"}.get(workload)
        yield lambda row: row["engagement"] == label


def _text(test: Test) -> Check:
    return lambda row: test({name: row[name] for name in ("words", "title_words", "skill_words")})


def _terms(terms: Mapping[str, Sequence[str]]) -> Test:
    """The four lists of a search term as one expression."""
    either = [terms[name] for name in ("orTerms_any", "exactTerms_any") if terms.get(name)]
    parts = [f'"{term}"' for term in terms.get("andTerms_all") or ()]
    parts += ["(" + " OR ".join(f'"{word}"' for word in words) + ")" for words in either]
    parts += [f'NOT "{term}"' for term in terms.get("excludeTerms_any") or ()]
    return compile_expression(" ".join(parts))


def _numbered(name: str, wanted: set[str]) -> Check:
    if name == "occupationIds_any":
        return lambda row: number_of(row["occupation"]) in wanted
    return lambda row: wanted <= {number_of(skill) for skill in load(Job, row).skills}


def within(value: float, limits: Mapping[str, float | None]) -> bool:
    start, end = limits.get("rangeStart"), limits.get("rangeEnd")
    return (start is None or value >= start) and (end is None or value <= end)


def applicants(db: sqlite3.Connection, job: Job, now_ms: int) -> int:
    sent = db.execute("SELECT count(*) FROM proposal WHERE job_id = ?", (job.id,)).fetchone()[0]
    return postings.applicants(job, now_ms, sent)


def count_exactly(db: sqlite3.Connection, search: Search) -> int:
    return sum(1 for _ in _matching(db, search))
