"""The rest of the owner's world: a row in every owned table that no page of the walk needs, so that a leak has what to leak."""

from decimal import Decimal

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from apps.accounts.models import Erasure
from apps.ai.enums import Kind, Outcome, ProviderName
from apps.ai.models import LedgerEntry
from apps.core import audit
from apps.core.enums import Event
from apps.core.tenancy import owner_scope
from apps.jobs.models import Job
from apps.notifications.enums import Channel
from apps.notifications.models import Preference
from apps.proposals.enums import ChangeSource, SendState, Status
from apps.proposals.models import Approval, Proposal
from apps.upwork.enums import ConnectionState
from apps.upwork.models import Connection
from tests.accounts.factories import ExportFactory
from tests.architecture.world import MARK, World
from tests.jobs.factories import WeightsFactory
from tests.proposals.factories import GenerationFactory, StatusChangeFactory

OWNED: list[type[Model]] = [
    model
    for model in apps.get_models()
    if model.__module__.startswith("apps.") and "owner_id" in {field.attname for field in model._meta.concrete_fields}
]


def fill_every_table(world: World) -> dict[str, object]:
    """Make what is missing; returns the internal ids that tasks take, by the name of the argument."""
    owner = world.owner
    WeightsFactory(owner=owner)
    audit.record(action=audit.Action.SETTINGS_CHANGED, owner_id=owner.pk, after={"model": MARK})
    with owner_scope(owner.pk):
        own = Job.objects.create(owner=owner, source="paste", kind="hourly", title=MARK, posted_at=timezone.now())
        Preference.objects.create(owner=owner, event=Event.MESSAGE, channel=Channel.EMAIL, is_on=False)
        connection = _make_connection(world)
        proposal = Proposal.objects.select_related("current_version").get(public_id=world.arguments["proposal_id"])
        search = owner_row("jobs.SavedSearch")
        erasure = Erasure.objects.create(owner=owner, due_at=timezone.now())
    _approve(proposal)
    generation = GenerationFactory(owner=owner, facts={"title": MARK})
    _make_ledger_entry(generation)
    return {
        "connection_id": connection.pk,
        "erasure_id": erasure.pk,
        "export_id": ExportFactory(owner=owner).pk,
        "generation_id": generation.pk,
        "job_id": own.pk,
        "proposal_id": proposal.pk,
        "search_id": search.pk,
    }


def owner_row(label: str) -> Model:
    """The only row of a table in the scope that is entered."""
    return apps.get_model(label).objects.get()


def _make_connection(world: World) -> Connection:
    now = timezone.now()
    return Connection.objects.create(
        owner=world.owner,
        state=ConnectionState.CONNECTED,
        access_token="sealed",
        expires_at=now,
        connected_at=now,
        upwork_name=MARK,
    )


def _approve(proposal: Proposal) -> None:
    """Its letter is due to be sent."""
    StatusChangeFactory(
        owner=proposal.owner, proposal=proposal, note=MARK, source=ChangeSource.SYNC, to_status=Status.VIEWED
    )
    with owner_scope(proposal.owner_id):
        Approval.objects.create(
            owner=proposal.owner,
            proposal=proposal,
            version=proposal.current_version,
            text_hash="0" * 64,
            bid_amount=Decimal(60),
            currency="USD",
            approved_by=proposal.owner,
        )
        Proposal.objects.filter(pk=proposal.pk).update(
            status=Status.APPROVED,
            approved_version=proposal.current_version,
            send_state=SendState.WAITING,
            send_after=timezone.now(),
        )


def _make_ledger_entry(generation: Model) -> None:
    with owner_scope(generation.owner_id):
        LedgerEntry.objects.create(
            owner_id=generation.owner_id,
            generation=generation,
            number=1,
            provider=ProviderName.OPENAI,
            model="gpt",
            purpose=Kind.LETTER,
            outcome=Outcome.OK,
        )
