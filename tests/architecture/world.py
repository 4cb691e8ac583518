"""The owner's world for the walks: one object behind every parameter of every address, full of the owner's words."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import ContentFile

from apps.accounts.models import User
from apps.accounts.privacy.enums import ExportState
from apps.core.enums import Event
from apps.core.tenancy import owner_scope
from apps.jobs.models import Match
from apps.notifications.enums import Channel
from apps.notifications.models import Delivery
from apps.notifications.services import notify
from apps.proposals.enums import Status, VersionSource
from apps.proposals.models import Proposal, Version
from apps.proposals.selectors.letters import message_about
from tests.accounts.factories import (
    ExportFactory,
    PortfolioItemFactory,
    ProfileFactory,
    SecretKeyFactory,
    UserFactory,
    make_session,
)
from tests.jobs.factories import JobFactory, MatchFactory, SearchFactory

MARK = "Zanzibarquartz"  # stands in every text of the owner; a stranger must never read it


@dataclass(frozen=True, slots=True)
class World:
    owner: User
    arguments: dict[str, object]

    def arguments_for(self, converters: list[str]) -> dict[str, object]:
        return {name: self.arguments[name] for name in converters}


def build_world() -> World:
    owner = UserFactory(email=f"{MARK.lower()}@example.com")
    ProfileFactory(owner=owner, first_name=MARK, title=f"{MARK} developer")
    picture = ContentFile(MARK.encode(), name="shop.jpg")
    item = PortfolioItemFactory(owner=owner, title=f"{MARK} shop", outcome=f"{MARK} doubled", picture=picture)
    search = SearchFactory(owner=owner, name=f"{MARK} search")
    job = JobFactory(title=f"{MARK} wanted", description=f"We need {MARK} at once.")
    match = MatchFactory(owner=owner, job=job)
    proposal = _make_proposal(owner, match)
    notice = _make_notice(owner, proposal)
    return World(
        owner,
        {
            "item_id": item.public_id,
            "search_id": search.public_id,
            "job_id": job.public_id,
            "proposal_id": proposal.public_id,
            "export_id": ExportFactory(owner=owner, state=ExportState.READY).public_id,
            "number": 1,
            "notice_id": notice.public_id,
            "key_id": SecretKeyFactory(owner=owner, label=f"{MARK} key").public_id,
            "session_id": make_session(owner).id,
        },
    )


def _make_proposal(owner: User, match: Match) -> Proposal:
    with owner_scope(owner.pk):
        proposal = Proposal.objects.create(
            owner=owner, job=match.job, kind=match.job.kind, bid_amount=Decimal(60), title=f"{MARK} wanted"
        )
        version = Version.objects.create(
            owner=owner,
            proposal=proposal,
            number=1,
            text=f"Dear client, {MARK} is what I do.",
            source=VersionSource.PERSON,
            author=owner,
        )
        Proposal.objects.filter(pk=proposal.pk).update(current_version=version)
    return proposal


def _make_notice(owner: User, proposal: Proposal) -> Delivery:
    with owner_scope(owner.pk):
        message = message_about(proposal, Status.VIEWED.label)
        notify(owner_id=owner.pk, event=Event.PROPOSAL_STATUS, key="walk", **message)
        return Delivery.objects.get(channel=Channel.INPAGE)
