"""Keeping searches up to date, over real HTTP against the sandbox."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.core import claims
from apps.core.tenancy import owner_scope
from apps.jobs import tasks
from apps.jobs.models import Job, Match, SavedSearch, Sighting
from apps.jobs.services import sync
from tests.accounts.factories import UserFactory
from tests.jobs.factories import SearchFactory
from tests.jobs.sync.steps import make_due, post, reload, run
from tests.upwork.conftest import connect


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


def test_two_searches_that_find_the_same_job_share_it(sandbox, person, search, word):
    other = SearchFactory(owner=person, any_words=[word])
    post(sandbox, f"A {word} job")

    run(search)
    run(other)
    tasks.match_waiting()

    assert (Job.objects.count(), Sighting.objects.count()) == (1, 1)
    assert Match.objects.get().search_ids == [search.pk, other.pk]


def test_a_posting_that_changes_is_followed(sandbox, search, word):
    job = post(sandbox, f"A {word} job")
    run(search)
    sandbox.market.edit_job(job.id, "Now it says something else.")
    make_due(search)

    run(search)

    assert Job.objects.get().description == "Now it says something else."
    assert Job.objects.get().revised_at is not None


def test_the_whole_way_from_posting_to_match(sandbox, search, word):
    post(sandbox, f"A {word} job")

    run(search)
    tasks.match_waiting()

    match = Match.objects.get()
    assert match.job.title == f"A {word} job"
    assert match.search_ids == [search.pk]
