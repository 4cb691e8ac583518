"""Keeping searches up to date: over real HTTP against the sandbox, with workers dying and racing."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection as database
from django.utils import timezone
from kombu import Connection as Connect
from kombu.pools import producers

from apps.core import claims
from apps.core.errors import PermanentError, TemporaryError
from apps.core.tenancy import owner_scope
from apps.jobs import tasks
from apps.jobs.models import Job, Match, SavedSearch, Sighting
from apps.jobs.services import searches, sync
from apps.upwork.models import Connection
from config.celery import app as celery
from tests.accounts.factories import ProfileFactory, UserFactory
from tests.jobs.factories import SearchFactory
from tests.upwork.conftest import connect, point_at
from tests.upwork.scripted import ScriptedServer
from tests.upwork.test_answers import POSTING
from tests.upwork_sandbox.server import free_port, running_sandbox, unmoved_clock

PLAIN = {
    "description": "Plain words of a posting.",
    "skills": ("Zig",),
    "kind": "HOURLY",
    "fixed_cents": None,
    "scam": "",
}


@pytest.fixture(scope="module")
def running():
    with running_sandbox(backlog=5, clock=unmoved_clock) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running, settings):
    """The module's sandbox, and the product pointed at it; every test looks for a word of its own."""
    running.control("faults/clear")
    point_at(settings, running.url)
    return running


@pytest.fixture
def person(sandbox, db):
    """Somebody who is connected to the sandbox."""
    person = UserFactory()
    ProfileFactory(owner=person, skills=("Zig",))
    with owner_scope(person.pk):
        connect(sandbox, person)
        yield person


@pytest.fixture
def word(request):
    return "".join(filter(str.isalnum, request.node.name.removeprefix("test_")))[-60:]


@pytest.fixture
def search(person, word):
    return SearchFactory(owner=person, any_words=[word])


def post(sandbox, title, **fields):
    return sandbox.market.post_job(title=title, specialty="python-backend", **{**PLAIN, **fields})


def run(search):
    return sync.sync_search(search_id=search.pk)


def make_due(search):
    SavedSearch.objects.filter(pk=search.pk).update(due_at=timezone.now())


def reload(search):
    return SavedSearch.objects.get(pk=search.pk)


def test_sync_brings_in_what_the_search_finds(sandbox, search, word):
    job = post(sandbox, f"A {word} job")
    post(sandbox, "Another thing")

    assert run(search)

    assert [found.upwork_id for found in Job.objects.all()] == [str(job.id)]
    assert Job.objects.get().source == "sandbox"
    assert Sighting.objects.count() == 1
    row = reload(search)
    assert (row.failures, row.error, row.claimed_until) == (0, "", None)
    assert row.newest_posted_at == Job.objects.get().posted_at
    assert row.synced_at is not None


def test_sync_is_due_again_after_the_poll_interval_and_not_before(search, settings):
    before = timezone.now()

    run(search)

    assert reload(search).due_at >= before + timedelta(seconds=settings.UPWORK_POLL_SECONDS)
    assert run(search) is False


def test_sync_again_brings_only_what_is_new(sandbox, search, word):
    post(sandbox, f"First {word}")
    run(search)
    post(sandbox, f"Second {word}")
    make_due(search)

    run(search)

    assert sorted(Job.objects.values_list("title", flat=True)) == [f"First {word}", f"Second {word}"]


def test_sync_reads_on_until_what_is_known(sandbox, search, word):
    post(sandbox, f"Known {word}")
    run(search)
    for number in range(sync.PAGE_SIZE + 5):
        post(sandbox, f"{word} number {number}")
    make_due(search)

    run(search)

    assert Job.objects.count() == sync.PAGE_SIZE + 6


def test_sync_of_a_new_search_starts_with_what_is_fresh(sandbox, search, word):
    for number in range(sync.PAGE_SIZE * sync.FIRST_PAGES + 5):
        post(sandbox, f"{word} number {number}")

    run(search)

    assert Job.objects.count() == sync.PAGE_SIZE * sync.FIRST_PAGES


