"""Letters by the AI, from the click to the version; the steps are run apart, as a dying worker would leave them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection as database
from django.utils import timezone

from apps.ai import services as ai
from apps.ai.enums import State
from apps.ai.models import Generation
from apps.core.errors import DomainError
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.proposals import services, tasks
from apps.proposals.enums import VersionSource
from apps.proposals.models import Proposal, Version
from tests.proposals.conftest import QUESTIONS
from tests.proposals.factories import ProposalFactory


@pytest.fixture
def asked(scope, match, writer):
    """A proposal whose letter waits for its writer."""
    return services.start_draft(match=match, actor=scope)


def test_draft_starts_with_the_facts_of_the_job_and_the_person(asked, match):
    assert asked.job == match.job
    assert asked.score == 94
    assert asked.bid_amount == 62
    assert asked.generation.state == State.QUEUED
    assert asked.generation.facts["job"]["title"] == match.job.title
    assert tuple(asked.generation.facts["job"]["questions"]) == QUESTIONS


def test_confidential_work_never_reaches_the_writer(asked):
    facts = asked.generation.facts

    assert [proof["title"] for proof in facts["freelancer"]["proofs"]] == ["Northpeak checkout"]
    assert "Secret" not in str(facts)


def test_bid_starts_within_what_the_client_offers(scope, match, writer):
    match.job.hourly_max = 50
    match.job.save(update_fields=["hourly_max"])

    assert services.start_draft(match=match, actor=scope).bid_amount == 50


def test_second_click_opens_the_same_proposal_and_asks_nobody(asked, scope, match):
    again = services.start_draft(match=match, actor=scope)

    assert again == asked
    assert Generation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_double_click_makes_one_proposal_and_one_letter(owner, match, writer):
    ready = threading.Barrier(4)

    def click():
        with owner_scope(owner.pk):
            ready.wait()
            services.start_draft(match=match, actor=owner)
        database.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    with owner_scope(owner.pk):
        assert Proposal.objects.count() == 1
        assert Generation.objects.count() == 1


def test_letter_and_answers_become_the_first_version(asked, frames, owner):
    services.write_draft(proposal_id=asked.pk)

    asked.refresh_from_db()
    version = asked.current_version
    assert (version.number, version.source, version.is_sandbox) == (1, VersionSource.AI, True)
    assert len(version.text.split()) > 40
    assert [answer["question"] for answer in version.answers] == list(QUESTIONS)
    assert all(answer["answer"] for answer in version.answers)


@pytest.mark.django_db(transaction=True)
def test_page_hears_of_the_letter_when_it_is_there(owner, match, writer, frames):
    with owner_scope(owner.pk):
        proposal = services.start_draft(match=match, actor=owner)
        services.write_draft(proposal_id=proposal.pk)

    events = [frame["event"] for frame in frames(owner)]
    assert events[0] == "proposal_status"
    assert "ai_progress" in events
    assert events.index("ai_complete") > events.index("ai_progress")
    assert frames(owner)[-1]["id"] in {str(proposal.public_id), str(proposal.generation.public_id)}


def test_second_worker_writes_nothing(asked, writer):
    services.write_draft(proposal_id=asked.pk)
    calls = len(writer.calls())

    services.write_draft(proposal_id=asked.pk)

    assert len(writer.calls()) == calls
    assert Version.objects.count() == 1


def test_adopting_twice_makes_one_version(asked):
    generation = ai.run_generation(generation_id=asked.generation_id)

    for _ in range(2):
        services.adopt_generation(generation, proposal_id=asked.pk)

    assert Version.objects.count() == 1


def test_worker_that_died_before_it_began_is_replaced(asked):
    with everyone_scope(Reason.SWEEP):
        assert services.drafts_to_write() == [(asked.pk, asked.owner_id)]


def test_letter_in_other_hands_is_left_alone_until_the_claim_ends(asked):
    Generation.objects.update(state=State.RUNNING, claimed_until=timezone.now() + timedelta(seconds=30))
    with everyone_scope(Reason.SWEEP):
        assert services.drafts_to_write() == []

    Generation.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    with everyone_scope(Reason.SWEEP):
        assert services.drafts_to_write() == [(asked.pk, asked.owner_id)]


def test_letter_left_in_the_middle_is_written_by_the_next_worker(asked):
    Generation.objects.update(state=State.RUNNING, attempt=1, claimed_until=timezone.now() - timedelta(seconds=1))

    services.write_draft(proposal_id=asked.pk)

    assert Proposal.objects.get().current_version.source == VersionSource.AI
    assert Generation.objects.get().state == State.DONE


def test_sweep_starts_what_is_waiting(asked, valkey):
    tasks.write_waiting()

    assert valkey.llen("ai") == 1


def test_task_works_in_the_scope_of_the_owner(asked):
    with owner_scope(None):
        tasks.write_draft(proposal_id=asked.pk, owner_id=asked.owner_id)

    assert Version.objects.count() == 1


def test_stopped_letter_keeps_nothing_when_nothing_was_written(asked, scope):
    services.cancel_draft(proposal_id=asked.pk, actor=scope)
    services.write_draft(proposal_id=asked.pk)

    assert Generation.objects.get().state == State.CANCELLED
    assert Version.objects.count() == 0


def test_stopping_where_nothing_is_written_does_no_harm(scope):
    proposal = ProposalFactory(owner=scope)

    services.cancel_draft(proposal_id=proposal.pk, actor=scope)

    assert Version.objects.count() == 1


def test_part_of_a_letter_stays_when_the_provider_breaks_off(asked, writer):
    writer.fail("cut", after_words=20)

    services.write_draft(proposal_id=asked.pk)

    asked.refresh_from_db()
    assert asked.generation.state == State.FAILED
    assert asked.generation.error == "broken"
    assert asked.current_version is None or asked.current_version.text


def test_rewrite_makes_another_version_and_keeps_the_first(asked, scope):
    services.write_draft(proposal_id=asked.pk)
    first = Proposal.objects.get().current_version

    services.rewrite_letter(proposal_id=asked.pk, actor=scope)
    services.write_draft(proposal_id=asked.pk)

    asked.refresh_from_db()
    assert asked.current_version.number == 2
    assert asked.current_version.text != first.text
    assert Version.objects.get(number=1).text == first.text


def test_rewrite_under_way_is_not_asked_for_twice(asked, scope):
    services.rewrite_letter(proposal_id=asked.pk, actor=scope)

    assert Generation.objects.count() == 1


def test_rewrite_needs_the_posting(asked, scope, match):
    services.write_draft(proposal_id=asked.pk)
    match.purged_at = timezone.now()
    match.save(update_fields=["purged_at"])

    with pytest.raises(DomainError, match="gone"):
        services.rewrite_letter(proposal_id=asked.pk, actor=scope)


@pytest.mark.parametrize("gone", ("disconnected", "over"))
def test_draft_for_a_posting_that_is_gone_is_opened_and_asks_nobody(scope, match, writer, gone):
    if gone == "over":
        match.job.content_expires_at = timezone.now()
        match.job.save(update_fields=["content_expires_at"])
    else:
        match.purged_at = timezone.now()
        match.save(update_fields=["purged_at"])

    proposal = services.start_draft(match=match, actor=scope)

    assert (Generation.objects.count(), proposal.generation) == (0, None)
    assert "Edit the letter by hand" in Proposal.objects.get().error


def test_text_that_a_person_wrote_meanwhile_stays_current(asked, scope):
    services.save_edit(proposal_id=asked.pk, typed=services.Typed("My own words."), actor=scope)

    services.write_draft(proposal_id=asked.pk)

    asked.refresh_from_db()
    assert asked.current_version.text == "My own words."
    assert Version.objects.filter(source=VersionSource.AI).count() == 1


@pytest.mark.parametrize("without", ("key", "budget"))
def test_without_a_writer_the_proposal_opens_and_says_why(scope, match, settings, without):
    if without == "key":
        settings.OPENAI_API_KEY = settings.ANTHROPIC_API_KEY = ""
    else:
        from apps.accounts.models import Settings

        Settings.objects.update(monthly_budget=0)

    proposal = services.start_draft(match=match, actor=scope)

    assert proposal.generation is None
    assert "AI" in proposal.error


def test_letters_that_were_answered_teach_the_next_one(scope, match, writer):
    ProposalFactory(owner=scope, status="replied", replied_at=timezone.now(), text="The letter that won.")
    ProposalFactory(owner=scope, status="lost", text="The letter that lost.")

    proposal = services.start_draft(match=match, actor=scope)

    assert list(proposal.generation.facts["freelancer"]["past_letters"]) == ["The letter that won."]
