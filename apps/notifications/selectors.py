"""Reads of the outbox. The rows are those of the owner in scope."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext

from apps.notifications.catalogue import CATALOGUE, words
from apps.notifications.enums import Channel, DeliveryState
from apps.notifications.models import Delivery, Preference


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the bell's list. `trouble` says which other channel could not deliver it, and why."""

    public_id: UUID
    title: str
    body: str
    icon: str
    created_at: datetime
    is_unread: bool
    trouble: str


def notices_of(owner_id: int) -> QuerySet[Delivery]:
    """What the person was told, newest first; the row counts, not whether the live frame has left."""
    failed = Delivery.objects.filter(
        owner_id=owner_id, channel=Channel.EMAIL, key=OuterRef("key"), state=DeliveryState.FAILED
    )
    told: QuerySet[Delivery] = Delivery.objects.filter(owner_id=owner_id, channel=Channel.INPAGE)
    return told.annotate(trouble=Subquery(failed.values("error")[:1])).order_by("-created_at", "-pk")


def notice(delivery: Delivery) -> Notice:
    said = words(CATALOGUE[delivery.event], delivery.facts)
    trouble = getattr(delivery, "trouble", None)
    return Notice(
        public_id=delivery.public_id,
        title=said.title,
        body=said.body,
        icon=said.icon,
        created_at=delivery.created_at,
        is_unread=delivery.read_at is None,
        trouble=gettext(trouble) if trouble else "",
    )


def unread_count(owner_id: int) -> int:
    return Delivery.objects.filter(owner_id=owner_id, channel=Channel.INPAGE, read_at=None).count()


def channels_of(owner_id: int) -> dict[str, set[Channel]]:
    """For each event the channels that are on for this person."""
    chosen = {
        (preference.event, preference.channel): preference.is_on
        for preference in Preference.objects.filter(owner_id=owner_id)
    }
    return {
        event: {
            channel
            for channel in Channel
            if channel in entry.fixed or chosen.get((event, channel), channel in entry.channels)
        }
        for event, entry in CATALOGUE.items()
    }
