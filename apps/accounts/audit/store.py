"""Writing the trail, and the only two ways by which something of it goes: erasure and retention."""

from contextlib import AbstractContextManager
from datetime import datetime

from django.db import connection, transaction

from apps.accounts.audit.models import AuditDetail, AuditEntry
from apps.core.audit import Entry
from apps.core.tenancy import Reason, everyone_scope, owner_scope


def write(entry: Entry) -> None:
    """Both rows stand in the scope of the person they are about, whoever is acting."""
    with _scope_of(entry.owner_id), transaction.atomic():
        line = AuditEntry(
            owner_id=entry.owner_id,
            actor_id=entry.actor_id,
            action=entry.action,
            target=entry.target,
            target_id=entry.target_id,
            request_id=entry.request_id,
        )
        line.save(force_insert=True)
        if entry.before or entry.after or entry.address or entry.user_agent:
            AuditDetail(
                entry=line,
                owner_id=entry.owner_id,
                before=entry.before or None,
                after=entry.after or None,
                address=entry.address or None,
                user_agent=entry.user_agent,
            ).save(force_insert=True)


def _scope_of(owner_id: int | None) -> AbstractContextManager[None]:
    return everyone_scope(Reason.AUDIT) if owner_id is None else owner_scope(owner_id)


def forget(owner_id: int) -> None:
    """Empty what the trail holds of an erased person: values, addresses and browsers; that it happened stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget(%s)", [owner_id])


def retain(before: datetime) -> int:
    """Drop what is older; how many entries went."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_retain(%s)", [before])
        return int(cursor.fetchone()[0])
