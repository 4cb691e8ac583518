"""Everything that the page of one proposal shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any, Final
from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts.models import Profile, Settings
from apps.ai.models import Generation, LedgerEntry
from apps.ai.selectors import Trouble, trouble_of
from apps.proposals import facts
from apps.proposals.enums import SendState, Status
from apps.proposals.models import Proposal, StatusChange, Version
from apps.proposals.rules import Answer, moves_by_hand
from apps.proposals.selectors.letters import (
    Blocker,
    Fee,
    Way,
    answers_of,
    fee_for,
    is_being_written,
    is_content_gone,
    title_of,
    way_of_sending,
    what_blocks,
)
from apps.upwork import selectors as upwork

VERSIONS_SHOWN: Final = 12
PREVIEW: Final = 230
ON_THE_MOVE: Final = frozenset({SendState.WAITING, SendState.SENDING, SendState.UNCLEAR})


@dataclass(frozen=True, slots=True)
class Editor:
    """One proposal with what stands beside its letter."""

    proposal: Proposal
    title: str
    brief: dict[str, Any]
    is_gone: bool
    shows_client: bool
    version: Version | None
    answers: Sequence[Answer]
    versions: Sequence[Version]
    changes: Sequence[StatusChange]
    generation: Generation | None
    is_being_written: bool
    is_sandbox: bool
    cost: Decimal | None
    way: Way
    blockers: Sequence[Blocker]
    fee: Fee | None
    profile: Profile
    wishes: Settings
    apply_url: str
    job_url: str
    seconds_left: int
    moves: Sequence[Status]

    @property
    def text(self) -> str:
        return self.version.text if self.version else ""

    @property
    def preview(self) -> str:
        """What the client's list shows of it."""
        return self.text.strip()[:PREVIEW]

    @property
    def word_count(self) -> int:
        return len(self.text.split())

    @property
    def cost_shown(self) -> str:
        """To a hundredth of a cent, without the zeros that say nothing."""
        return f"{(self.cost or Decimal(0)):.4f}".rstrip("0").rstrip(".")

    @property
    def approve_label(self) -> str:
        """The one button says what it does, or what stands in its way."""
        if self.blockers:
            return self.blockers[0].label
        return _("Approve and send") if self.way.is_direct else _("Approve, then send by hand")

    @property
    def is_waiting(self) -> bool:
        return self.proposal.send_state == SendState.WAITING

    @property
    def is_moving(self) -> bool:
        """Whether the page will soon be out of date without the person doing anything."""
        return self.is_being_written or self.proposal.send_state in ON_THE_MOVE

    @property
    def is_length_right(self) -> bool:
        return self.wishes.words_min <= self.word_count <= self.wishes.words_max

    @property
    def letter_trouble(self) -> Trouble | None:
        """Why there is no letter, or only a part of one."""
        return trouble_of(self.generation) if self.generation is not None and self.proposal.is_editable else None


def editor_of(public_id: UUID) -> Editor:
    """The proposal of the owner in scope with everything around it; 404 for anybody else's."""
    rows = Proposal.objects.select_related("job", "current_version", "approved_version", "generation")
    proposal: Proposal = get_object_or_404(rows, public_id=public_id)
    way = way_of_sending(proposal)
    version = (
        proposal.current_version if proposal.is_editable else proposal.approved_version or proposal.current_version
    )
    is_gone = is_content_gone(proposal)
    job = proposal.job
    return Editor(
        proposal=proposal,
        title=title_of(proposal, is_gone=is_gone),
        brief=facts.copy_of_job(job) if not is_gone else proposal.job_facts,
        is_gone=is_gone and not proposal.job_facts,
        shows_client=not is_gone,
        version=version,
        answers=answers_of(proposal, version),
        versions=list(proposal.versions.defer("answers")[:VERSIONS_SHOWN]),
        changes=list(proposal.changes.all()),
        generation=proposal.generation,
        is_being_written=is_being_written(proposal),
        is_sandbox=bool(version and version.is_sandbox),
        cost=_cost_of(proposal),
        way=way,
        blockers=what_blocks(proposal, way) if proposal.is_editable else (),
        fee=fee_for(proposal.bid_amount),
        profile=accounts.profile_of(proposal.owner_id),
        wishes=accounts.settings_of(proposal.owner_id),
        apply_url=upwork.apply_url(job.ciphertext) if job.ciphertext else "",
        job_url=upwork.job_url(job.ciphertext) if job.ciphertext else "",
        seconds_left=_seconds_left(proposal.send_after),
        moves=moves_by_hand(Status(proposal.status), was_sent=proposal.was_sent),
    )


def _cost_of(proposal: Proposal) -> Decimal | None:
    """What the AI took for all drafts of this letter; None where a price is not known, or nothing was asked."""
    drafts = Q(generation__version__proposal=proposal) | Q(generation=proposal.generation_id)
    # with the key: two calls may cost the same, and `distinct` would count them once
    costs = [cost for _pk, cost in LedgerEntry.objects.filter(drafts).values_list("pk", "cost").distinct()]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(costs) else None


def _seconds_left(send_after: datetime | None) -> int:
    if send_after is None:
        return 0
    return max(0, ceil((send_after - timezone.now()).total_seconds()))
