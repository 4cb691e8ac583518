"""What can be told to people: for each event its words, its page, and where it goes unless they choose otherwise.

Facts come from the room that notifies (`context` and `content` of the delivery). The words that say less
are used where the marketplace's text is gone or must not be copied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.enums import Event
from apps.notifications.enums import Channel

Text = str | Promise
Facts = Mapping[str, object]
EVERYWHERE: Final = frozenset(Channel)
PAGE_ONLY: Final = frozenset({Channel.INPAGE})


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of message. `title` and `body` are filled with the facts; `plain_title` needs none of them.

    Facts that are `translated` may name others themselves; `moments` are read in the person's zone and language.
    """

    event: Event
    hint: Text
    title: Text
    plain_title: Text
    route: str
    body: Text = ""
    is_of_one_thing: bool = True
    icon: str = "bell"
    channels: frozenset[Channel] = EVERYWHERE
    fixed: frozenset[Channel] = frozenset()
    translated: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    digest_every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A message as one person reads it, in the language that is active."""

    title: str
    body: str
    path: str
    icon: str


_ENTRIES: Final = (
    Entry(
        Event.NEW_JOB,
        hint=_("A job passed one of your searches with a score at or above its threshold."),
        title="%(score)s: %(title)s",
        plain_title=_("A new job that fits you"),
        body="%(place)s%(summary)s",
        route="jobs:detail",
        icon="inbox",
        translated=frozenset({"place"}),
        digest_every=timedelta(minutes=15),
    ),
    Entry(
        Event.PROPOSAL_STATUS,
        hint=_("A proposal was viewed, answered, declined or hired."),
        title="%(status)s: %(title)s",
        plain_title=_("One of your proposals moved"),
        body="%(next)s %(place)s%(bid)s%(unit)s",
        route="proposals:detail",
        icon="send",
        translated=frozenset({"status", "next", "place", "unit"}),
    ),
    Entry(
        Event.SECURITY,
        hint=_("Connections that stopped working, keys that are refused, your archive, the end of your account."),
        title="%(title)s",
        plain_title=_("Something about your account's security"),
        body="%(text)s",
        route="accounts:settings",
        is_of_one_thing=False,
        icon="shield-check",
        fixed=PAGE_ONLY,
        translated=frozenset({"title", "text"}),
        moments=frozenset({"until"}),
    ),
)
CATALOGUE: Final[dict[str, Entry]] = {entry.event.value: entry for entry in _ENTRIES}


def words(entry: Entry, facts: Facts) -> Words:
    """Say it with the facts at hand, a place only where it is known; with the plain words where they do not suffice."""
    told = {name: _moment(str(value)) if name in entry.moments else value for name, value in facts.items()}
    filled = {"place": ""} | {
        name: _filled(gettext(str(value)), told) if name in entry.translated and value else value
        for name, value in told.items()
    }
    return Words(
        title=_filled(entry.title, filled) or str(entry.plain_title),
        body=_filled(entry.body, filled).strip(),
        path=path(entry, facts),
        icon=entry.icon,
    )


def path(entry: Entry, facts: Facts) -> str:
    """Where the message leads: the facts' own `path`, or the event's page of the thing with this `id`."""
    if given := facts.get("path"):
        return str(given)
    try:
        return reverse(entry.route, args=[facts.get("id")] if entry.is_of_one_thing else [])
    except NoReverseMatch:  # the thing has no page here; the message is still worth reading
        return reverse("notifications:list")


def _moment(text: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(text)), "j E Y, H:i")


def _filled(text: Text, facts: Facts) -> str:
    try:
        return str(text) % facts
    except KeyError:
        return ""
