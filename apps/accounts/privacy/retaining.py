"""Nothing is kept for ever: accounts that nobody comes to, the trail, old messages, the records of archives."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts import sessions
from apps.accounts.audit import store
from apps.accounts.models import Erasure, Export, User
from apps.accounts.privacy import erasing
from apps.accounts.privacy.enums import ExportState
from apps.accounts.roles import Role
from apps.notifications import services as notifications

NOTICE: Final = timedelta(days=30)
MOST_PEOPLE: Final = 500  # in one round; the next one is an hour away


def retain() -> None:
    """One round over everybody."""
    now = timezone.now()
    warn_inactive(now)
    store.retain(now - timedelta(days=settings.AUDIT_DAYS))
    notifications.forget_old(before=now - timedelta(days=settings.MESSAGE_DAYS))
    over = Export.objects.filter(state__in=(ExportState.EXPIRED, ExportState.FAILED))
    over.filter(updated_at__lt=now - timedelta(days=settings.MESSAGE_DAYS)).delete()


def warn_inactive(now: datetime) -> None:
    """Tell who has not come for so long that the account ends: 30 days before, or 30 days from now where that is later."""
    kept = timedelta(days=settings.RETENTION_DAYS)
    people = User.objects.annotate(last_seen=Coalesce("last_login", "date_joined")).filter(
        ~Exists(Erasure.objects.filter(owner_id=OuterRef("pk"))),
        role=Role.FREELANCER,
        last_seen__lte=now - max(kept - NOTICE, timedelta()),
    )
    for person in people.order_by("last_seen")[:MOST_PEOPLE]:
        if sessions.sessions_of(person):
            continue  # signed in for all that time
        last_seen: datetime = person.last_login or person.date_joined
        erasing.announce_inactive(owner_id=person.pk, due_at=max(last_seen + kept, now + NOTICE))
