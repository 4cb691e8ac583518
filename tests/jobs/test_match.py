"""From sightings to matches: nothing lost when a worker dies, nothing told twice."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.core import realtime
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.jobs import tasks
from apps.jobs.models import Job, Match, SavedSearch, Sighting
from apps.jobs.services import match as matching
from apps.jobs.services.ingest import ingest
from apps.notifications.enums import Channel
from apps.notifications.models import Delivery
from tests.accounts.factories import ProfileFactory
from tests.jobs.factories import JobFactory, MatchFactory, SearchFactory, SightingFactory, WeightsFactory, posting


@pytest.fixture
def everyone():
    with everyone_scope(Reason.SWEEP):
        yield


def sight(owner, **job):
    """A job that the owner was shown and nobody has matched yet."""
    return SightingFactory(owner=owner, job=JobFactory(**job)).job


def run(*jobs):
    return matching.match(job_ids=[job.pk for job in jobs])


def alerts(owner):
    with owner_scope(owner.pk):
        return sorted(Delivery.objects.filter(channel=Channel.INPAGE).values_list("key", flat=True))


def test_match_scores_what_passes_a_search(owner, search, everyone):
    job = sight(owner)

    assert run(job) == 1

    match = Match.objects.get()
    assert (match.owner, match.job, match.search_ids, match.posted_at) == (owner, job, [search.pk], job.posted_at)
    assert match.score == round(sum(part["points"] for part in match.parts))
    assert [part["key"] for part in match.parts] == ["skills", "rate", "client", "competition", "freshness"]
    assert Sighting.objects.get().matched_at is not None


def test_match_names_every_search_that_passed(owner, search, everyone):
    second, off = SearchFactory(owner=owner, any_words=["htmx"]), SearchFactory(owner=owner, is_active=False)
    SearchFactory(owner=owner, any_words=["cobol"])

    run(sight(owner))

    assert Match.objects.get().search_ids == [search.pk, second.pk]
    assert off.pk not in Match.objects.get().search_ids


def test_match_leaves_what_passes_nothing_out_of_the_feed(owner, search, everyone):
    assert run(sight(owner, title="Cook", description="A cook", skills=[])) == 0

    assert not Match.objects.exists()
    assert Sighting.objects.get().matched_at is not None


def test_match_shows_a_job_only_to_those_whose_key_was_shown_it(owner, stranger, search, everyone):
    SearchFactory(owner=stranger)

    run(sight(owner))

    assert [match.owner for match in Match.objects.all()] == [owner]


def test_match_scores_each_person_by_their_own_profile_and_weights(owner, stranger, search, everyone):
    ProfileFactory(owner=stranger, skills=("COBOL",), hourly_rate=Decimal(200))
    WeightsFactory(owner=stranger, skills=100, rate=0, client=0, competition=0, freshness=0)
    SearchFactory(owner=stranger)
    job = sight(owner)
    SightingFactory(owner=stranger, job=job)

    run(job)

    scores = dict(Match.objects.values_list("owner_id", "score"))
    assert scores[owner.pk] > 80
    assert scores[stranger.pk] == 0


def test_match_of_somebody_without_skills_or_rate_still_scores(stranger, everyone):
    SearchFactory(owner=stranger)

    run(sight(stranger))

    assert {part["reason"] for part in Match.objects.get().parts} >= {"rate_of_yours_missing"}


def test_match_rings_from_the_threshold_on(owner, everyone):
    SearchFactory(owner=owner, alert_threshold=0)
    job = sight(owner)

    run(job)

    assert alerts(owner) == [f"new_job:{job.public_id}"]
    delivery = Delivery.objects.filter(channel=Channel.INPAGE).get()
    assert delivery.context["score"] == Match.objects.get().score
    assert delivery.content["title"] == job.title
    assert delivery.content["place"] == "United Kingdom"
    assert delivery.content["summary"].startswith(" · $45–70/hr · ")
    assert Match.objects.get().notified_at is not None


@pytest.mark.parametrize(
    ("search", "job"),
    (
        ({"alert_threshold": 100}, {"applicants": 30}),
        ({"created_at": timezone.now()}, {"posted_at": timezone.now() - timedelta(hours=2)}),
        ({"created_at": timezone.now() - timedelta(days=9)}, {"posted_at": timezone.now() - timedelta(hours=25)}),
    ),
    ids=("below the threshold", "posted before the search was saved", "posted more than a day ago"),
)
def test_match_stays_quiet(owner, search, job, everyone, django_capture_on_commit_callbacks):
    SearchFactory(owner=owner, **{"alert_threshold": 0, **search})

    with django_capture_on_commit_callbacks(execute=True):
        run(sight(owner, **job))

    assert alerts(owner) == []
    assert Match.objects.get().notified_at is None
    assert realtime.latest_cursor(owner.pk) != "0"  # the open page is told all the same


def test_match_tells_nobody_twice(owner, search, everyone):
    SavedSearch.objects.update(alert_threshold=0)
    job = sight(owner)
    run(job)
    Sighting.objects.update(matched_at=None)

    run(job)

    assert len(alerts(owner)) == 1
    assert Match.objects.count() == 1


def test_match_again_keeps_the_marks(owner, search, everyone):
    job = JobFactory()
    match = MatchFactory(owner=owner, job=job, score=1, saved_at=timezone.now(), opened_at=timezone.now())
    Sighting.objects.update(matched_at=None)

    run(job)

    again = Match.objects.get()
    assert (again.saved_at, again.opened_at, again.created_at) == (match.saved_at, match.opened_at, match.created_at)
    assert again.score > 80


def test_match_again_takes_out_what_no_longer_passes(owner, search, everyone):
    job = JobFactory(title="Cook", description="A cook", skills=[])
    MatchFactory(owner=owner, job=job, search_ids=[search.pk])
    Sighting.objects.update(matched_at=None)

    run(job)

    assert Match.objects.get().search_ids == []


def test_match_leaves_matches_of_purged_jobs_alone(owner, search, everyone):
    job = JobFactory(title="", description="", skills=[], content_purged_at=timezone.now())
    MatchFactory(owner=owner, job=job, search_ids=[search.pk], score=66)
    Sighting.objects.update(matched_at=None)

    assert run(job) == 0

    assert Match.objects.get().search_ids == [search.pk]
    assert Match.objects.get().score == 66


def test_work_of_a_worker_that_died_before_matching_is_found(owner, search):
    """The posting is stored and the nudge is lost: beat's sweep finds the sighting."""
    ingest(owner_id=owner.pk, postings=[posting(), posting()], source="sandbox")

    tasks.match_waiting()

    with owner_scope(owner.pk):
        assert Match.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_while_matching_leaves_the_sighting_waiting(owner, search):
    job = sight(owner)

    with transaction.atomic():
        run(job)
        transaction.set_rollback(True)  # what the database does when the connection of a killed worker ends

    with owner_scope(owner.pk):
        assert (Match.objects.count(), alerts(owner)) == (0, [])
        assert Sighting.objects.get().matched_at is None
    tasks.match_waiting()
    with owner_scope(owner.pk):
        assert Match.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_sighting(owner, search):
    """While one worker holds the sightings, the other finds nothing to do instead of doing it again."""
    job, results = sight(owner), []

    def other():
        results.append(run(job))
        connection.close()

    with transaction.atomic():
        results.append(run(job))
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)

    assert results == [1, 0]
    with owner_scope(owner.pk):
        assert Match.objects.count() == 1


@pytest.mark.parametrize("jobs", (1, 3))
def test_match_query_count_is_flat(owner, search, everyone, jobs, django_assert_max_num_queries):
    waiting = [sight(owner) for _number in range(jobs)]

    with django_assert_max_num_queries(16):
        run(*waiting)

    assert Match.objects.count() == jobs


def test_match_waiting_does_nothing_when_nothing_waits(db):
    assert matching.match_waiting() == 0


def test_a_price_that_rises_brings_a_job_in(owner):
    SearchFactory(owner=owner, hourly_least=Decimal(80))
    given = posting(hourly_max=Decimal(70))
    ingest(owner_id=owner.pk, postings=[given], source="sandbox")
    tasks.match_waiting()
    with owner_scope(owner.pk):
        assert not Match.objects.exists()

    ingest(owner_id=owner.pk, postings=[replace(given, hourly_max=Decimal(90))], source="sandbox")
    tasks.match_waiting()

    with owner_scope(owner.pk):
        assert Match.objects.get().job == Job.objects.get()
