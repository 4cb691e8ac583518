"""A season of work: sixty proposals of the last ninety days, with outcomes at rates that are believable.

The rates follow what freelancers report: about half of the letters are viewed, one in five is answered,
one in fifteen ends in a contract, and a better match does better.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.selectors import profile_of
from apps.ai.sandbox.writer.compose import lay_out, write_letter
from apps.jobs.models import Job, Match, Sighting
from apps.jobs.services import ingest, match
from apps.ops.demo.market import posting_of
from apps.proposals.enums import ChangeSource, SendState, SentVia, Status, VersionSource
from apps.proposals.facts import copy_of_job, first_bid, letter_facts
from apps.proposals.models import Approval, Proposal, StatusChange, Version
from apps.proposals.rules import letter_hash
from apps.upwork.sandbox.market import Market
from apps.upwork.sandbox.market.history import Outcome, Sent
from apps.upwork.sandbox.records import Proposal as RemoteProposal

PROPOSALS: Final = 60
DAYS: Final = 90
SPECIALTIES: Final = ("python-backend", "scraping", "python-backend")

# Outcome, its share, and the steps a proposal has taken by then with the hours each took.
Steps = tuple[tuple[Status, int], ...]
WAYS: Final[tuple[tuple[Outcome, float, Steps], ...]] = (
    ("sent", 0.42, ()),
    ("viewed", 0.24, ((Status.VIEWED, 9),)),
    ("declined", 0.10, ((Status.VIEWED, 7), (Status.LOST, 60))),
    ("replied", 0.08, ((Status.VIEWED, 3), (Status.REPLIED, 8))),
    ("interviewed", 0.06, ((Status.VIEWED, 2), (Status.REPLIED, 5), (Status.INTERVIEW, 30))),
    ("hired", 0.07, ((Status.VIEWED, 2), (Status.REPLIED, 4), (Status.INTERVIEW, 26), (Status.HIRED, 70))),
    ("withdrawn", 0.03, ((Status.WITHDRAWN, 24),)),
)
STALE: Final = timedelta(days=30)  # Upwork closes a posting that nobody looks at for so long


@dataclass(frozen=True, slots=True)
class Past:
    """One proposal of the past, before it is written."""

    sent_at: datetime
    outcome: Outcome
    steps: Steps


def plan_season(seed: int, now: datetime) -> list[Past]:
    """Sixty proposals, more of them lately; equal for equal seeds."""
    rng = random.Random(seed)  # noqa: S311 an invented past, no secret
    outcomes = [way[0] for way in WAYS]
    shares = [way[1] for way in WAYS]
    steps = {outcome: way for outcome, _share, way in WAYS}
    ages = sorted((DAYS * rng.random() ** 1.3 + 0.5 for _number in range(PROPOSALS)), reverse=True)
    drawn = rng.choices(outcomes, shares, k=PROPOSALS)
    return [Past(now - timedelta(days=age), outcome, steps[outcome]) for age, outcome in zip(ages, drawn, strict=True)]


def make_season(*, user: User, market: Market, seed: int) -> None:
    """Register the proposals with the sandbox and write them here, as if both had been there all along."""
    past = plan_season(seed, timezone.now())
    remote = market.import_history([_sent(item, number) for number, item in enumerate(past)])
    _ingest(user, market, remote)
    stored = {job.upwork_id: job for job in Job.objects.filter(upwork_id__in=[str(sent.job_id) for sent in remote])}
    for item, sent in zip(past, remote, strict=True):
        _write(user, stored[str(sent.job_id)], item, sent)


def _sent(item: Past, number: int) -> Sent:
    milliseconds = int(item.sent_at.timestamp() * 1000)
    return Sent(
        letter="(kept by the sender)",
        cents=6200,
        sent_ms=milliseconds,
        outcome=item.outcome,
        job={"published_ms": milliseconds - (5 + number % 40) * 60_000},
        specialty=SPECIALTIES[number % len(SPECIALTIES)],
    )


def _ingest(user: User, market: Market, remote: list[RemoteProposal]) -> None:
    """The postings of the past, seen a little after they were posted."""
    postings = []
    for sent in remote:
        job = market.job(sent.job_id)
        if job is not None:
            postings.append(posting_of(job, market.client(job.client_id), applicants=sent.id % 18 + 2))
    ingest.ingest(owner_id=user.pk, postings=postings, source="sandbox")
    match.match(job_ids=list(Sighting.objects.filter(matched_at=None).values_list("job_id", flat=True)))


def _write(user: User, job: Job, item: Past, sent: RemoteProposal) -> None:
    found = Match.objects.filter(job=job).first()
    facts = letter_facts(owner_id=user.pk, job=job, past_letters=(), variant=0)
    text = write_letter(lay_out(facts.shareable()))
    bid = first_bid(job, profile_of(user.pk)) or Decimal(62)
    proposal = Proposal.objects.create(
        owner=user, job=job, score=found.score if found else None, status=Status.DRAFT, kind=job.kind, bid_amount=bid,
        title=job.title, job_facts=copy_of_job(job),
    )  # fmt: skip
    version = Version.objects.create(
        owner=user, proposal=proposal, number=1, text=text, source=VersionSource.PERSON, author=user, is_sandbox=True
    )
    Approval.objects.create(
        owner=user, proposal=proposal, version=version,
        text_hash=letter_hash(text=text, answers=[], bid=bid, currency="USD"),
        bid_amount=bid, currency="USD", approved_by=user, approved_at=item.sent_at,
    )  # fmt: skip
    changes = list(_changes(user, proposal, item))
    StatusChange.objects.bulk_create(changes)
    reached = {change.to_status: change.at for change in changes}
    answered = [at for status, at in reached.items() if status in {Status.REPLIED, Status.INTERVIEW, Status.HIRED}]
    last = changes[-1]
    Proposal.objects.filter(pk=proposal.pk).update(
        status=last.to_status, moved_at=last.at, current_version=version, approved_version=version,
        send_state=SendState.SENT, send_after=item.sent_at, sent_at=item.sent_at, sent_via=SentVia.API,
        remote_id=str(sent.id), viewed_at=reached.get(Status.VIEWED), replied_at=min(answered, default=None),
        closed_at=last.at if last.to_status in {Status.LOST, Status.WITHDRAWN} else None, created_at=item.sent_at,
    )  # fmt: skip
    Match.objects.filter(job=job).update(opened_at=item.sent_at, created_at=item.sent_at)


def _changes(user: User, proposal: Proposal, item: Past) -> Iterator[StatusChange]:
    now, at, status = timezone.now(), item.sent_at, Status.DRAFT
    way: list[tuple[Status, datetime, User | None]] = [(Status.APPROVED, at, user), (Status.SENT, at, None)]
    for step, hours in item.steps:
        at = item.sent_at + timedelta(hours=hours)
        if at < now:
            way.append((step, at, None))
    if way[-1][0] in {Status.SENT, Status.VIEWED} and now - item.sent_at > STALE:
        way.append((Status.LOST, item.sent_at + STALE, None))
    for to, moment_of, actor in way:
        source = ChangeSource.PERSON if actor else (ChangeSource.SENDING if to == Status.SENT else ChangeSource.SYNC)
        yield StatusChange(
            owner=user, proposal=proposal, from_status=status, to_status=to, source=source, actor=actor, at=moment_of
        )
        status = to
