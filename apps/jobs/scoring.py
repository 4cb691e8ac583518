"""How well a job suits a person: five parts, each between 0 and 1, weighed by the person's own weights.

Deterministic and vectorised over a batch. What is not known counts as the middle, and the reason says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from apps.jobs import text
from apps.jobs.enums import Kind

Floats = npt.NDArray[np.float64]
UNKNOWN: Final = 0.5
HOURS_WORTH_IT: Final = 20  # a fixed budget that buys this many hours at the person's rate is a full fit
CROWDED: Final = 50  # Upwork itself counts no further
HALF_LIFE_HOURS: Final = 6.0
FULL_SPENT: Final = 5.0  # powers of ten: $100,000
MENTIONS_ENOUGH: Final = 3


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts; only their proportions matter."""

    skills: int = 40
    rate: int = 20
    client: int = 20
    competition: int = 10
    freshness: int = 10

    def shares(self) -> dict[str, float]:
        """Points out of 100 that each part can bring."""
        given: dict[str, int] = asdict(self)
        total = sum(given.values()) or 1
        return {key: weight * 100 / total for key, weight in given.items()}


PARTS: Final = tuple(field.name for field in fields(Weights))


@dataclass(frozen=True, slots=True)
class Person:
    """What the score knows of the freelancer."""

    skills: frozenset[text.Term] = frozenset()
    rate: Decimal | None = None
    weights: Weights = Weights()

    @property
    def tokens(self) -> frozenset[str]:
        return frozenset(term[0] for term in self.skills if len(term) == 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the score knows of the job."""

    where: text.Positions
    skills: Sequence[str]
    kind: str
    posted_at: datetime
    hourly_min: Decimal | None = None
    hourly_max: Decimal | None = None
    fixed_budget: Decimal | None = None
    currency: str = "USD"
    applicants: int | None = None
    verified: bool = False
    hires: int = 0
    posted: int = 0
    reviews: int = 0
    rating: float | None = None
    spent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Score:
    value: int
    parts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Fit:
    """One part for the whole batch: how well it fits, and the reason for each with the values to fill in."""

    fits: Floats
    reasons: list[tuple[str, dict[str, Any]]]


Pair = tuple[Person, Subject]


def score(pairs: Sequence[Pair], *, now: datetime) -> list[Score]:
    """Score a batch of (person, job); the order stays."""
    if not pairs:
        return []
    measured = {
        "skills": _skills(pairs),
        "rate": _rate(pairs),
        "client": _client(pairs),
        "competition": _competition(pairs),
        "freshness": _freshness(pairs, now=now),
    }
    shares = np.array([list(person.weights.shares().values()) for person, _subject in pairs])
    fits = np.round(np.column_stack([measured[key].fits for key in PARTS]), 2)
    # rounded before they are summed, so that the points shown add up to the score shown
    points = np.round(shares * fits, 1)
    return [
        Score(
            value=round(float(points[row].sum())),
            parts=[
                {
                    "key": key,
                    "weight": round(float(shares[row, column]), 1),
                    "fit": float(fits[row, column]),
                    "points": float(points[row, column]),
                    "reason": measured[key].reasons[row][0],
                    "values": measured[key].reasons[row][1],
                }
                for column, key in enumerate(PARTS)
            ],
        )
        for row in range(len(pairs))
    ]


def weigh_again(parts: Iterable[Mapping[str, Any]], weights: Weights) -> Score:
    """The same fits under other weights; works for jobs whose content is long gone."""
    shares = weights.shares()
    again = [
        {
            **part,
            "weight": round(shares[part["key"]], 1),
            "points": round(shares[part["key"]] * part["fit"], 1),
        }
        for part in parts
    ]
    return Score(value=round(sum(part["points"] for part in again)), parts=again)


def skills_of(person: Person, asked: Iterable[str]) -> tuple[list[str], list[str]]:
    """The asked skills the person has, and those that are missing."""
    have: list[str] = []
    missing: list[str] = []
    for name in asked:
        term = text.term(name)
        has = term in person.skills or (bool(term) and person.tokens.issuperset(term))
        (have if has else missing).append(name)
    return have, missing


def _skills(pairs: Sequence[Pair]) -> Fit:
    fits, reasons = np.empty(len(pairs)), []
    for row, (person, subject) in enumerate(pairs):
        if subject.skills:
            have, missing = skills_of(person, subject.skills)
            fits[row] = len(have) / len(subject.skills)
            reasons.append(("skills", {"have": len(have), "asked": len(subject.skills), "missing": len(missing)}))
        else:
            mentioned = sum(text.contains(subject.where, term) for term in person.skills)
            fits[row] = min(1.0, mentioned / MENTIONS_ENOUGH)
            reasons.append(("skills_in_text", {"mentioned": mentioned}))
    return Fit(fits, reasons)


def _rate(pairs: Sequence[Pair]) -> Fit:
    own = _column(person.rate for person, _subject in pairs)
    hourly = np.array([subject.kind == Kind.HOURLY for _person, subject in pairs])
    most = _column(subject.hourly_max or subject.hourly_min for _person, subject in pairs)
    budget = _column(subject.fixed_budget for _person, subject in pairs)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_hour = np.clip(most / own * 2 - 1, 0, 1)
        hours = budget / own
        by_budget = np.clip(hours / HOURS_WORTH_IT, 0, 1)
    fits = np.where(hourly, by_hour, by_budget)
    known = ~np.isnan(fits)
    reasons = [
        _rate_reason(person, subject, hours=float(hours[row]) if known[row] else None)
        for row, (person, subject) in enumerate(pairs)
    ]
    return Fit(np.where(known, fits, UNKNOWN), reasons)


def _rate_reason(person: Person, subject: Subject, *, hours: float | None) -> tuple[str, dict[str, Any]]:
    offered = subject.hourly_max or subject.hourly_min if subject.kind == Kind.HOURLY else subject.fixed_budget
    if offered is None:
        return "rate_not_said", {}
    if person.rate is None:
        return "rate_of_yours_missing", {}
    values = {"rate": str(person.rate), "currency": subject.currency}
    if subject.kind == Kind.FIXED:
        return "rate_buys_hours", {**values, "hours": round(hours or 0)}
    if person.rate > offered:
        return "rate_above", {**values, "offered": str(offered)}
    if subject.hourly_min is not None and person.rate < subject.hourly_min:
        return "rate_below", {**values, "offered": str(subject.hourly_min)}
    return "rate_inside", values


def _client(pairs: Sequence[Pair]) -> Fit:
    """Verified 30, hire rate 30, feedback 20, spent 20; small numbers are pulled towards the middle."""
    subjects = [subject for _person, subject in pairs]
    facts = np.array([_client_numbers(subject) for subject in subjects])
    verified, hires, posted, reviews, rating, spent = facts.T
    # As if every client had hired on 2 of 4 more posts, and three more reviews had given 4 stars
    hire_rate = (hires + 2) / (posted + 4)
    feedback = np.clip((reviews * rating + 3 * 4.0) / (reviews + 3) - 3, 0, 2) / 2
    wealth = np.clip(np.log10(1 + spent) / FULL_SPENT, 0, 1)
    fits = 0.3 * verified + 0.3 * hire_rate + 0.2 * feedback + 0.2 * wealth
    return Fit(fits, [_client_reason(subject) for subject in subjects])


def _client_numbers(subject: Subject) -> tuple[float, ...]:
    """Hires are counted up to the posts: one post can hire several people."""
    reviews = subject.reviews if subject.rating else 0
    hires = min(subject.hires, subject.posted)
    return float(subject.verified), hires, subject.posted, reviews, subject.rating or 0.0, float(subject.spent or 0)


def _client_reason(subject: Subject) -> tuple[str, dict[str, Any]]:
    if not subject.posted:
        return "client_new", {"verified": subject.verified}
    values = {"hires": subject.hires, "posted": subject.posted, "verified": subject.verified}
    if subject.rating and subject.reviews:
        return "client_rated", {**values, "rating": round(subject.rating, 1), "reviews": subject.reviews}
    return "client_unrated", values


def _competition(pairs: Sequence[Pair]) -> Fit:
    applicants = _column(subject.applicants for _person, subject in pairs)
    fits = 1 - np.clip(applicants / CROWDED, 0, 1)
    return Fit(
        np.where(np.isnan(applicants), UNKNOWN, fits),
        [
            ("competition_unknown", {})
            if subject.applicants is None
            else ("competition", {"applicants": subject.applicants})
            for _person, subject in pairs
        ],
    )


def _freshness(pairs: Sequence[Pair], *, now: datetime) -> Fit:
    minutes = np.array([max(0.0, (now - subject.posted_at).total_seconds() / 60) for _person, subject in pairs])
    return Fit(0.5 ** (minutes / 60 / HALF_LIFE_HOURS), [("freshness", {"minutes": int(minute)}) for minute in minutes])


def _column(values: Iterable[Decimal | int | None]) -> Floats:
    return np.array([np.nan if value is None else float(value) for value in values])
