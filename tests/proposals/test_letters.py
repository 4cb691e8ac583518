"""What surrounds a letter: its questions, its fee, its way out."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from apps.jobs.models import Job, Match
from apps.notifications.catalogue import CATALOGUE, words
from apps.proposals import facts, selectors
from apps.proposals.enums import Status
from apps.proposals.models import Proposal
from apps.proposals.rules import numbered
from apps.proposals.selectors.letters import NEXT_STEP
from tests.accounts.factories import PortfolioItemFactory
from tests.jobs.factories import JobFactory
from tests.proposals.conftest import QUESTIONS
from tests.proposals.factories import ProposalFactory

PURGED = {"title": "", "description": "", "skills": [], "questions": [], "search_vector": None}


def purge():
    Job.objects.update(**PURGED, content_purged_at=timezone.now())


@pytest.fixture
def asked(scope):
    """A proposal for a job with two questions, the second answered under words that have changed since."""
    answers = [{"question": QUESTIONS[0], "answer": "5.2"}, {"question": "When could you begin?", "answer": "Monday"}]
    return ProposalFactory(owner=scope, job=JobFactory(source="sandbox", questions=list(QUESTIONS)), answers=answers)


def test_answers_follow_the_questions_of_the_job(asked):
    assert selectors.answers_of(asked, asked.current_version) == [
        {"question": QUESTIONS[0], "answer": "5.2"},
        {"question": QUESTIONS[1], "answer": ""},
    ]


def test_answers_outlive_the_posting_under_their_numbers(asked):
    purge()

    proposal = Proposal.objects.get()
    assert selectors.answers_of(proposal, proposal.current_version) == [
        {"question": "1", "answer": "5.2"},
        {"question": "2", "answer": "Monday"},
    ]


def test_questions_of_the_own_copy_outlive_the_posting(asked, scope):
    asked.job_facts = facts.copy_of_job(asked.job)
    asked.save(update_fields=["job_facts"])
    purge()

    assert selectors.questions_of(Proposal.objects.get()) == list(QUESTIONS)


def test_answers_kept_under_numbers_find_their_questions_when_the_posting_is_back(asked):
    version = asked.current_version
    version.answers = numbered(version.answers)

    assert selectors.answers_of(asked, version) == [
        {"question": QUESTIONS[0], "answer": "5.2"},
        {"question": QUESTIONS[1], "answer": "Monday"},
    ]


def test_questions_of_an_empty_letter_go_with_the_posting(scope):
    ProposalFactory(owner=scope, text=None, job=JobFactory(questions=list(QUESTIONS)))
    purge()

    assert selectors.questions_of(Proposal.objects.get()) == []


@pytest.mark.parametrize(
    ("percent", "fee", "net"), ((10.0, "6.20", "55.80"), (0.0, "0.00", "62.00"), (12.5, "7.75", "54.25"))
)
def test_fee_follows_the_operators_percentage(settings, percent, fee, net):
    settings.UPWORK_FEE_PERCENT = percent

    found = selectors.fee_for(Decimal("62.00"))

    assert (found.fee, found.net) == (Decimal(fee), Decimal(net))


def test_fee_of_no_bid_is_nothing():
    assert selectors.fee_for(None) is None


def test_content_is_gone_for_the_person_who_disconnected_alone(scope, stranger):
    job = JobFactory(source="sandbox")
    mine, theirs = ProposalFactory(owner=scope, job=job), ProposalFactory(owner=stranger, job=job)
    Match.objects.filter(owner=scope).update(purged_at=timezone.now())

    assert selectors.is_content_gone(mine)
    assert not selectors.is_content_gone(theirs)
    assert list(Proposal.objects.filter(selectors.content_gone())) == [mine]


@pytest.mark.parametrize(("hours", "is_gone"), ((-1, True), (1, False), (None, False)))
def test_content_is_gone_once_its_time_is_over_also_before_the_sweep(scope, hours, is_gone):
    until = hours and timezone.now() + timedelta(hours=hours)
    proposal = ProposalFactory(owner=scope, job=JobFactory(content_expires_at=until))

    assert selectors.is_content_gone(proposal) is is_gone
    assert Proposal.objects.filter(selectors.content_gone()).exists() is is_gone


@pytest.mark.parametrize(
    ("job", "rate", "bid"),
    (
        ({"hourly_max": Decimal(70)}, Decimal(62), Decimal(62)),
        ({"hourly_max": Decimal(50)}, Decimal(62), Decimal(50)),
        ({"hourly_max": None}, Decimal(62), Decimal(62)),
        ({"hourly_max": Decimal(70)}, None, None),
        ({"kind": "fixed", "fixed_budget": Decimal(800)}, Decimal(62), Decimal(800)),
        ({"kind": "fixed", "fixed_budget": None}, Decimal(62), None),
    ),
)
def test_bid_starts_from_the_rate_or_the_budget(scope, job, rate, bid):
    from apps.accounts import selectors as accounts

    profile = accounts.profile_of(scope.pk)
    profile.hourly_rate = rate

    assert facts.first_bid(Job(**({"kind": "hourly"} | job)), profile) == bid


@pytest.mark.parametrize(
    ("job", "words"),
    (
        ({"hourly_min": Decimal(45), "hourly_max": Decimal(70)}, "45–70 USD/h"),
        ({"hourly_min": None, "hourly_max": Decimal(70)}, "70 USD/h"),
        ({"hourly_min": None, "hourly_max": None}, ""),
        ({"kind": "fixed", "fixed_budget": Decimal(800)}, "800 USD"),
        ({"kind": "fixed"}, ""),
    ),
)
def test_writer_reads_the_budget_in_words(scope, job, words):
    letter = facts.letter_facts(owner_id=scope.pk, job=Job(**({"kind": "hourly"} | job)), past_letters=(), variant=0)

    assert letter.job.budget == words


def test_writer_knows_how_often_it_was_asked_and_how_long_it_may_be(scope):
    letter = facts.letter_facts(owner_id=scope.pk, job=JobFactory(), past_letters=("Old.",), variant=2)

    assert (letter.style.variant, letter.style.words_min, letter.style.words_max) == (2, 120, 200)
    assert letter.freelancer.past_letters == ("Old.",)


def test_only_work_that_may_be_shown_is_a_proof(scope):
    PortfolioItemFactory(owner=scope, title="Another secret", is_confidential=True)

    letter = facts.letter_facts(owner_id=scope.pk, job=JobFactory(), past_letters=(), variant=0)

    assert [proof.title for proof in letter.freelancer.proofs] == ["Northpeak checkout"]


def test_copy_of_a_job_survives_the_database(scope):
    proposal = ProposalFactory(owner=scope)
    proposal.job_facts = facts.copy_of_job(proposal.job)
    proposal.save(update_fields=["job_facts"])

    kept = Proposal.objects.get().job_facts

    assert kept["description"] == proposal.job.description
    assert kept["hourly_max"] == "70.00"
    assert kept["skills"] == ["Django", "PostgreSQL", "HTMX"]


def test_message_names_the_proposal_and_its_state(scope):
    proposal = ProposalFactory(owner=scope, title="My copy", job_facts={"client_country": "Canada"})

    assert selectors.message_about(proposal, "Viewed") == {
        "context": {
            "id": str(proposal.public_id),
            "status": "Viewed",
            "next": "Mend what is wrong, then approve it again.",
            "place": "Canada",
            "bid": " · $62",
            "unit": "/hr",
            "title": "My copy",
        },
        "content": {},
        "content_expires_at": None,
    }


@pytest.mark.parametrize("status", Status)
def test_message_says_the_next_step_of_every_state(status):
    assert str(NEXT_STEP[status]).endswith(".")


def test_message_about_a_proposal_reads_as_sentences(scope):
    proposal = ProposalFactory(
        owner=scope, status="replied", sent_at=timezone.now(), sent_via="api", job_facts={"client_country": "Canada"}
    )

    parts = selectors.message_about(proposal, "Replied")

    assert words(CATALOGUE["proposal_status"], parts["context"]).body == "Answer the client on Upwork. Canada · $62/hr"
    with translation.override("uk"):
        in_ukrainian = words(CATALOGUE["proposal_status"], parts["context"]).body
    assert in_ukrainian == "Дайте відповідь клієнтові на Upwork. Канада · $62/год"


def test_title_of_the_posting_goes_from_a_message_when_the_posting_goes(scope):
    until = timezone.now() + timedelta(hours=3)
    proposal = ProposalFactory(owner=scope, job=JobFactory(title="Their words", content_expires_at=until))

    parts = selectors.message_about(proposal, "Viewed")

    assert (parts["content"], parts["content_expires_at"]) == ({"title": "Their words"}, until)
    assert (parts["context"]["place"], parts["context"]["bid"]) == ("", "$62")


def test_message_about_a_posting_that_is_gone_has_no_title(scope):
    proposal = ProposalFactory(owner=scope, job=JobFactory(title="Their words", content_expires_at=timezone.now()))

    parts = selectors.message_about(proposal, "Viewed")

    assert parts["content"] == {}
    assert "title" not in parts["context"]


def test_past_letters_are_the_newest_three_that_were_answered(scope):
    for number in range(5):
        ProposalFactory(owner=scope, status="hired", text=f"Letter {number}", replied_at=timezone.now())

    assert selectors.past_letters(scope.pk) == ("Letter 4", "Letter 3", "Letter 2")


def test_message_about_a_letter_left_to_the_person_asks_to_send_it(scope):
    proposal = ProposalFactory(owner=scope, status="approved", send_state="by_hand")

    told = selectors.message_about(proposal, "To be sent by hand")

    assert told["context"]["next"] == "Send it on Upwork yourself, then say so here."
