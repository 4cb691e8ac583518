"""Whether anybody is watching: the connection and the searches, as the head of the feed tells them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.jobs.selectors.searches import RailSearch
from apps.upwork import selectors as upwork
from apps.upwork.enums import ConnectionState


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`failing` are the searches whose last reading failed, the one that is tried next first."""

    is_connected: bool
    needs_reconnect: bool
    has_searches: bool
    failing: tuple[RailSearch, ...]

    @property
    def is_troubled(self) -> bool:
        return not self.is_connected or bool(self.failing)

    @property
    def key(self) -> str:
        """Changes whenever the head of the feed has something else to say."""
        failing = [(search.name, search.error, search.due_at) for search in self.failing]
        told = (self.quiet, self.needs_reconnect, failing, self.next_try_at is None)
        return blake2b(repr(told).encode(), digest_size=6).hexdigest()

    @property
    def quiet(self) -> str:
        """The line above the list while there is no news."""
        if not self.is_connected:
            return _("New jobs wait until Upwork is connected.")
        if self.failing:
            return _("Waiting for Upwork to answer again.")
        return _("Watching. New jobs wait here.") if self.has_searches else _("No search is switched on.")

    @property
    def next_try_at(self) -> datetime | None:
        """When it is tried again; `None` where that is now."""
        due_at = self.failing[0].due_at if self.failing else None
        return due_at if due_at and due_at > timezone.now() else None


def watch_of(owner_id: int, searches: Iterable[RailSearch]) -> Watch:
    """One query: the searches are those of the navigation."""
    state = upwork.connection_state_of(owner_id)
    known = tuple(searches)
    failing = sorted((search for search in known if search.error), key=lambda search: search.due_at)
    return Watch(
        is_connected=state == ConnectionState.CONNECTED,
        needs_reconnect=state == ConnectionState.RECONNECT,
        has_searches=bool(known),
        failing=tuple(failing),
    )
