"""What this room holds of a person, for the registry of accounts."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from apps.accounts import privacy
from apps.ai.models import Generation, LedgerEntry


def register() -> None:
    privacy.register(
        "ai",
        label=_("Drafts and what they cost"),
        purpose=_("To write letters for you, within your budget"),
        kept=privacy.during_account(),
        shared_with=_("The AI provider you chose: your facts and the job, for each letter"),
        models=(Generation._meta.label, LedgerEntry._meta.label),
        export=_export,
        erase=_erase,
    )


def _export(owner_id: int) -> Iterable[privacy.Table]:
    yield privacy.table_of(
        Generation.objects.filter(owner_id=owner_id),
        omit=("facts", "fingerprint", "attempt"),
        shown={"created_at": _("When"), "state": _("State"), "model": _("Model"), "text": _("Text")},
    )
    yield privacy.table_of(
        LedgerEntry.objects.filter(owner_id=owner_id),
        shown={"created_at": _("When"), "model": _("Model"), "outcome": _("Outcome"), "cost": _("Cost, USD")},
    )


def _erase(owner_id: int) -> None:
    LedgerEntry.objects.filter(owner_id=owner_id).delete()
    Generation.objects.filter(owner_id=owner_id).delete()
