"""Proposals in every state that the database allows, made with the rows that stand around them."""

from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone

from apps.ai.models import Generation
from apps.core.tenancy import owner_scope
from apps.proposals.enums import SendState, SentVia, Status, VersionSource
from apps.proposals.models import Proposal, StatusChange, Version
from tests.accounts.factories import OwnedFactory, UserFactory
from tests.jobs.factories import JobFactory, MatchFactory

LETTER = (
    "Hi, a checkout that slows down above forty orders a minute usually waits on locks.\n\nShall we trace it together?"
)


class GenerationFactory(OwnedFactory):
    """A letter that waits for its writer."""

    class Meta:
        model = Generation

    owner = factory.SubFactory(UserFactory)
    fingerprint = factory.Sequence(lambda number: f"{number:064x}")


class VersionFactory(OwnedFactory):
    """A text that the owner wrote."""

    class Meta:
        model = Version

    number = 1
    text = LETTER
    source = VersionSource.PERSON
    author = factory.SelfAttribute("owner")


class ProposalFactory(OwnedFactory):
    """A proposal with a letter and a match; `text=None` for one without a letter."""

    class Meta:
        model = Proposal

    owner = factory.SubFactory(UserFactory)
    job = factory.SubFactory(JobFactory, source="sandbox")
    kind = "hourly"
    bid_amount = Decimal("62.00")
    score = 90

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **values: Any) -> Proposal:
        text, answers = values.pop("text", LETTER), values.pop("answers", [])
        status = values.get("status", Status.DRAFT)
        if status not in {Status.DRAFT, Status.APPROVED}:
            values = {"sent_at": timezone.now(), "sent_via": SentVia.API, "send_state": SendState.SENT} | values
        if status == Status.APPROVED:
            values.setdefault("status", Status.DRAFT)
        state = {"status": values.pop("status", Status.DRAFT), **_sending(values)}
        proposal: Proposal = super()._create(model_class, *args, **values)
        MatchFactory(owner=proposal.owner, job=proposal.job)
        if text is not None:
            version = VersionFactory(owner=proposal.owner, proposal=proposal, text=text, answers=answers)
            state["current_version"] = version
            if state["status"] != Status.DRAFT:
                state["approved_version"] = version
        with owner_scope(proposal.owner_id):
            Proposal.objects.filter(pk=proposal.pk).update(**state)
            return Proposal.objects.select_related("job", "current_version", "approved_version").get(pk=proposal.pk)


def _sending(values: dict[str, Any]) -> dict[str, Any]:
    names = ("send_state", "send_after", "claimed_until", "check_at", "sent_at", "sent_via", "tries")
    return {name: values.pop(name) for name in names if name in values}


class StatusChangeFactory(OwnedFactory):
    class Meta:
        model = StatusChange

    from_status = Status.SENT
    to_status = Status.VIEWED
    source = "sync"
