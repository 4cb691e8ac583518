"""What other rooms and the pages ask of notifications; sending itself stands in `outbox`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise

from apps.core import audit
from apps.core.audit import Action
from apps.core.enums import Event
from apps.core.tenancy import Reason, everyone_scope
from apps.notifications import selectors, tasks
from apps.notifications.catalogue import CATALOGUE
from apps.notifications.enums import Channel, DeliveryState
from apps.notifications.models import Delivery, Preference

# From here on one sweep costs the broker less than a message for each person
FEW: Final = 20


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told. `context` is kept; `content`, text of the marketplace, is emptied in time."""

    owner_id: int
    key: str
    context: Mapping[str, object] = field(default_factory=dict)
    content: Mapping[str, object] = field(default_factory=dict)
    content_expires_at: datetime | None = None
    is_vital: bool = False


def notify(
    *,
    owner_id: int,
    event: Event,
    key: str,
    context: Mapping[str, object],
    content: Mapping[str, object] | None = None,
    content_expires_at: datetime | None = None,
    is_vital: bool = False,
) -> None:
    """Tell one person one thing, once for each `key`, on the channels they chose; sent after the commit.

    What is vital goes everywhere, whatever they chose: their account is about to end. A lazily translated value of `context` is kept as its English source and read in the person's language.
    """
    notify_many(event=event, messages=[Message(owner_id, key, context, content or {}, content_expires_at, is_vital)])


def notify_many(*, event: Event, messages: Iterable[Message]) -> None:
    """Tell many people in one statement; what was told before under the same key is left alone."""
    given = list(messages)
    owners = {message.owner_id for message in given}
    with everyone_scope(Reason.NOTIFY):
        wanted = _wanted_channels(event, owners)
        rows = [
            _row(event, message, channel)
            for message in given
            for channel in (CATALOGUE[event.value].channels if message.is_vital else wanted[message.owner_id])
        ]
        # the unique key decides what was told before, also against another worker at this moment
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        transaction.on_commit(partial(nudge, owners), robust=True)


def nudge(owner_ids: Collection[int]) -> None:
    """Ask the workers to look now; beat looks anyway."""
    if len(owner_ids) > FEW:
        tasks.deliver_waiting.delay()
        return
    for owner_id in owner_ids:
        tasks.deliver.delay(owner_id=owner_id)


def mark_read(*, owner_id: int, public_id: UUID | None = None) -> int:
    """Mark one notice as read, or all of them; returns how many were unread."""
    unread = Delivery.objects.filter(owner_id=owner_id, channel=Channel.INPAGE, read_at=None)
    if public_id is not None:
        unread = unread.filter(public_id=public_id)
    return unread.update(read_at=timezone.now())


def forget_content(*, owner_id: int) -> None:
    """Empty the marketplace's text before its time: the person's permission to show it has ended."""
    told = Delivery.objects.filter(owner_id=owner_id, content_expires_at__isnull=False)
    told.update(content={}, content_expires_at=None)


def forget_old(*, before: datetime) -> int:
    """Drop what was told to anybody before then, and is neither waiting nor on its way; how many."""
    over = Delivery.objects.filter(created_at__lt=before, state__in=(DeliveryState.SENT, DeliveryState.FAILED))
    return over.delete()[0]


@transaction.atomic
def choose_channels(*, owner_id: int, wanted: Mapping[str, Collection[str]]) -> None:
    """Set for each event the channels that are on; what cannot be switched off stays on."""
    rows = [
        Preference(owner_id=owner_id, event=event, channel=channel, is_on=channel in wanted.get(event, ()))
        for event, entry in CATALOGUE.items()
        for channel in Channel
        if channel not in entry.fixed
    ]
    before = selectors.channels_of(owner_id)
    Preference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["owner", "event", "channel"],
        update_fields=["is_on", "updated_at"],
    )
    audit.record(
        action=Action.SETTINGS_CHANGED,
        owner_id=owner_id,
        target=Preference._meta.label_lower,
        before=before,
        after=selectors.channels_of(owner_id),
    )


def _wanted_channels(event: Event, owners: Collection[int]) -> dict[int, set[Channel]]:
    entry = CATALOGUE[event.value]
    wanted = {owner_id: set(entry.channels) for owner_id in owners}
    for choice in Preference.objects.filter(owner_id__in=owners, event=event).exclude(channel__in=entry.fixed):
        (wanted[choice.owner_id].add if choice.is_on else wanted[choice.owner_id].discard)(Channel(choice.channel))
    return wanted


def _row(event: Event, message: Message, channel: Channel) -> Delivery:
    return Delivery(
        owner_id=message.owner_id,
        event=event,
        channel=channel,
        key=message.key,
        context=_plain(message.context),
        content=_plain(message.content),
        content_expires_at=message.content_expires_at,
        due_at=timezone.now(),
    )


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    """Values that JSON can hold; a translatable one becomes its English source."""
    with translation.override(None):
        return {
            name: value if isinstance(value, (bool, int, float, str)) and not isinstance(value, Promise) else str(value)
            for name, value in facts.items()
        }
