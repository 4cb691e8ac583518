"""Content goes when its time is over or the person disconnects; tombstones stay."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.jobs import tasks
from apps.jobs.enums import Source
from apps.jobs.models import Job, Match, Sighting
from apps.jobs.selectors.feed import FeedFilter, feed_page
from apps.jobs.services import purge
from apps.jobs.services.ingest import ingest
from apps.upwork import purgers
from tests.jobs.factories import JobFactory, MatchFactory, SearchFactory, SightingFactory, posting
from tests.jobs.waiting import wait_until_somebody_is_blocked


@pytest.fixture
def everyone():
    with everyone_scope(Reason.RETENTION):
        yield


def expiring(**fields):
    return {"content_expires_at": timezone.now() + timedelta(hours=1), **fields}


def test_purge_blanks_what_has_expired_and_nothing_else(db, everyone):
    past = JobFactory(
        content_expires_at=timezone.now() - timedelta(seconds=1), client_city="Leeds", questions=["Which?"]
    )
    later, never = JobFactory(**expiring()), JobFactory()

    tasks.purge_expired()

    past.refresh_from_db()
    assert past.content_purged_at is not None
    assert {name: getattr(past, name) for name in purge.BLANK} == purge.BLANK
    for other in (later, never):
        other.refresh_from_db()
        assert (other.content_purged_at, other.title) == (None, "Django developer to speed up our checkout")


def test_purge_keeps_the_tombstone(db, everyone):
    job = JobFactory(content_expires_at=timezone.now(), content_hash="h", category="Web Development")
    kept = (
        "upwork_id",
        "first_seen_at",
        "content_hash",
        "simhash",
        "category",
        "hourly_max",
        "client_hires",
        "client_posted",
    )
    before = {name: getattr(job, name) for name in kept}

    purge.purge_expired()

    job.refresh_from_db()
    assert {name: getattr(job, name) for name in kept} == before


def test_purge_keeps_scores_and_marks(owner, everyone):
    match = MatchFactory(owner=owner, job__content_expires_at=timezone.now(), saved_at=timezone.now())

    purge.purge_expired()

    match.refresh_from_db()
    assert (match.score, match.is_purged, match.saved_at is not None) == (90, True, True)


def test_purge_again_finds_nothing(db, everyone):
    JobFactory(content_expires_at=timezone.now())

    assert (purge.purge_expired(), purge.purge_expired()) == (1, 0)


def test_purge_takes_more_than_one_batch(db, everyone):
    now, count = timezone.now(), purge.BATCH + 1
    Job.objects.bulk_create(
        Job(upwork_id=str(number), title="Old", source="api", kind="hourly", posted_at=now, content_expires_at=now)
        for number in range(count)
    )

    assert purge.purge_expired() == count
    assert not Job.objects.filter(title="Old").exists()


def test_the_registry_knows_what_goes_with_a_connection():
    assert "apps.jobs.services.purge.purge_owner" in purgers.registered()


def test_disconnecting_purges_through_the_registry(owner, everyone):
    MatchFactory(owner=owner, job=JobFactory(**expiring()))

    with owner_scope(owner.pk):
        purgers.purge(owner.pk)

    assert Job.objects.get().title == ""
    assert Match.objects.get().is_purged


def test_disconnecting_leaves_others_their_content(owner, stranger, everyone):
    job = JobFactory(**expiring())
    mine, theirs = MatchFactory(owner=owner, job=job), MatchFactory(owner=stranger, job=job)

    purge.purge_owner(owner.pk)

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.is_purged, theirs.is_purged) == (True, False)
    assert Job.objects.get().title != ""
    assert [sighting.owner for sighting in Sighting.objects.all()] == [stranger]


def test_disconnecting_keeps_what_is_exempt(owner, everyone):
    match = MatchFactory(owner=owner)

    purge.purge_owner(owner.pk)

    match.refresh_from_db()
    assert not match.is_purged


def shown(person, given):
    """The person's key is shown the posting, and it is matched."""
    ingest(owner_id=person.pk, postings=[given], source=Source.API)
    tasks.match_waiting()


def match_of(person):
    return Match.objects.select_related("job").get(owner=person)


def test_connecting_again_brings_the_content_back_for_the_rest_of_its_time(owner, search, everyone):
    given = posting()
    shown(owner, given)
    first = match_of(owner)
    purge.purge_owner(owner.pk)
    gone = match_of(owner)

    shown(owner, given)

    again = match_of(owner)
    assert (first.is_purged, gone.is_purged, again.is_purged) == (False, True, False)
    assert (gone.job.title, again.job.title) == ("", given.title)
    assert again.job.content_expires_at == first.job.content_expires_at
    assert again.pk == first.pk


def test_disconnecting_takes_nothing_from_whoever_is_shown_the_job_later(owner, search, stranger, everyone):
    SearchFactory(owner=stranger)
    given = posting()
    shown(owner, given)
    purge.purge_owner(owner.pk)

    shown(stranger, given)

    assert (match_of(stranger).is_purged, match_of(stranger).job.title) == (False, given.title)
    assert match_of(owner).is_purged


def test_content_is_not_shown_past_its_time_though_the_sweep_is_late(owner, everyone):
    late = {"content_expires_at": timezone.now() - timedelta(seconds=1)}
    match = MatchFactory(owner=owner, job=JobFactory(**late))
    MatchFactory(owner=owner, job=JobFactory(**expiring()))
    MatchFactory(owner=owner)

    rows = feed_page(FeedFilter(), owner_id=owner.pk).rows

    assert match.is_purged
    assert [row.is_purged for row in sorted(rows)] == [True, False, False]
    assert len(feed_page(FeedFilter(q="django"), owner_id=owner.pk).rows) == 2


def test_content_past_its_time_is_matched_with_nothing_and_keeps_what_it_had(owner, search, everyone):
    late = JobFactory(content_expires_at=timezone.now() - timedelta(seconds=1))
    SightingFactory(owner=owner, job=late)
    kept = MatchFactory(owner=owner, job__content_expires_at=timezone.now(), search_ids=[search.pk])
    Sighting.objects.update(matched_at=None)

    assert tasks.match_services.match_waiting() == 0

    kept.refresh_from_db()
    assert kept.search_ids == [search.pk]
    assert not Match.objects.filter(job=late).exists()


@pytest.mark.django_db(transaction=True)
def test_disconnecting_while_a_sync_stores_its_page_waits_for_it(owner):
    """The sync has its jobs and goes on to its sightings; who disconnects must not hold these meanwhile."""
    given = posting()
    ingest(owner_id=owner.pk, postings=[given], source=Source.API)
    thread = threading.Thread(target=in_own_connection, args=(lambda: purge.purge_owner(owner.pk),))

    with transaction.atomic():
        with everyone_scope(Reason.RETENTION):
            Job.objects.select_for_update(no_key=True).get()  # the first half of an ingest
        thread.start()
        wait_until_somebody_is_blocked()
        ingest(owner_id=owner.pk, postings=[replace(given, applied=True)], source=Source.API)
    thread.join()

    with everyone_scope(Reason.RETENTION):
        assert not Sighting.objects.exists()
        assert Job.objects.get().content_purged_at is not None


def in_own_connection(work):
    try:
        work()
    finally:
        connection.close()
