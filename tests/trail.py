"""The audit trail as tests read it."""

from apps.accounts.models import AuditEntry
from apps.core.tenancy import owner_scope


def trail(user):
    """(what, before, after) of each entry about the person, in order."""
    return [(entry.action, *_values(entry)) for entry in entries(user)]


def entries(user):
    with owner_scope(user.pk):
        return list(AuditEntry.objects.select_related("detail").order_by("pk"))


def _values(entry):
    detail = getattr(entry, "detail", None)
    return (detail.before, detail.after) if detail else (None, None)
