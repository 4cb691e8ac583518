"""The mails themselves: one message in full, or several of a kind as a digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext

from apps.notifications.catalogue import CATALOGUE, words
from apps.notifications.channels.base import Recipient
from apps.notifications.models import Delivery

MOST_ITEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Item:
    title: str
    body: str
    url: str
    facts: dict[str, object]


def write(recipient: Recipient, deliveries: Sequence[Delivery]) -> EmailMultiAlternatives:
    """The mail in the active language, HTML with a text of the same content."""
    items = [_item(delivery) for delivery in deliveries[:MOST_ITEMS]]
    event = deliveries[0].event
    context = {
        "subject": items[0].title if len(deliveries) == 1 else _digest_title(len(deliveries)),
        "items": items,
        "more": len(deliveries) - len(items),
        "hint": CATALOGUE[event].hint,
        "base_url": settings.BASE_URL,
        "all_url": settings.BASE_URL + reverse("notifications:list"),
        "preferences_url": settings.BASE_URL + reverse("notifications:preferences"),
    }
    mail = EmailMultiAlternatives(
        subject=" ".join(str(context["subject"]).split())[:200],
        body=render_to_string("mail/notice.txt", context),
        to=[recipient.email],
        headers={"Message-ID": _message_id(deliveries[0]), "List-Unsubscribe": f"<{context['preferences_url']}>"},
    )
    mail.attach_alternative(render_to_string("mail/notice.html", context), "text/html")
    return mail


def _item(delivery: Delivery) -> Item:
    said = words(CATALOGUE[delivery.event], delivery.facts)
    return Item(said.title, said.body, settings.BASE_URL + said.path, delivery.facts)


def _digest_title(count: int) -> str:
    return ngettext("%(count)d new job that fits you", "%(count)d new jobs that fit you", count) % {"count": count}


def _message_id(delivery: Delivery) -> str:
    """The same for every attempt at this mail."""
    return f"<{delivery.public_id}@{urlsplit(settings.BASE_URL).hostname}>"