def test_sync_asks_nothing_for_a_search_that_is_off(search):
    SavedSearch.objects.update(is_active=False)

    assert run(search) is False


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


def test_a_worker_that_dies_in_the_middle_is_replaced_after_its_claim(sandbox, search, word):
    """Claimed and then silent: nobody takes over before the claim expires, somebody does after it."""
    post(sandbox, f"A {word} job")
    assert claims.claim(SavedSearch.objects.filter(pk=search.pk))

    assert run(search) is False
    with time_machine.travel(timezone.now() + timedelta(seconds=claims.CLAIM_SECONDS + 1)):
        assert run(search) is True

    assert Job.objects.count() == 1


def test_start_nudges_a_worker_for_each_search_that_is_due(person, search, valkey):
    SearchFactory(owner=person, due_at=timezone.now() + timedelta(minutes=1))
    SearchFactory(owner=person, is_active=False)
    SearchFactory(owner=UserFactory())  # not connected

    tasks.sync_due_searches()

    assert valkey.llen("sync") == 1


def test_task_enters_the_scope_of_the_owner(sandbox, search, word):
    post(sandbox, f"A {word} job")

    with owner_scope(None):
        tasks.sync_search(search_id=search.pk, owner_id=search.owner_id)

    assert Job.objects.count() == 1


def test_task_for_somebody_elses_search_does_nothing(sandbox, search, stranger):
    tasks.sync_search(search_id=search.pk, owner_id=stranger.pk)

    assert reload(search).synced_at is None


@pytest.mark.parametrize(
    ("minutes", "is_known"),
    (
        ((5, 4, 3), False),
        ((5, 0, -5), False),
        ((5, -1, -5), True),
        ((-1, -2, -3), True),
        ((5, 4, -300), False),
        ((-300, -1, -2), True),
        ((5,), False),
        ((-5,), True),
    ),
    ids=(
        "all new",
        "the same moment",
        "half older",
        "all older",
        "one renewed",
        "all older, one renewed",
        "one",
        "one old",
    ),
)
def test_reading_ends_where_half_of_a_page_is_older_than_the_mark(minutes, is_known):
    mark = timezone.now()

    assert sync._mostly_known([mark + timedelta(minutes=minute) for minute in minutes], mark) is is_known


def test_a_time_that_upwork_names_is_waited_for(search):
    outcome = sync._put_off(search, TemporaryError("Slow down.", retry_after=600), started=timezone.now())

    assert 590 <= (outcome["due_at"] - timezone.now()).total_seconds() <= 730
    assert outcome["error"] == "Slow down."


def test_a_refusal_that_stays_is_asked_about_once_an_hour(search):
    outcome = sync._put_off(search, PermanentError("No permission. " * 50), started=timezone.now())

    assert outcome["due_at"] - timezone.now() > timedelta(minutes=59)
    assert len(outcome["error"]) == 300


def test_search_whose_key_lacked_a_permission_goes_on_with_the_next_connection(sandbox, person, search, word, valkey):
    post(sandbox, f"A {word} job")
    connect(sandbox, person, profile="agency")
    run(search)
    refused = reload(search)
    waiting = sync.start_due_searches()
    connect(sandbox, person)

    nudged = sync.start_due_searches()

    assert refused.due_at > timezone.now() + timedelta(minutes=50)
    assert (waiting, nudged) == (0, 1)
    assert run(search)
    assert (reload(search).error, Job.objects.count()) == ("", 1)


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


def test_two_searches_that_find_the_same_job_share_it(sandbox, person, search, word):
    other = SearchFactory(owner=person, any_words=[word])
    post(sandbox, f"A {word} job")

    run(search)
    run(other)
    tasks.match_waiting()

    assert (Job.objects.count(), Sighting.objects.count()) == (1, 1)
    assert Match.objects.get().search_ids == [search.pk, other.pk]


