"""The person's marks on their matches: opened, saved, hidden. The rows are those of the owner in scope."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from apps.jobs.enums import HideReason
from apps.jobs.models import Match


def open_match(*, match_id: int) -> None:
    """Remember the first time the job was read."""
    Match.objects.filter(pk=match_id, opened_at=None).update(opened_at=timezone.now())


def save(*, job_public_id: UUID) -> bool:
    """Keep the job; False when there is no such match of this person."""
    return bool(_matches(job_public_id).update(saved_at=timezone.now()))


def unsave(*, job_public_id: UUID) -> bool:
    return bool(_matches(job_public_id).update(saved_at=None))


def hide(*, job_public_id: UUID, reason: HideReason | str = "") -> bool:
    """Take the job out of the feed; `unhide` brings it back."""
    return bool(_matches(job_public_id).update(hidden_at=timezone.now(), hidden_reason=reason))


def unhide(*, job_public_id: UUID) -> bool:
    return bool(_matches(job_public_id).update(hidden_at=None, hidden_reason=""))


def _matches(job_public_id: UUID) -> QuerySet[Match]:
    return Match.objects.filter(job__public_id=job_public_id)
