"""Content goes when its time is over; what stays is the tombstone that keeps anything from alerting twice."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from apps.core.tenancy import Reason, everyone_scope
from apps.jobs.models import Job, Match, Sighting
from apps.notifications import services as notifications

BATCH: Final = 1_000
# Prices and the client's counts of posts and hires are numbers the scores were made of; they stay
BLANK: Final[dict[str, Any]] = {
    "title": "",
    "description": "",
    "skills": [],
    "questions": [],
    "preferred_countries": [],
    "search_vector": None,
    "client_country": "",
    "client_city": "",
    "client_reviews": 0,
    "client_rating": None,
    "client_spent": None,
}


def purge_expired(*, now: datetime | None = None) -> int:
    """Blank everything whose time is over, for everyone; returns how many jobs."""
    now = now or timezone.now()
    count = 0
    with everyone_scope(Reason.RETENTION):
        # one UPDATE over everything would hold its locks for long
        while batch := list(
            Job.objects.filter(content_expires_at__lte=now, content_purged_at=None).values_list("pk", flat=True)[:BATCH]
        ):
            count += blank(Job.objects.filter(pk__in=batch), now=now)
    return count


def blank(jobs: QuerySet[Job], *, now: datetime) -> int:
    return jobs.update(**BLANK, content_purged_at=now)


def purge_owner(owner_id: int) -> None:
    """After a disconnect: nothing that the person's key fetched is shown to them any more.

    Content that nobody else's key was shown is blanked; where somebody's was, only this person loses sight of it.
    The sightings go first, and with them whatever matching was about to do: it holds them while it works.
    """
    now = timezone.now()
    with everyone_scope(Reason.RETENTION), transaction.atomic():
        sighted = Exists(Sighting.objects.filter(owner_id=owner_id, job_id=OuterRef("pk")))
        jobs = Job.objects.filter(sighted, content_expires_at__isnull=False, content_purged_at=None)
        # as ingest takes them: jobs in this order, then sightings; so a sync under way and this never wait in a circle
        own = list(jobs.order_by("upwork_id").select_for_update(no_key=True).values_list("pk", flat=True))
        Sighting.objects.filter(owner_id=owner_id, job_id__in=own).delete()
        Match.objects.filter(owner_id=owner_id, job_id__in=own, purged_at=None).update(purged_at=now)
        others = Sighting.objects.filter(job_id=OuterRef("pk"))
        blank(Job.objects.filter(~Exists(others), pk__in=own), now=now)
        notifications.forget_content(owner_id=owner_id)


def erase_owner(owner_id: int) -> None:
    """After an erasure: what the person was shown or brought along, with or without an end, unless others see it too."""
    purge_owner(owner_id)
    with everyone_scope(Reason.RETENTION):
        seen = list(Sighting.objects.filter(owner_id=owner_id).values_list("job_id", flat=True))
        Sighting.objects.filter(owner_id=owner_id).delete()
        others = Sighting.objects.filter(job_id=OuterRef("pk"))
        catalogue = Job.objects.filter(~Exists(others), pk__in=seen, owner=None, content_purged_at=None)
        blank(catalogue, now=timezone.now())
        Job.objects.filter(owner_id=owner_id).delete()
