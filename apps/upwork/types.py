"""What the Upwork client hands to other rooms: plain facts, checked on arrival."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Kind = Literal["hourly", "fixed"]


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """A client as the search shows it; `rating` runs from 0 to 5, `None` where nobody has rated."""

    rid: str
    country: str
    city: str
    total_hires: int
    total_posted: int
    total_reviews: int
    rating: float | None
    total_spent: Decimal | None
    payment_verified: bool


@dataclass(frozen=True, slots=True)
class JobPosting:
    """A posting; prices in `currency`, times aware, `upwork_id` the numeric id of the API."""

    upwork_id: str
    ciphertext: str
    title: str
    description: str
    skills: tuple[str, ...]
    category: str
    subcategory: str
    kind: Kind
    hourly_min: Decimal | None
    hourly_max: Decimal | None
    fixed_budget: Decimal | None
    currency: str
    experience: str
    duration: str
    workload: str
    posted_at: datetime
    renewed_at: datetime | None
    applicants: int | None
    freelancers_to_hire: int
    questions: tuple[str, ...]
    cover_letter_required: bool
    preferred_countries: tuple[str, ...]
    applied: bool
    client: ClientFacts


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page; `skipped` counts postings that came in a form we cannot use."""

    postings: tuple[JobPosting, ...]
    next_cursor: str | None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a saved search asks of the API; everything else is checked here, on the postings."""

    expression: str = ""
    category_ids: tuple[str, ...] = ()
    kind: Kind | None = None
    experience: str = ""
    verified_only: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who granted the token. Sending a proposal needs all three ids."""

    user_id: str
    nid: str
    name: str
    organization_id: str


@dataclass(frozen=True, slots=True)
class RemoteProposal:
    """A proposal as Upwork has it; `status` is Upwork's own word in upper case."""

    remote_id: str
    job_upwork_id: str
    status: str
    reason: str
    viewed: bool
    cover_letter: str
    rate: Decimal | None
    created_at: datetime
    modified_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalSubmission:
    """One letter for one job; `amount` is the hourly rate or the whole bid."""

    job_upwork_id: str
    cover_letter: str
    amount: Decimal
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    remote_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Upwork said no: nothing was sent, nothing was spent, and the same again would be refused again."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """The key may not send at all: nothing was sent, and the person can still do it by hand."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Upwork certainly has not acted on it, for a passing cause: it may be sent after `retry_after` seconds."""

    reason: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """The answer was lost on the way: it may have been sent. Only reading back can tell."""

    reason: str


SubmissionResult = Submitted | Refused | NotAllowed | NotSent | Unclear
