"""What a saved search asks for, and why a job passes it or does not. Pure: no database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from apps.core import countries
from apps.jobs import text
from apps.jobs.enums import Kind

if TYPE_CHECKING:
    from apps.jobs.models import SavedSearch


class Refusal(StrEnum):
    """Why a job did not pass; `apps.jobs.wording` has the sentences."""

    MISSING = "missing"
    NONE_OF = "none_of"
    NO_SKILL = "no_skill"
    EXCLUDED = "excluded"
    KIND = "kind"
    PAYS_LESS = "pays_less"
    EXPERIENCE = "experience"
    NOT_VERIFIED = "not_verified"
    SPENT_LESS = "spent_less"
    RATED_LOWER = "rated_lower"
    TOO_MANY = "too_many"
    COUNTRY = "country"


class Wanted(NamedTuple):
    """A word or phrase of a search: as it is compared, and as the person typed it."""

    tokens: text.Term
    said: str


def wanted(words: Iterable[str]) -> tuple[Wanted, ...]:
    return tuple(Wanted(tokens, word) for word in words if (tokens := text.term(word)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusals` holds each condition that failed with what it was about; none means the job passes."""

    refusals: tuple[tuple[Refusal, str], ...] = ()

    @property
    def passes(self) -> bool:
        return not self.refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A job as matching sees it."""

    job_id: int
    where: text.Positions
    kind: str
    hourly_max: Decimal | None = None
    fixed_budget: Decimal | None = None
    experience: str = ""
    verified: bool = False
    spent: Decimal | None = None
    rating: float | None = None
    applicants: int | None = None
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """A saved search, taken apart; `any_of` and `skills` need one hit each where they are not empty."""

    search_id: int
    owner_id: int
    required: tuple[Wanted, ...] = ()
    any_of: tuple[Wanted, ...] = ()
    skills: tuple[Wanted, ...] = ()
    excluded: tuple[Wanted, ...] = ()
    kind: str = ""
    hourly_least: Decimal | None = None
    fixed_least: Decimal | None = None
    experience: str = ""
    verified_only: bool = False
    spent_least: Decimal | None = None
    rating_least: float | None = None
    applicants_most: int | None = None
    countries_out: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, search: "SavedSearch") -> "Criteria":
        return cls(
            search_id=search.pk or 0,
            owner_id=search.owner_id,
            required=wanted([*search.all_words, *search.phrases]),
            any_of=wanted(search.any_words),
            skills=wanted(search.skills),
            excluded=wanted(search.exclude_words),
            kind=search.kind,
            hourly_least=search.hourly_least,
            fixed_least=search.fixed_least,
            experience=search.experience,
            verified_only=search.verified_only,
            spent_least=search.client_spent_least,
            rating_least=search.client_rating_least,
            applicants_most=search.applicants_most,
            countries_out=frozenset(map(countries.key, search.exclude_countries)),
        )


def judge(criteria: Criteria, facts: Facts) -> Verdict:
    """All that speaks against the job, for the person to read."""
    return Verdict((*refused_by_numbers(criteria, facts), *refused_by_words(criteria, facts)))


def passes(criteria: Criteria, facts: Facts) -> bool:
    """The same as `judge(...).passes`, cheap conditions first and no further than needed."""
    return not refused_by_numbers(criteria, facts) and not refused_by_words(criteria, facts)


def refused_by_numbers(criteria: Criteria, facts: Facts) -> list[tuple[Refusal, str]]:
    """Strict about the client, lenient where a posting leaves a price or a count open."""
    conditions = (*_about_the_job(criteria, facts), *_about_the_client(criteria, facts))
    return [(refusal, value) for is_refused, refusal, value in conditions if is_refused]


Condition = tuple[bool, Refusal, str]


def _about_the_job(criteria: Criteria, facts: Facts) -> tuple[Condition, ...]:
    return (
        (criteria.kind not in {"", facts.kind}, Refusal.KIND, facts.kind),
        (_pays_less(criteria, facts), Refusal.PAYS_LESS, ""),
        (
            bool(facts.experience) and criteria.experience not in {"", facts.experience},
            Refusal.EXPERIENCE,
            facts.experience,
        ),
        (_exceeds(facts.applicants, criteria.applicants_most), Refusal.TOO_MANY, str(facts.applicants)),
    )


def _about_the_client(criteria: Criteria, facts: Facts) -> tuple[Condition, ...]:
    # A client of whom nothing is known has spent nothing and is rated by nobody
    spent, rating = facts.spent or 0, facts.rating or 0
    return (
        (criteria.verified_only and not facts.verified, Refusal.NOT_VERIFIED, ""),
        (_exceeds(criteria.spent_least, spent), Refusal.SPENT_LESS, str(spent)),
        (_exceeds(criteria.rating_least, rating), Refusal.RATED_LOWER, str(rating)),
        (_is_from(facts.country, criteria.countries_out), Refusal.COUNTRY, facts.country),
    )


def _is_from(country: str, keys: frozenset[str]) -> bool:
    """The marketplace may write a code or another spelling than the person did."""
    return bool(keys) and countries.key(country) in keys


def _exceeds(number: Decimal | float | None, limit: Decimal | float | None) -> bool:
    return number is not None and limit is not None and number > limit


def _pays_less(criteria: Criteria, facts: Facts) -> bool:
    if facts.kind == Kind.HOURLY:
        return _exceeds(criteria.hourly_least, facts.hourly_max)
    return _exceeds(criteria.fixed_least, facts.fixed_budget)


def refused_by_words(criteria: Criteria, facts: Facts) -> list[tuple[Refusal, str]]:
    where = facts.where
    missing = [(Refusal.MISSING, word.said) for word in criteria.required if not text.contains(where, word.tokens)]
    excluded = [(Refusal.EXCLUDED, word.said) for word in criteria.excluded if text.contains(where, word.tokens)]
    groups: tuple[tuple[Refusal, Sequence[Wanted]], ...] = (
        (Refusal.NONE_OF, criteria.any_of),
        (Refusal.NO_SKILL, criteria.skills),
    )
    empty = [
        (refusal, ", ".join(word.said for word in group))
        for refusal, group in groups
        if group and not any(text.contains(where, word.tokens) for word in group)
    ]
    return [*missing, *excluded, *empty]
