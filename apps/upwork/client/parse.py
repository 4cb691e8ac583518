"""From the API's shapes to the dataclasses of `types.py`."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final, TypeVar

from apps.upwork.client.answers import Node
from apps.upwork.errors import BadAnswerError
from apps.upwork.types import ClientFacts, Identity, JobPosting, Kind, RemoteProposal

EXPERIENCE: Final = {"ENTRY_LEVEL": "entry", "INTERMEDIATE": "intermediate", "EXPERT": "expert"}
KINDS: Final[dict[str, Kind]] = {"HOURLY": "hourly", "FIXED": "fixed"}
# Ids go into addresses and queries: nothing but what Upwork's own are made of
ID: Final = re.compile(r"[\w~-]{1,40}", re.ASCII)
CURRENCY: Final = re.compile(r"(?:[A-Z]{3})?")
BEST_RATING: Final = 5
# What the columns for these sums can hold
BUDGET_BELOW: Final = 10**10
SPENT_BELOW: Final = 10**12

ThingT = TypeVar("ThingT")


def usable(nodes: Iterable[Node], parse: Callable[[Node], ThingT]) -> tuple[list[ThingT], int]:
    """Parse what can be parsed; the number says how many could not.

    Whatever gets through here fits its column: one odd posting must not cost a search its whole page.
    """
    things: list[ThingT] = []
    skipped = 0
    for node in nodes:
        try:
            things.append(parse(node))
        except BadAnswerError:
            skipped += 1
    return things, skipped


def posting(edge: Node) -> JobPosting:
    node = edge.child("node")
    kind = _kind(node)
    requirement = _requirement(node)
    return JobPosting(
        upwork_id=node.symbol("id", ID),
        ciphertext=node.symbol("ciphertext", ID),
        title=node.text("title"),
        description=node.text("description"),
        skills=tuple(skill.optional_text("prettyName") or skill.text("name") for skill in node.children("skills")),
        category=node.optional_text("category"),
        subcategory=node.optional_text("subcategory"),
        kind=kind,
        hourly_min=_positive(node.amount("hourlyBudgetMin")) if kind == "hourly" else None,
        hourly_max=_positive(node.amount("hourlyBudgetMax")) if kind == "hourly" else None,
        fixed_budget=_positive(node.amount("amount", below=BUDGET_BELOW)) if kind == "fixed" else None,
        currency=node.child("amount").symbol("currency", CURRENCY),
        experience=EXPERIENCE.get(node.optional_text("experienceLevel"), ""),
        duration=node.optional_text("durationLabel"),
        workload=node.optional_text("engagement"),
        posted_at=node.moment("publishedDateTime"),
        renewed_at=node.optional_moment("renewedDateTime"),
        applicants=node.optional_integer("totalApplicants"),
        freelancers_to_hire=node.integer("freelancersToHire"),
        questions=_questions(requirement),
        # where the key may not read it, a letter is never wrong
        cover_letter_required=requirement is None or requirement.value.get("coverLetterRequired") is not False,
        preferred_countries=node.texts("preferredFreelancerLocation"),
        applied=node.flag("applied"),
        client=_client(node.child("client")),
    )


def _kind(node: Node) -> Kind:
    """The contract terms say it; where a key may not read them, a budget above zero means a fixed price."""
    job = node.optional_child("job")
    terms = job.optional_child("contractTerms") if job else None
    if terms is not None:
        kind = KINDS.get(terms.text("contractType"))
        if kind is None:
            raise BadAnswerError(f"{terms.path}.contractType")
        return kind
    return "fixed" if _positive(node.amount("amount", below=BUDGET_BELOW)) else "hourly"


def _requirement(node: Node) -> Node | None:
    job = node.optional_child("job")
    selection = job.optional_child("contractorSelection") if job else None
    return selection.optional_child("proposalRequirement") if selection else None


def _questions(requirement: Node | None) -> tuple[str, ...]:
    if requirement is None:
        return ()
    asked = [
        (node.optional_integer("sequenceNumber") or 0, node) for node in requirement.children("screeningQuestions")
    ]
    texts = (node.optional_text("question") for _number, node in sorted(asked, key=lambda pair: pair[0]))
    return tuple(text for text in texts if text)


def _client(node: Node) -> ClientFacts:
    location = node.optional_child("location")
    reviews = node.integer("totalReviews")
    return ClientFacts(
        rid=node.text("companyRid"),
        country=location.optional_text("country") if location else "",
        city=location.optional_text("city") if location else "",
        total_hires=node.integer("totalHires"),
        total_posted=node.integer("totalPostedJobs"),
        total_reviews=reviews,
        # a client without reviews has a 0 there, which is no rating
        rating=_rating(node) if reviews else None,
        total_spent=node.amount("totalSpent", below=SPENT_BELOW),
        payment_verified=node.optional_text("verificationStatus") == "VERIFIED",
    )


def _rating(client: Node) -> float:
    rating = client.number("totalFeedback")
    if not 0 <= rating <= BEST_RATING:
        raise BadAnswerError(f"{client.path}.totalFeedback")
    return rating


def proposal(edge: Node) -> RemoteProposal:
    node = edge.child("node")
    status, audit = node.child("status"), node.child("auditDetails")
    reason = status.optional_child("reason")
    terms = node.optional_child("terms")
    created_at = audit.optional_epoch("createdDateTime")
    if created_at is None:
        raise BadAnswerError(f"{audit.path}.createdDateTime")
    return RemoteProposal(
        remote_id=node.text("id"),
        job_upwork_id=node.child("marketplaceJobPosting").text("id"),
        status=status.text("status").upper(),
        reason=reason.optional_text("reason") if reason else "",
        viewed=node.flag("viewedByClient"),
        cover_letter=node.optional_text("proposalCoverLetter"),
        rate=terms.amount("chargeRate") if terms else None,
        created_at=created_at,
        modified_at=audit.optional_epoch("modifiedDateTime"),
    )


def identity(data: Node) -> Identity:
    user = data.child("user")
    organization = data.optional_child("organization")
    return Identity(
        user_id=user.text("id"),
        nid=user.text("nid"),
        name=user.optional_text("name"),
        organization_id=organization.text("id") if organization else "",
    )


def _positive(figure: Decimal | None) -> Decimal | None:
    """Upwork writes zero where a price was not given."""
    return figure if figure else None
