"""The words of screening questions go with their posting; answers, and what was approved, stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.tenancy import Reason, everyone_scope
from apps.jobs.models import Job, Match
from apps.proposals import services, tasks
from apps.proposals.models import Version
from tests.jobs.factories import JobFactory
from tests.proposals.conftest import QUESTIONS
from tests.proposals.factories import ProposalFactory

ANSWERS = [{"question": question, "answer": f"About: {number}"} for number, question in enumerate(QUESTIONS, 1)]
NUMBERED = [{"question": "1", "answer": "About: 1"}, {"question": "2", "answer": "About: 2"}]


@pytest.fixture
def draft(scope):
    job = JobFactory(
        source="sandbox", questions=list(QUESTIONS), content_expires_at=timezone.now() + timedelta(hours=1)
    )
    return ProposalFactory(owner=scope, job=job, answers=ANSWERS)


def forget():
    with everyone_scope(Reason.RETENTION):
        return services.forget_questions()


def kept():
    return list(Version.objects.order_by("number").values_list("answers", flat=True))


def test_words_stay_as_long_as_the_posting(draft):
    assert forget() == 0
    assert kept() == [ANSWERS]


def test_words_of_every_draft_go_with_the_posting_and_answers_stay(draft, scope):
    services.save_edit(proposal_id=draft.pk, typed=services.Typed("Kept beside.", tab="other"), actor=scope)
    Job.objects.update(content_expires_at=timezone.now())

    assert forget() == 1

    assert kept() == [NUMBERED, NUMBERED]


def test_words_go_with_the_connection_of_this_person_alone(draft, stranger):
    ProposalFactory(owner=stranger, job=draft.job, answers=ANSWERS)
    Match.objects.filter(owner_id=draft.owner_id).update(purged_at=timezone.now())

    assert forget() == 1

    with everyone_scope(Reason.RETENTION):
        found = dict(Version.objects.values_list("owner_id", "answers"))
    assert found == {draft.owner_id: NUMBERED, stranger.pk: ANSWERS}


def test_second_round_finds_nothing_to_do(draft):
    Job.objects.update(content_expires_at=timezone.now())
    stamp = Version.objects.get().stamp

    assert [forget(), forget()] == [1, 0]
    assert Version.objects.get().stamp == stamp


def test_what_was_approved_stays_to_the_last_word(draft, scope):
    services.approve_proposal(proposal_id=draft.pk, actor=scope)
    Job.objects.update(content_expires_at=timezone.now())

    assert forget() == 0
    assert kept() == [ANSWERS]


def test_after_an_undo_all_but_the_approved_version_forgets(draft, scope):
    services.approve_proposal(proposal_id=draft.pk, actor=scope)
    services.undo_approval(proposal_id=draft.pk, actor=scope)
    base = Version.objects.get().stamp
    services.save_edit(proposal_id=draft.pk, typed=services.Typed("Changed.", base=base), actor=scope)
    Job.objects.update(content_expires_at=timezone.now())

    assert forget() == 1

    assert kept() == [ANSWERS, NUMBERED]


def test_letter_without_answers_is_passed_over(scope):
    ProposalFactory(owner=scope, job=JobFactory(content_expires_at=timezone.now()))

    assert forget() == 0


def test_task_does_it_for_everyone(draft):
    Job.objects.update(content_expires_at=timezone.now())

    tasks.forget_questions()

    assert kept() == [NUMBERED]
