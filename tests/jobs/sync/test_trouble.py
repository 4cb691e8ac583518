"""What a search does when Upwork, the key or the broker fails: it says so, waits, and loses nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from kombu import Connection as Connect
from kombu.pools import producers

from apps.core.errors import PermanentError, TemporaryError
from apps.jobs.models import Job, SavedSearch, Sighting
from apps.jobs.services import sync
from apps.upwork.models import Connection
from config.celery import app as celery
from tests.jobs.sync.steps import make_due, post, reload, run
from tests.upwork.conftest import connect, point_at
from tests.upwork.scripted import ScriptedServer
from tests.upwork.test_answers import POSTING
from tests.upwork_sandbox.server import free_port


def test_sync_without_a_connection_says_so_on_the_search(search):
    Connection.objects.all().delete()

    run(search)

    row = reload(search)
    assert "waits for a connection to Upwork" in row.error
    assert (row.due_at, row.failures, row.claimed_until) == (search.due_at, 0, None)


@pytest.mark.parametrize("state", ["disconnected", "reconnect"])
def test_search_that_waited_for_a_connection_goes_on_at_once(sandbox, search, word, valkey, state):
    """A newcomer saves the search first and connects after; the first matches must not wait for an hour."""
    post(sandbox, f"A {word} job")
    connection = Connection.objects.values().get()
    Connection.objects.update(state=state)
    run(search)
    waiting = sync.start_due_searches()
    Connection.objects.update(state=connection["state"])

    nudged = sync.start_due_searches()

    assert (waiting, nudged) == (0, 1)
    assert run(search)
    assert Sighting.objects.count() == 1


def test_sync_says_what_is_missing_in_the_language_of_the_person(search, person):
    Connection.objects.all().delete()
    person.language = "uk"
    person.save(update_fields=["language"])

    run(search)

    assert "чекає на підключення до Upwork" in reload(search).error


@pytest.mark.parametrize("fault", ("500", "html", "errors", "429"))
def test_trouble_is_written_on_the_search_and_tried_again_later(sandbox, search, word, valkey, fault):
    post(sandbox, f"A {word} job")
    sandbox.control("faults", kind=fault, calls=5)

    run(search)

    row = reload(search)
    assert row.error
    assert (row.failures, row.claimed_until) == (1, None)
    assert row.due_at > timezone.now()
    sandbox.control("faults/clear")
    valkey.flushdb()  # the pause that a 429 asked for is over
    make_due(search)
    run(search)
    assert (reload(search).error, Job.objects.count()) == ("", 1)


def test_trouble_that_stays_is_asked_about_ever_less_often(sandbox, search):
    sandbox.control("faults", kind="errors", calls=50)
    waits = []
    for _attempt in range(4):
        make_due(search)
        run(search)
        waits.append((reload(search).due_at - timezone.now()).total_seconds())

    assert waits == sorted(waits)
    assert max(waits) <= sync.LONGEST_WAIT_SECONDS * 1.2
    assert reload(search).failures == 4


def test_pages_stay_when_a_later_one_fails(sandbox, search, word, settings, valkey):
    """The first page is stored; the mark stays where it was, so that nothing behind it is skipped."""
    for number in range(sync.PAGE_SIZE + 5):
        post(sandbox, f"{word} number {number}")
    settings.UPWORK_JOBS_PER_HOUR = 1  # the second page is one request too many

    run(search)

    assert Job.objects.count() == sync.PAGE_SIZE
    assert (reload(search).newest_posted_at, reload(search).failures) == (None, 1)
    settings.UPWORK_JOBS_PER_HOUR = 1_000
    valkey.flushdb()
    make_due(search)
    run(search)
    assert Job.objects.count() == sync.PAGE_SIZE + 5


def test_a_time_that_upwork_names_is_waited_for(search):
    outcome = sync._put_off(search, TemporaryError("Slow down.", retry_after=600), started=timezone.now())

    assert 590 <= (outcome["due_at"] - timezone.now()).total_seconds() <= 730
    assert outcome["error"] == "Slow down."


def test_a_refusal_that_stays_is_asked_about_once_an_hour(search):
    outcome = sync._put_off(search, PermanentError("No permission. " * 50), started=timezone.now())

    assert outcome["due_at"] - timezone.now() > timedelta(minutes=59)
    assert len(outcome["error"]) == 300


def test_search_that_fails_again_with_the_new_connection_waits_again(sandbox, person, search):
    connect(sandbox, person, profile="agency")
    run(search)
    connect(sandbox, person, profile="agency")
    sync.start_due_searches()
    run(search)

    assert sync.start_due_searches() == 0


def test_a_search_that_works_again_forgets_its_trouble(sandbox, search, word):
    SavedSearch.objects.update(failures=7, error="Old trouble")
    post(sandbox, f"A {word} job")

    run(search)

    assert (reload(search).failures, reload(search).error) == (0, "")


def test_a_search_that_is_deleted_meanwhile_harms_nobody(search):
    SavedSearch.objects.all().delete()

    assert run(search) is False


def test_an_odd_posting_does_not_stop_the_search(person, search, settings):
    odd = [{**POSTING, "totalApplicants": 2**31}, {**POSTING, "id": "2", "title": "x" * 3000, "category": "nul \0"}]
    page = {"edges": [{"node": node} for node in odd], "pageInfo": {"hasNextPage": False, "endCursor": None}}

    with ScriptedServer() as server:
        point_at(settings, server.url)
        server.will_say({"data": {"marketplaceJobPostingsSearch": page}})
        run(search)

    assert [job.upwork_id for job in Job.objects.all()] == ["2"]
    assert (reload(search).error, reload(search).claimed_until) == ("", None)


@pytest.fixture
def without_broker(monkeypatch):
    """Celery sends to a port where nobody listens."""
    nowhere = producers[Connect(f"redis://127.0.0.1:{free_port()}/0")]
    monkeypatch.setattr(celery.amqp, "_producer_pool", nowhere)


def test_nothing_is_lost_when_the_broker_is_down(person, search, without_broker, valkey):
    assert sync.start_due_searches() == 1
    assert run(search) is True
    assert reload(search).error == ""
    assert not valkey.exists("sync")
