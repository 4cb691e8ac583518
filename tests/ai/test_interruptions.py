"""Cancel, killed workers, two workers at once: nothing is lost, nothing is doubled."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.ai import selectors, services
from apps.ai.drafting import Draft, LostClaimError
from apps.ai.enums import Failure, Outcome, State
from apps.ai.models import Generation, LedgerEntry
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from tests.ai_sandbox.postings import letter_facts


def queued(owner):
    return services.request_letter(owner_id=owner.pk, facts=letter_facts(), actor=owner)


def left_by_a_dead_worker(owner, *, attempt=1, text="Hello Marta, I was"):
    generation = queued(owner)
    Generation.objects.filter(pk=generation.pk).update(
        state=State.RUNNING, attempt=attempt, text=text, provider="openai", model="gpt-6.1-sol",
        started_at=timezone.now(), claimed_until=timezone.now() - timedelta(seconds=1),
    )  # fmt: skip
    return generation


def outcomes(generation):
    rows = LedgerEntry.objects.filter(generation=generation).order_by("number")
    return list(rows.values_list("outcome", "error"))


def test_cancel_before_the_start_is_final(providers, scope, frames):
    generation = services.cancel_generation(generation_id=queued(scope).pk, actor=scope)

    again = services.run_generation(generation_id=generation.pk)

    assert (again.state, again.facts, again.cancel_requested_by) == (State.CANCELLED, {}, scope)
    assert providers.calls() == []
    assert frames(scope)[-1]["state"] == "cancelled"


@pytest.fixture
def people(transactional_db):
    return User.objects.create_user("olena@example.com", "secret-Pass-1")


def in_threads(work, count=1):
    """Run `work` in threads with database connections of their own; returns the threads, started."""

    def run():
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def eventually(check):
    for _ in range(1_200):
        if result := check():
            return result
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_cancel_while_writing_keeps_the_part_and_stops_the_provider(providers, people):
    providers.pace(25)
    with owner_scope(people.pk):
        generation = queued(people)

    def work():
        with owner_scope(people.pk):
            services.run_generation(generation_id=generation.pk)

    [worker] = in_threads(work)
    with owner_scope(people.pk):
        eventually(lambda: Generation.objects.filter(pk=generation.pk).exclude(text="").exists())
        services.cancel_generation(generation_id=generation.pk, actor=people)
        worker.join(timeout=10)
        generation.refresh_from_db()
        assert generation.state == State.CANCELLED
        assert 20 < len(generation.text) < 500
        entry = LedgerEntry.objects.get(generation=generation)
        assert (entry.outcome, entry.is_estimate) == (Outcome.CANCELLED, True)


def test_two_workers_write_one_letter(providers, people):
    providers.pace(200)
    with owner_scope(people.pk):
        generation = queued(people)

    def work():
        with owner_scope(people.pk):
            services.run_generation(generation_id=generation.pk)

    for thread in in_threads(work, count=4):
        thread.join(timeout=20)

    with owner_scope(people.pk):
        generation.refresh_from_db()
        assert (generation.state, generation.attempt) == (State.DONE, 1)
        assert outcomes(generation) == [("ok", "")]
    assert len(providers.calls()) == 1


def test_worker_killed_in_the_middle_is_followed_by_the_next(providers, people):
    providers.pace(25)
    with owner_scope(people.pk):
        generation = queued(people)
    code = (
        "import django; django.setup()\n"
        "from apps.ai import services\n"
        "from apps.core.tenancy import owner_scope\n"
        f"with owner_scope({people.pk}): services.run_generation(generation_id={generation.pk})"
    )
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database,
        "OPENAI_BASE_URL": providers.openai_url,
        "OUTBOUND_PRIVATE_ALLOW": providers.address,
        "AI_FIRST_TOKEN_SECONDS": "60",  # a busy machine takes long to import the SDK
    }
    worker = subprocess.Popen([sys.executable, "-c", code], env=environment)
    with owner_scope(people.pk):
        try:
            eventually(lambda: Generation.objects.filter(pk=generation.pk).exclude(text="").exists())
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=10)
        assert selectors.expired_generations().count() == 0  # the claim still runs
        assert services.run_generation(generation_id=generation.pk).state == State.RUNNING
        Generation.objects.filter(pk=generation.pk).update(claimed_until=timezone.now())  # a minute later
        providers.pace(0)

        after = services.run_generation(generation_id=generation.pk)

        assert (after.state, after.attempt) == (State.DONE, 2)
        assert after.text.count("Hello Marta,") == 1
        assert outcomes(generation) == [("failed", "interrupted"), ("ok", "")]


def test_next_run_starts_the_page_over(providers, scope, frames):
    generation = left_by_a_dead_worker(scope)

    services.run_generation(generation_id=generation.pk)

    assert [frame["reset"] for frame in frames(scope)[:2]] == [True, False]


def test_letter_that_came_meanwhile_is_taken_whole_from_the_cache(providers, scope, frames):
    dead = left_by_a_dead_worker(scope)
    equal = services.run_generation(generation_id=queued(scope).pk)
    before = len(frames(scope))

    after = services.run_generation(generation_id=dead.pk)

    told = frames(scope)[before:]
    assert (after.text, after.is_cached) == (equal.text, True)
    assert [frame.get("reset") for frame in told] == [True, False, None]
    assert outcomes(dead) == [("failed", "interrupted"), ("cached", "")]


@pytest.mark.parametrize("outcome", (("failed", "timeout"), ("cancelled", "")))
def test_call_that_was_in_the_ledger_before_its_worker_died_is_not_written_twice(providers, scope, outcome):
    generation = left_by_a_dead_worker(scope)
    LedgerEntry.objects.create(
        owner=scope, generation=generation, number=11, provider="openai", model="gpt-6.1-sol", purpose=generation.kind,
        outcome=outcome[0], error=outcome[1],
    )  # fmt: skip

    services.run_generation(generation_id=generation.pk)

    assert outcomes(generation) == [outcome, ("ok", "")]


def test_taking_over_is_written_whole_or_not_at_all(providers, scope):
    generation = left_by_a_dead_worker(scope, attempt=2)
    late = Draft(Generation.objects.get(pk=generation.pk))
    Generation.objects.filter(pk=generation.pk).update(attempt=3)

    with pytest.raises(LostClaimError):
        late.take_over()

    assert outcomes(generation) == []


def test_generation_that_kills_its_workers_is_given_up(providers, scope):
    generation = left_by_a_dead_worker(scope, attempt=services.MOST_ATTEMPTS)

    after = services.run_generation(generation_id=generation.pk)

    assert (after.state, after.error, after.text) == (State.FAILED, Failure.INTERRUPTED, "Hello Marta, I was")
    assert providers.calls() == []


def test_cancel_of_a_dead_workers_letter_keeps_its_part(providers, scope):
    generation = left_by_a_dead_worker(scope)
    services.cancel_generation(generation_id=generation.pk, actor=scope)

    after = services.run_generation(generation_id=generation.pk)

    assert (after.state, after.text) == (State.CANCELLED, "Hello Marta, I was")


def test_sleeper_that_wakes_up_late_changes_nothing(providers, scope):
    generation = queued(scope)
    Generation.objects.filter(pk=generation.pk).update(state=State.RUNNING, attempt=1)
    sleeper = Draft(Generation.objects.get(pk=generation.pk))
    Generation.objects.filter(pk=generation.pk).update(attempt=2, text="the other's text")

    with pytest.raises(LostClaimError):
        sleeper.write()

    generation.refresh_from_db()
    assert generation.text == "the other's text"


def test_sweep_finds_what_nobody_writes(providers, owner):
    with owner_scope(owner.pk):
        waiting = queued(owner)
        dead = left_by_a_dead_worker(owner)
        held = queued(owner)
        Generation.objects.filter(pk=held.pk).update(claimed_until=timezone.now() + timedelta(seconds=50))
        done = services.run_generation(generation_id=queued(owner).pk)

    with everyone_scope(Reason.SWEEP):
        found = set(selectors.expired_generations())

    assert found == {waiting, dead}
    assert done not in found
