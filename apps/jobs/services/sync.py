"""Keeping saved searches up to date: each is a row that falls due, is claimed by one worker, and says how it went."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from apps.core import claims
from apps.core.errors import OutsideError, PermanentError, TemporaryError
from apps.core.tenancy import Reason, everyone_scope
from apps.core.waits import jittered
from apps.jobs import lucene, tasks
from apps.jobs.models import SavedSearch
from apps.jobs.services import ingest
from apps.upwork import policy
from apps.upwork import selectors as upwork
from apps.upwork import services as upwork_services
from apps.upwork.enums import ConnectionState
from apps.upwork.errors import ReconnectNeededError
from apps.upwork.models import Connection
from apps.upwork.types import SearchPage

log = logging.getLogger(__name__)

DUE_AT_ONCE: Final = 500
PAGE_SIZE: Final = 50
MOST_PAGES: Final = 10
FIRST_PAGES: Final = 2  # a new search starts with what is fresh, not with the whole market
LONGEST_WAIT_SECONDS: Final = 3600
NOT_CONNECTED: Final = _("This search waits for a connection to Upwork. Connect, and it goes on by itself.")


class NotConnectedError(PermanentError):
    """Nothing to wait for but the person: the search stays due, and the sweep passes it over until they connect."""


def start_due_searches() -> int:
    """Nudge a worker for each search that is due and whose owner is connected; claims keep double nudges harmless."""
    now = timezone.now()
    with everyone_scope(Reason.SWEEP):
        connected = Connection.objects.filter(owner_id=OuterRef("owner_id"), state=ConnectionState.CONNECTED)
        # A wait that began before the person connected again may be over: the new permission decides
        renewed = Exists(connected.filter(connected_at__gt=OuterRef("updated_at")))
        SavedSearch.objects.filter(renewed, is_active=True, failures__gt=0, due_at__gt=now).update(due_at=now)
        due = list(
            _due(SavedSearch.objects.all())
            .filter(claims.free(), Exists(connected))
            .order_by("due_at")
            .values_list("pk", "owner_id")[:DUE_AT_ONCE]
        )
    for search_id, owner_id in due:
        tasks.nudge_sync(search_id=search_id, owner_id=owner_id)
    return len(due)


def sync_search(*, search_id: int) -> bool:
    """Bring in what is new for one search, within its owner's scope; False when it is not this worker's turn.

    Pages are stored one by one, and the mark of what is known moves only at the end: a worker that dies leaves
    an expired claim, and the next one reads the same pages again without doubling anything.
    """
    row = SavedSearch.objects.filter(pk=search_id)
    started = timezone.now()
    if not claims.claim(_due(row)):
        return False
    search = row.select_related("owner").get()
    try:
        with translation.override(search.owner.language or settings.LANGUAGE_CODE):  # what fails is kept in words
            newest = _read_pages(search, row)
    except OutsideError as error:
        _finish(search, row, _put_off(search, error, started=started))
        return True
    due_at = started + timedelta(seconds=policy.least_poll_seconds())
    outcome = {"synced_at": timezone.now(), "newest_posted_at": newest, "due_at": due_at, "failures": 0, "error": ""}
    if _finish(search, row, outcome):
        tasks.nudge_sync(search_id=search.pk, owner_id=search.owner_id, due_at=due_at)
    return True


def _finish(search: SavedSearch, row: QuerySet[SavedSearch], outcome: Mapping[str, object]) -> bool:
    """Write how it went; when the person changed the search meanwhile, their change stands and is synced at once."""
    # claims leave `updated_at` alone, so it tells whether the person came in between
    if row.filter(updated_at=search.updated_at).update(claimed_until=None, **outcome):
        return True
    claims.release(row)
    tasks.nudge_sync(search_id=search.pk, owner_id=search.owner_id)
    return False


def _due(rows: QuerySet[SavedSearch]) -> QuerySet[SavedSearch]:
    return rows.filter(is_active=True, due_at__lte=timezone.now())


def _read_pages(search: SavedSearch, row: QuerySet[SavedSearch]) -> datetime | None:
    """Read from the newest back to what is known; returns the newest time seen."""
    connection = upwork.connection_of(search.owner_id)
    if connection is None or not connection.is_connected:
        raise NotConnectedError(str(NOT_CONNECTED))
    client = upwork_services.client_for(connection.pk)
    request, mark, newest, cursor = lucene.request_for(search), search.newest_posted_at, search.newest_posted_at, None
    for _number in range(MOST_PAGES if mark else FIRST_PAGES):
        page: SearchPage = client.search_jobs(request, cursor=cursor, page_size=PAGE_SIZE)
        _store(page, connection)
        times = [posting.posted_at for posting in page.postings]
        newest = max([*times, *filter(None, [newest])], default=None)
        cursor = page.next_cursor
        if cursor is None or (mark and times and _mostly_known(times, mark)):
            break
        # many slow pages may take longer than a claim lasts
        claims.renew(row)
    return newest


def _store(page: SearchPage, connection: Connection) -> None:
    """Not after a disconnect, whose purge would otherwise be undone by a page that was under way."""
    with transaction.atomic():
        if not upwork_services.hold(connection):
            raise NotConnectedError(str(NOT_CONNECTED))
        ingest.ingest(owner_id=connection.owner_id, postings=page.postings, source=policy.source())


def _mostly_known(times: list[datetime], mark: datetime) -> bool:
    """Half of the page is older than the mark; a renewed posting in between, or one of the same second, is not the end."""
    return sorted(times)[len(times) // 2] < mark


def _put_off(search: SavedSearch, error: OutsideError, *, started: datetime) -> dict[str, object]:
    """What to write on the row: the reason, and a wait that grows; a refusal that will not change waits longest."""
    if isinstance(error, NotConnectedError | ReconnectNeededError):
        return {"error": str(error)[:300]}
    failures = min(search.failures + 1, 1000)
    seconds = float(min(LONGEST_WAIT_SECONDS, policy.least_poll_seconds() * 2 ** min(failures, 12)))
    if isinstance(error, PermanentError):
        seconds = LONGEST_WAIT_SECONDS
    elif isinstance(error, TemporaryError) and error.retry_after:
        seconds = max(float(policy.least_poll_seconds()), error.retry_after)
    wait = timedelta(seconds=jittered(seconds, least=1.0, most=1.2))
    log.warning("search %s of owner %s put off: %s", search.pk, search.owner_id, type(error).__name__)
    return {
        "due_at": timezone.now() + wait,
        "failures": failures,
        "error": str(error)[:300],
        "updated_at": started,  # a connection made after that ends the wait
    }
