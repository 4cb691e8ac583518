"""What this room holds of a person, for the registry of accounts."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from apps.accounts import privacy
from apps.proposals.models import Approval, Proposal, StatusChange, Version


def register() -> None:
    privacy.register(
        "proposals",
        label=_("Letters, approvals and outcomes"),
        purpose=_("Your record, and your numbers"),
        kept=privacy.during_account(),
        shared_with=_("Upwork and the client, once you have approved"),
        models=[model._meta.label for model in (Proposal, Version, Approval, StatusChange)],
        export=_export,
        erase=_erase,
    )


def _export(owner_id: int) -> Iterable[privacy.Table]:
    yield privacy.table_of(
        Proposal.objects.filter(owner_id=owner_id),
        omit=("check_at", "tries", "send_after"),
        shown={
            "title": _("Job"), "status": _("Status"), "bid_amount": _("Bid"), "currency": _("Currency"),
            "sent_at": _("Sent"),
        },
    )  # fmt: skip
    yield privacy.table_of(
        Version.objects.filter(owner_id=owner_id),
        omit=("tab",),
        shown={"created_at": _("When"), "number": _("Version"), "text": _("Letter")},
    )
    yield privacy.table_of(
        Approval.objects.filter(owner_id=owner_id),
        shown={"approved_at": _("When"), "bid_amount": _("Bid"), "currency": _("Currency")},
    )
    yield privacy.table_of(
        StatusChange.objects.filter(owner_id=owner_id),
        shown={"at": _("When"), "from_status": _("From"), "to_status": _("To"), "note": _("Note")},
    )


def _erase(owner_id: int) -> None:
    """Versions, approvals and steps go with their proposals. What stands on Upwork is not touched."""
    Proposal.objects.filter(owner_id=owner_id).delete()