def test_an_odd_posting_does_not_stop_the_search(person, search, settings):
    odd = [{**POSTING, "totalApplicants": 2**31}, {**POSTING, "id": "2", "title": "x" * 3000, "category": "nul \0"}]
    page = {"edges": [{"node": node} for node in odd], "pageInfo": {"hasNextPage": False, "endCursor": None}}

    with ScriptedServer() as server:
        point_at(settings, server.url)
        server.will_say({"data": {"marketplaceJobPostingsSearch": page}})
        run(search)

    assert [job.upwork_id for job in Job.objects.all()] == ["2"]
    assert (reload(search).error, reload(search).claimed_until) == ("", None)


def test_a_posting_that_changes_is_followed(sandbox, search, word):
    job = post(sandbox, f"A {word} job")
    run(search)
    sandbox.market.edit_job(job.id, "Now it says something else.")
    make_due(search)

    run(search)

    assert Job.objects.get().description == "Now it says something else."
    assert Job.objects.get().revised_at is not None


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


def test_the_whole_way_from_posting_to_match(sandbox, search, word):
    post(sandbox, f"A {word} job")

    run(search)
    tasks.match_waiting()

    match = Match.objects.get()
    assert match.job.title == f"A {word} job"
    assert match.search_ids == [search.pk]


class TestTogether:
    """Two workers on one search at the same time, or a worker and the person."""

    pytestmark = pytest.mark.django_db(transaction=True)

    @staticmethod
    def together(work):
        """Run the work twice at once; returns what each said."""
        gate, said = threading.Barrier(2, timeout=10), []

        def worker():
            gate.wait()
            try:
                said.append(work())
            finally:
                database.close()

        threads = [threading.Thread(target=worker) for _number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        return said

    def test_without_a_claim_both_would_ask_upwork(self, sandbox, person, search, word):
        post(sandbox, f"A {word} job")

        def unclaimed():
            with owner_scope(person.pk):
                row = SavedSearch.objects.filter(pk=search.pk)
                return sync._read_pages(row.get(), row) is not None

        before = sandbox.ledger()["counters"]
        assert self.together(unclaimed) == [True, True]
        assert asked(sandbox, before) == 2
        assert (Job.objects.count(), Sighting.objects.count()) == (1, 1)  # and even then nothing is doubled

    def test_with_the_claim_one_of_them_does(self, sandbox, person, search, word):
        post(sandbox, f"A {word} job")

        def claimed():
            with owner_scope(person.pk):
                return run(search)

        before = sandbox.ledger()["counters"]
        assert sorted(self.together(claimed)) == [False, True]
        assert asked(sandbox, before) == 1
        assert Job.objects.count() == 1

    @pytest.mark.parametrize("fault", (None, "500"), ids=("it is read", "it fails"))
    def test_a_change_made_while_the_search_is_read_stands(self, sandbox, person, search, word, fault):
        post(sandbox, f"A {word} job")
        sandbox.control("faults", kind="slow", calls=1, seconds=2)
        if fault:
            sandbox.control("faults", kind=fault, calls=9)

        def work():
            with owner_scope(person.pk):
                run(search)
            database.close()

        worker = threading.Thread(target=work)
        worker.start()
        while reload(search).claimed_until is None:
            pass
        searches.update_search(actor=person, search_id=search.pk, changes={"any_words": ["other"]})
        worker.join(30)

        row = reload(search)
        assert (row.any_words, row.newest_posted_at, row.claimed_until) == (["other"], None, None)
        assert (row.failures, row.error) == (0, "")
        assert row.due_at <= timezone.now()
        sandbox.control("faults/clear")
        assert run(search)


def asked(sandbox, before):
    """How often the search was asked since."""
    after = sandbox.ledger()["counters"]
    return sum(after.get(name, 0) - before.get(name, 0) for name in after if "marketplaceJobPostingsSearch" in name)
