"""In the page: a frame on the person's live stream. The bell's list reads the deliveries themselves."""

from collections.abc import Sequence
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import realtime
from apps.core.enums import Event
from apps.core.errors import TemporaryError
from apps.notifications.catalogue import CATALOGUE, path
from apps.notifications.channels.base import Recipient, Sender
from apps.notifications.models import Delivery


def send(recipient: Recipient, deliveries: Sequence[Delivery]) -> None:
    """Put each on the stream once, whoever asks and how often; the marketplace's text stays behind."""
    with translation.override(recipient.language):
        for delivery in deliveries:
            entry = CATALOGUE[delivery.event]
            frame = {
                **delivery.context,
                "delivery": delivery.public_id,
                "title": str(entry.plain_title),
                "url": path(entry, delivery.context),
            }
            cursor = realtime.publish(
                owner_id=recipient.owner_id, event=Event(delivery.event), once=f"delivery:{delivery.pk}", **frame
            )
            if cursor is None:
                raise TemporaryError(_("The live connection does not answer; it goes on by itself."))


SENDER: Final = Sender(send=send, is_repeatable=True)
