"""From postings to rows: nothing lost, nothing doubled, nothing refilled."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.jobs import text
from apps.jobs.enums import Source
from apps.jobs.models import Client, Job, Sighting
from apps.jobs.services import purge
from apps.jobs.services.ingest import Ingested, ingest
from tests.jobs.factories import posting


def bring(owner, *postings, source=Source.SANDBOX, **options):
    return ingest(owner_id=owner.pk, postings=postings, source=source, **options)


def test_ingest_stores_the_whole_posting(in_scope):
    given = posting(questions=("Which shop?",), preferred_countries=("Ukraine",), applied=True)

    outcome = bring(in_scope, given)

    assert outcome == Ingested(received=1, new=1, changed=0, sighted=1)
    job = Job.objects.get()
    assert job.upwork_id == given.upwork_id
    assert (job.title, job.description, tuple(job.skills)) == (given.title, given.description, given.skills)
    assert (job.hourly_min, job.hourly_max, job.fixed_budget) == (Decimal(45), Decimal(70), None)
    assert (job.questions, job.preferred_countries) == (["Which shop?"], ["Ukraine"])
    assert (job.client_hires, job.client_posted, job.client_rating) == (12, 14, 4.9)
    assert job.posted_at == given.posted_at
    assert Sighting.objects.get().has_applied


def test_ingest_keeps_the_client_by_a_keyed_hash_alone(in_scope):
    bring(in_scope, posting(), posting(), posting(client={"rid": "client-2"}))

    keys = set(Client.objects.values_list("key", flat=True))
    assert keys == {text.keyed_hash("client-1"), text.keyed_hash("client-2")}
    assert Job.objects.filter(client__key=text.keyed_hash("client-1")).count() == 2


def test_ingest_again_changes_nothing(in_scope):
    given = [posting(), posting()]
    bring(in_scope, *given)
    before = list(Job.objects.order_by("pk").values())

    outcome = bring(in_scope, *given, now=timezone.now() + timedelta(hours=1))

    assert outcome == Ingested(received=2, new=0, changed=0, sighted=0)
    assert list(Job.objects.order_by("pk").values()) == before


def test_ingest_takes_one_of_two_equal_postings(in_scope):
    given = posting()

    assert bring(in_scope, given, given).new == 1


def test_ingest_of_nothing_asks_the_database_nothing(in_scope, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert bring(in_scope).received == 0


def test_ingest_records_more_applicants_without_matching_again(in_scope):
    given = posting()
    bring(in_scope, given)
    Sighting.objects.update(matched_at=timezone.now())

    outcome = bring(in_scope, replace(given, applicants=30))

    assert outcome.changed == 1
    job = Job.objects.get()
    assert (job.applicants, job.revised_at) == (30, None)
    assert Sighting.objects.get().matched_at is not None


def test_ingest_sends_a_job_with_another_price_to_matching_for_everyone(owner, stranger):
    given = posting()
    for person in (owner, stranger):
        bring(person, given)
    with everyone_scope(Reason.SWEEP):
        Sighting.objects.update(matched_at=timezone.now())

    bring(owner, replace(given, hourly_max=Decimal(90)))

    with everyone_scope(Reason.SWEEP):
        assert Job.objects.get().revised_at is not None
        assert Sighting.objects.filter(matched_at=None).count() == 2


def test_ingest_lets_a_second_person_see_the_same_row(owner, stranger):
    given = posting()
    bring(owner, given)

    outcome = bring(stranger, given)

    assert outcome == Ingested(received=1, new=0, changed=0, sighted=1)
    with everyone_scope(Reason.SWEEP):
        assert Job.objects.count() == 1
        assert set(Sighting.objects.values_list("owner_id", flat=True)) == {owner.pk, stranger.pk}


def test_ingest_counts_the_time_of_content_from_the_first_fetch(in_scope):
    first, later = timezone.now(), timezone.now() + timedelta(hours=20)
    given = posting()
    bring(in_scope, given, source=Source.API, now=first)

    bring(in_scope, replace(given, description="Rewritten"), source=Source.API, now=later)

    job = Job.objects.get()
    assert (job.description, job.fetched_at) == ("Rewritten", later)
    assert job.content_expires_at == first + timedelta(hours=24)


def test_ingest_keeps_postings_of_the_sandbox_for_good(in_scope):
    bring(in_scope, posting())

    assert Job.objects.get().content_expires_at is None


def test_ingest_never_refills_what_was_purged(in_scope):
    given = posting()
    bring(in_scope, given, source=Source.API)
    purge.purge_expired(now=timezone.now() + timedelta(hours=25))

    bring(in_scope, replace(given, applicants=40), source=Source.API, now=timezone.now() + timedelta(hours=26))

    job = Job.objects.get()
    assert (job.title, job.description, job.skills, job.client_country) == ("", "", [], "")
    assert (job.applicants, job.client_hires) == (4, 12)


def test_ingest_changes_nothing_whose_time_is_over_though_the_sweep_is_late(in_scope):
    given = posting()
    bring(in_scope, given, source=Source.API)

    late = timezone.now() + timedelta(hours=26)
    outcome = bring(in_scope, replace(given, description="Rewritten"), source=Source.API, now=late)

    assert outcome.changed == 0
    assert Job.objects.get().description == given.description


def test_ingest_nudges_matching_with_what_is_new_to_the_person(in_scope, valkey, django_capture_on_commit_callbacks):
    given = posting()
    with django_capture_on_commit_callbacks(execute=True) as first:
        bring(in_scope, given)
    with django_capture_on_commit_callbacks(execute=True) as second:
        bring(in_scope, given)

    assert (len(first), len(second)) == (1, 0)
    assert valkey.llen("match") == 1


@pytest.mark.parametrize("bad", ("nul \0 inside", "half a pair \ud800 inside"))
def test_ingest_survives_text_that_postgresql_cannot_hold(in_scope, bad):
    bring(
        in_scope,
        posting(
            title=bad, description=bad, skills=(bad,), questions=(bad,), category=bad, subcategory=bad, duration=bad,
            workload=bad, preferred_countries=(bad,), client={"rid": bad, "country": bad, "city": bad},
        ),
    )  # fmt: skip

    assert Job.objects.get().description == bad.replace("\0", "").replace("\ud800", "")


def test_ingest_cuts_what_is_too_long_for_its_column(in_scope):
    long = "x" * 1000
    bring(in_scope, posting(title=long, skills=(long,), category=long, duration=long, preferred_countries=(long,)))

    assert len(Job.objects.get().title) == 300


@pytest.mark.parametrize(
    "description", ("x" * 3000, "ж" * 3000, " ".join(f"word{number}" for number in range(300_000))),
    ids=("token beyond 2,047 letters", "token beyond 2,047 bytes", "words beyond a tsvector"),
)  # fmt: skip
def test_ingest_survives_words_that_postgresql_cannot_index(in_scope, description):
    bring(in_scope, posting(description=description, skills=("Skill",) * 500), posting())

    assert Job.objects.filter(search_vector__isnull=False).count() == 2


def test_ingest_finds_the_rows_of_a_worker_that_was_faster(in_scope, transactional_db):
    """Both workers read "not there" before either wrote; the slower one still sights the faster one's row."""
    given = posting()
    started, results = threading.Event(), []

    def slower():
        started.wait(10)
        results.append(bring(in_scope, given))
        connection.close()

    thread = threading.Thread(target=slower)
    thread.start()
    with transaction.atomic():
        results.append(bring(in_scope, given))
        started.set()
        thread.join(0.7)  # it now waits for our row
    thread.join(10)

    assert [outcome.new for outcome in results] == [1, 0]
    with owner_scope(in_scope.pk):
        assert (Job.objects.count(), Sighting.objects.count()) == (1, 1)
