"""Sending what waits: rows are taken, marked as being sent, sent, and marked with how it ended.

A worker that dies loses nothing: the next sweep finds its rows. Where a channel can be asked again it is;
where it cannot (`Sender.is_repeatable`), the row fails with a sentence for its owner instead of risking a copy.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.core.claims import CLAIM_SECONDS
from apps.core.errors import PermanentError, TemporaryError
from apps.core.waits import jittered
from apps.notifications import tasks
from apps.notifications.catalogue import CATALOGUE
from apps.notifications.channels import SENDERS
from apps.notifications.channels.base import Recipient
from apps.notifications.enums import Channel, DeliveryState
from apps.notifications.models import Delivery

MOST_ATTEMPTS: Final = 10
FIRST_WAIT_SECONDS: Final = 30.0
LONGEST_WAIT_SECONDS: Final = 3600.0
MOST_ROWS: Final = 200
MOST_MAILS: Final = 20
MOST_PEOPLE: Final = 500
MOST_LETTERS: Final = 300
INTERRUPTED: Final = gettext_noop("The sending was interrupted. It may have arrived; it is not sent again.")


def deliver_waiting() -> None:
    """Put right what dead workers left, empty what has expired, and start work for everybody who is due."""
    _recover()
    now = timezone.now()
    Delivery.objects.filter(content_expires_at__lte=now).update(content={}, content_expires_at=None)
    due = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now)
    for owner_id in due.values_list("owner_id", flat=True).distinct()[:MOST_PEOPLE]:
        tasks.deliver.delay(owner_id=owner_id)


def deliver(*, owner_id: int) -> None:
    """Send what is due to one person, channel by channel; a bounded round, so nobody waits for one person."""
    for channel in Channel:
        for _round in range(MOST_MAILS):
            if not _deliver_next(owner_id, channel):
                break


def _deliver_next(owner_id: int, channel: Channel) -> bool:
    """Send the next message of the channel; False when none is due."""
    recipient, deliveries = _take(owner_id, channel)
    if recipient is None or not deliveries:
        return False
    # only what is still ours: a sweep may have taken over what took too long
    taken = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries], state=DeliveryState.SENDING)
    # what goes wrong is told in the reader's language, not in the worker's
    with translation.override(recipient.language):
        try:
            SENDERS[channel].send(recipient, deliveries)
        except TemporaryError as error:
            _postpone(taken, deliveries[0].attempts + 1, error)
        except PermanentError as error:
            _fail(taken, str(error))
        else:
            taken.update(state=DeliveryState.SENT, sent_at=timezone.now(), claimed_until=None, error="")
    return True


def _postpone(taken: QuerySet[Delivery], attempt: int, error: TemporaryError) -> None:
    """Wait twice as long each time, by chance more or less; give up after ten attempts."""
    if attempt >= MOST_ATTEMPTS:
        _fail(taken, str(error))
        return
    doubled = min(FIRST_WAIT_SECONDS * 2 ** (attempt - 1), LONGEST_WAIT_SECONDS)
    wait = max(jittered(doubled, least=0.5, most=1.5), error.retry_after or 0)
    taken.update(
        state=DeliveryState.WAITING,
        due_at=timezone.now() + timedelta(seconds=wait),
        claimed_until=None,
        error=str(error)[:MOST_LETTERS],
    )


def _fail(taken: QuerySet[Delivery], reason: str) -> None:
    taken.update(state=DeliveryState.FAILED, claimed_until=None, error=reason[:MOST_LETTERS])


def _recover() -> None:
    """Rows in the hands of a worker that is gone: again where that is harmless, else an end that says so."""
    left = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_until__lt=timezone.now())
    repeatable = [channel for channel, sender in SENDERS.items() if sender.is_repeatable]
    left.filter(channel__in=repeatable).update(state=DeliveryState.WAITING, claimed_until=None)
    _fail(left.exclude(channel__in=repeatable), INTERRUPTED)


@transaction.atomic
def _take(owner_id: int, channel: Channel) -> tuple[Recipient | None, list[Delivery]]:
    """Take what belongs into one sending and mark it; the lock on the person keeps a second worker out."""
    person = get_user_model().objects.select_for_update(no_key=True).filter(pk=owner_id).first()
    if person is None:
        return None, []
    recipient = Recipient(person.pk, person.email, person.language or settings.LANGUAGE_CODE, person.time_zone)
    mine = Delivery.objects.filter(owner_id=owner_id, channel=channel)
    if not person.is_active:
        _fail(mine.filter(state=DeliveryState.WAITING), _("The account is closed."))
    if not SENDERS[channel].is_repeatable:
        _hold_digests(mine)
    due = mine.filter(state=DeliveryState.WAITING, due_at__lte=timezone.now()).order_by("created_at", "pk")
    deliveries = list(due[:MOST_ROWS])
    if deliveries and not SENDERS[channel].is_repeatable:
        deliveries = _one_mail(deliveries)
    mine.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
        state=DeliveryState.SENDING,
        attempts=F("attempts") + 1,
        claimed_until=timezone.now() + timedelta(seconds=CLAIM_SECONDS),
    )
    return recipient, deliveries


def _one_mail(due: list[Delivery]) -> list[Delivery]:
    """The oldest alone, or with all of its kind where the catalogue sends digests."""
    first = due[0]
    if CATALOGUE[first.event].digest_every is None:
        return [first]
    return [delivery for delivery in due if delivery.event == first.event]


def _hold_digests(mine: QuerySet[Delivery]) -> None:
    """What comes soon after a digest waits for the next one."""
    now = timezone.now()
    for event, entry in CATALOGUE.items():
        if entry.digest_every is None:
            continue
        of_event = mine.filter(event=event)
        last = of_event.filter(sent_at__gt=now - entry.digest_every).aggregate(last=Max("sent_at"))["last"]
        if of_event.filter(state=DeliveryState.SENDING).exists():
            last = now
        if last is not None:
            next_at = last + entry.digest_every
            of_event.filter(state=DeliveryState.WAITING, due_at__lt=next_at).update(due_at=next_at)
