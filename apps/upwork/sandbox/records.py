"""The rows of the sandbox as frozen records, and the forms of its identifiers."""

from dataclasses import dataclass
from typing import Any, Final

SNOWFLAKE_EPOCH_MS: Final = 1288834974657


def snowflake(at_ms: int, number: int) -> int:
    """An id that carries its moment of creation, as the marketplace's own do."""
    return (at_ms - SNOWFLAKE_EPOCH_MS << 22) | (number & 0x3FFFFF)


def ciphertext(job_id: int) -> str:
    return f"~02{job_id}"


@dataclass(frozen=True, slots=True)
class Client:
    """A company that posts jobs, with the facts a stranger may see and two it keeps to itself."""

    id: int
    name: str
    contact: str
    business: str
    voice: str
    country: str
    city: str
    timezone: str
    utc_offset: int
    posted: int
    hires: int
    reviews: int
    rating: float
    spent_cents: int
    verified: bool
    hire_rate: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A posting before it has a client, a number and a time."""

    specialty: str
    category_id: str
    subcategory_id: str
    occupation: str
    title: str
    description: str
    skills: tuple[str, ...]
    kind: str = "HOURLY"
    hourly_min_cents: int | None = None
    hourly_max_cents: int | None = None
    fixed_cents: int | None = None
    level: str = "INTERMEDIATE"
    duration: str | None = None
    engagement: str | None = None
    hires_wanted: int = 1
    questions: tuple[str, ...] = ()
    trap: str = ""
    letter_required: bool = True
    countries: tuple[str, ...] = ()
    popularity: float = 20.0
    scam: str = ""
    repost_of: int | None = None

    def facts(self) -> dict[str, Any]:
        """The fields of the draft alone, also of a job."""
        return {name: getattr(self, name) for name in Draft.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Job(Draft):
    """A posting in the market."""

    id: int = 0
    client_id: int = 0
    created_ms: int = 0
    published_ms: int = 0
    renewed_ms: int | None = None
    closed_ms: int | None = None
    close_result: str | None = None

    @property
    def ciphertext(self) -> str:
        return ciphertext(self.id)


@dataclass(frozen=True, slots=True)
class Freelancer:
    """Somebody one can connect as."""

    id: int
    nid: str
    name: str
    title: str
    overview: str
    skills: tuple[str, ...]
    rate_cents: int
    country: str
    city: str
    success_score: float | None
    badge: str | None
    jobs: int
    earned_cents: int
    organization_id: int
    agency_id: int | None
    agency_name: str | None
    connects: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A letter sent to a job, and what became of it."""

    id: int
    job_id: int
    freelancer_id: int
    letter: str
    answers: tuple[tuple[str, str], ...]
    charged_cents: int
    connects: int
    status: str
    reason: str
    viewed: bool
    quality: float
    source: str
    created_ms: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An application of the API center; no redirect addresses means that any is accepted."""

    client_id: str
    client_secret: str
    name: str = "Bidwright (sandbox)"
    redirect_uris: tuple[str, ...] = ()
    profile: str = "full"
