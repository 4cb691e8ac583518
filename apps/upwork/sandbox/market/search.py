"""Which open postings a search finds, in which order."""

import json
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
FROM: Final = "FROM job JOIN client ON client.id = job.client_id"
CONDITIONS: Final = {
    "categoryIds_any": "job.category_id IN (SELECT value FROM json_each(?))",
    "subcategoryIds_any": "job.subcategory_id IN (SELECT value FROM json_each(?))",
    "locations_any": "client.country IN (SELECT value FROM json_each(?))",
    "duration_any": "job.duration IN (SELECT value FROM json_each(?))",
    "jobType_eq": "job.kind = ?",
    "experienceLevel_eq": "job.level = ?",
    "verifiedPaymentOnly_eq": "client.verified = ?",
    "daysPosted_eq": "job.published_ms >= ?",
    "enterpriseOnly_eq": "? = 0",
    "ptcOnly_eq": "? = 0",
    "previousClients_eq": "job.client_id IN (SELECT past.client_id FROM proposal JOIN job AS past ON past.id = proposal.job_id"
    " WHERE proposal.status = 'HIRED' AND proposal.freelancer_id = ?)",
}
WORKLOADS: Final = {"FULL_TIME": "30+ hrs/week", "PART_TIME": "Less than 30 hrs/week"}
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
    return int(db.execute(" ".join(("SELECT count(*)", FROM, "WHERE", where)), values).fetchone()[0])


def count_exactly(db: sqlite3.Connection, search: Search) -> int:
    return sum(1 for _ in _matching(db, search))


def _matching(db: sqlite3.Connection, search: Search) -> Iterator[sqlite3.Row]:
    if not search.honest and search.filter.get("workload_eq"):
        return iter(())
    where, values = _conditions(search)
    checks = list(_checks(db, search))
    query = ("SELECT job.*, client.hires AS client_hires", FROM, "WHERE", where, "ORDER BY", ORDERS[search.order])
    return (row for row in db.execute(" ".join(query), values) if all(check(row) for check in checks))


def _conditions(search: Search) -> tuple[str, list[object]]:
    """What the database can decide."""
    given, parts = dict(search.filter), ["job.closed_ms IS NULL AND job.published_ms <= ?"]
    values: list[object] = [search.now_ms]
    if given.get("daysPosted_eq") is not None:
        given["daysPosted_eq"] = search.now_ms - given["daysPosted_eq"] * postings.DAY
    if given.get("previousClients_eq"):
        given["previousClients_eq"] = search.freelancer_id
    for name, condition in CONDITIONS.items():
        if value := given.get(name):
            parts.append(condition)
            values.append(json.dumps(value) if isinstance(value, list) else value)
    return " AND ".join(parts), values


def _checks(db: sqlite3.Connection, search: Search) -> Iterator[Check]:
    """What only Python can decide."""
    given = {name: value for name, value in search.filter.items() if value}
    if "searchExpression_eq" in given:
        given.pop("searchTerm_eq", None)
    for name, make in (CHECKS | HONEST_CHECKS if search.honest else CHECKS).items():
        if name in given:
            yield make(given[name])
    if limits := given.get("proposalRange_eq"):
        yield lambda row: within(applicants(db, load(Job, row), search.now_ms), limits)


def _text(test: Test) -> Check:
    return lambda row: test({name: row[name] for name in ("words", "title_words", "skill_words")})


def _terms(terms: Mapping[str, Sequence[str] | None]) -> Test:
    """The four lists of a search term as one expression."""
    quoted = {name: [f'"{term}"' for term in found or ()] for name, found in terms.items()}
    either = [quoted[name] for name in ("orTerms_any", "exactTerms_any") if quoted.get(name)]
    parts = quoted.get("andTerms_all", []) + [f"({' OR '.join(words)})" for words in either]
    parts += [f"NOT {term}" for term in quoted.get("excludeTerms_any", [])]
    return compile_expression(" ".join(parts))


def _any_skill(expression: str) -> Check:
    wanted = [fold(skill) for skill in expression.split(",")]
    return lambda row: any(skill in row["skill_words"] for skill in wanted)


def _all_skills(numbers: Sequence[str]) -> Check:
    return lambda row: set(numbers) <= {number_of(skill) for skill in load(Job, row).skills}


def _cents_within(column: str, limits: Mapping[str, float | None]) -> Check:
    return lambda row: row[column] is not None and within(row[column] / 100, limits)


def within(value: float, limits: Mapping[str, float | None]) -> bool:
    start, end = limits.get("rangeStart"), limits.get("rangeEnd")
    return (start is None or value >= start) and (end is None or value <= end)


def applicants(db: sqlite3.Connection, job: Job, now_ms: int) -> int:
    sent = db.execute("SELECT count(*) FROM proposal WHERE job_id = ?", (job.id,)).fetchone()[0]
    return postings.applicants(job, now_ms, sent)


CHECKS: Final[dict[str, Callable[[Any], Check]]] = {
    "searchExpression_eq": lambda text: _text(compile_expression(text)),
    "searchTerm_eq": lambda terms: _text(_terms(terms)),
    "titleExpression_eq": lambda text: _text(compile_expression(text, "title_words")),
    "skillExpression_eq": _any_skill,
    "clientHiresRange_eq": lambda limits: lambda row: within(row["client_hires"], limits),
    "occupationIds_any": lambda numbers: lambda row: number_of(row["occupation"]) in numbers,
    "ontologySkillIds_all": _all_skills,
}
HONEST_CHECKS: Final[dict[str, Callable[[Any], Check]]] = {
    "budgetRange_eq": lambda limits: _cents_within("fixed_cents", limits),
    "hourlyRate_eq": lambda limits: _cents_within("hourly_max_cents", limits),
    "workload_eq": lambda workload: lambda row: row["engagement"] == WORKLOADS.get(workload),
}
