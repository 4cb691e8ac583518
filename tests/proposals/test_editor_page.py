"""What the page of one proposal shows its owner."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.ai.models import Generation, LedgerEntry
from apps.core.tenancy import owner_scope
from apps.jobs.models import Job, Match
from apps.proposals import services
from apps.proposals.models import Version
from tests.jobs.factories import JobFactory
from tests.proposals.conftest import QUESTIONS
from tests.proposals.factories import LETTER, GenerationFactory, ProposalFactory, StatusChangeFactory


def test_page_shows_letter_job_questions_and_what_remains_of_the_bid(page, proposal):
    shown = page(proposal)

    assert LETTER in shown
    assert proposal.job.description in shown
    assert all(question in shown for question in QUESTIONS)
    assert "−$6.20" in shown
    assert "$55.80" in shown
    assert "Approve, then send by hand" in shown


def test_clients_view_is_the_first_230_characters(page, owner):
    proposal = ProposalFactory(owner=owner, text="x" * 229 + "yz")

    assert f"{'x' * 229}y</span>" in page(proposal)


@pytest.mark.parametrize(
    ("changes", "label"),
    (
        ({"text": ""}, "Write the letter to send"),
        ({"answers": []}, "Answer 2 questions to send"),
        ({"bid_amount": None}, "Set a bid to send"),
    ),
)
def test_button_says_what_stands_in_the_way(page, owner, changes, label):
    job = JobFactory(source="sandbox", questions=list(QUESTIONS))
    answers = [{"question": question, "answer": "Yes."} for question in QUESTIONS]

    shown = page(ProposalFactory(owner=owner, job=job, **({"answers": answers} | changes)))

    assert shown.count(label) >= 2


def test_letter_streams_into_the_page(page, owner):
    generation = GenerationFactory(owner=owner, state="running", text="Hi, so far")
    shown = page(ProposalFactory(owner=owner, text=None, generation=generation))

    assert f'data-stream="{generation.public_id}" data-offset="10"' in shown
    assert "Hi, so far</div>" in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    assert "id_text" not in re.sub(r'"#id_text"', "", shown)


def test_fragment_of_the_letter_has_what_is_written_so_far(page, owner):
    generation = GenerationFactory(owner=owner, state="running", text="Hi, so far")
    shown = page(ProposalFactory(owner=owner, text=None, generation=generation), "letter")

    assert shown.startswith("<section")
    assert "Hi, so far</div>" in shown


def test_fragment_at_the_end_of_the_stream_cannot_be_typed_into(page, proposal):
    shown = page(proposal, "letter")

    assert LETTER in shown
    assert "<textarea" not in shown


def test_finished_letter_does_not_load_itself_again(page, proposal):
    assert "http-equiv" not in page(proposal)


def test_letter_can_be_stopped(post, owner, match, writer):
    with owner_scope(owner.pk):
        proposal = services.start_draft(match=match, actor=owner)

    post(proposal, "draft-cancel")

    with owner_scope(owner.pk):
        assert Generation.objects.get().state == "cancelled"


def test_failed_letter_says_why(page, owner):
    generation = GenerationFactory(owner=owner, state="failed", error="quota", finished_at=timezone.now())

    assert "has no credit left" in page(ProposalFactory(owner=owner, text=None, generation=generation))


def test_text_of_the_sandbox_is_marked_wherever_it_shows(page, owner):
    proposal = ProposalFactory(owner=owner)
    with owner_scope(owner.pk):
        Version.objects.update(is_sandbox=True)

    for name, number in (("detail", {}), ("letter", {}), ("version-compare", {"number": 1})):
        assert "This text comes from the sandbox" in page(proposal, name, **number)


def test_cost_of_the_letter_is_shown(page, owner):
    generation = GenerationFactory(owner=owner, state="failed", error="broken", finished_at=timezone.now())
    proposal = ProposalFactory(owner=owner, generation=generation)
    with owner_scope(owner.pk):
        for number, cost in enumerate(("0.0012", "0.0030")):
            LedgerEntry.objects.create(
                owner=owner,
                generation=generation,
                number=number,
                provider="openai",
                model="m",
                purpose="letter",
                outcome="ok",
                cost=Decimal(cost),
            )

    assert "AI cost of this letter: $0.0042" in page(proposal)


def test_posting_that_had_to_go_is_replaced_by_words(page, proposal):
    with owner_scope(proposal.owner_id):
        Job.objects.update(title="", description="", questions=[], search_vector=None, content_purged_at=timezone.now())

    shown = page(proposal)

    assert "The posting is no longer kept here." in shown
    assert "profile the Django views" not in shown
    assert not any(question in shown for question in QUESTIONS)
    assert shown.count(">Five years.</textarea>") == 2


def test_posting_goes_with_the_connection_that_fetched_it(page, proposal):
    with owner_scope(proposal.owner_id):
        Match.objects.update(purged_at=timezone.now())
        Version.objects.create(
            owner=proposal.owner, proposal=proposal, number=2, text="x", source="person", author=proposal.owner
        )

    shown = page(proposal) + page(proposal, "version-compare", number=2)

    assert proposal.job.title not in shown
    assert "profile the Django views" not in shown


def test_own_copy_is_shown_after_the_posting_had_to_go(page, owner):
    proposal = ProposalFactory(owner=owner)
    with owner_scope(owner.pk):
        services.approve_proposal(proposal_id=proposal.pk, actor=owner)
        Job.objects.update(title="", description="", search_vector=None, content_purged_at=timezone.now())

    shown = page(proposal)

    assert "profile the Django views" in shown
    assert "Django developer to speed up our checkout" in shown


def test_history_tells_who_moved_it_and_why(page, owner):
    proposal = ProposalFactory(owner=owner, status="viewed")
    StatusChangeFactory(owner=owner, proposal=proposal, note="Opened on the phone")

    shown = page(proposal)

    assert "Opened on the phone" in shown
    assert "<b>Viewed</b>" in shown


@pytest.mark.parametrize("versions", (1, 3))
def test_queries_do_not_grow_with_versions_and_history(
    client, owner, proposal, versions, django_assert_max_num_queries
):
    for number in range(versions):
        StatusChangeFactory(owner=owner, proposal=proposal)
        with owner_scope(owner.pk):
            Version.objects.create(
                owner=owner, proposal=proposal, number=number + 2, text="x", source="person", author=owner
            )
    client.force_login(owner)

    with django_assert_max_num_queries(12):
        shown = client.get(reverse("proposals:detail", args=[proposal.public_id])).content.decode()

    assert shown.count("/versions/") >= versions


def test_history_says_who_did_each_step_the_newest_first(page, owner):
    proposal = ProposalFactory(owner=owner, status="viewed", sent_at=timezone.now(), sent_via="api")
    steps = (("person", "approved", owner), ("sending", "sent", None), ("sync", "viewed", None))
    for source, to_status, actor in steps:
        StatusChangeFactory(
            proposal=proposal, owner=owner, from_status="draft", to_status=to_status, source=source, actor=actor
        )

    timeline = page(proposal).partition('<ol class="timeline">')[2]

    shown = re.findall(r"<p>([\w ]+ <b>\w+</b>)", timeline)
    assert shown == [
        "Upwork reports <b>Viewed</b>",
        "Bidwright set it to <b>Sent</b>",
        "You set it to <b>Approved</b>",
    ]


def test_bid_of_a_letter_that_left_is_text(page, owner):
    shown = page(ProposalFactory(owner=owner, status="sent", sent_at=timezone.now(), sent_via="api"))

    assert 'name="bid"' not in shown
    assert '<b class="tnum">$62/hr</b>' in shown


def test_posting_without_a_rate_says_so(page, owner):
    shown = page(ProposalFactory(owner=owner, job=JobFactory(hourly_min=None, hourly_max=None)))

    assert "No rate said" in shown
    assert "–/hr" not in shown


@pytest.mark.parametrize(
    ("cost", "words"), (("0", "$0<"), ("0.0100", "$0.01<"), ("1.2345", "$1.2345<"), ("20", "$20<"))
)
def test_cost_has_no_zeros_that_say_nothing(page, owner, cost, words):
    generation = GenerationFactory(owner=owner, state="failed", error="broken", finished_at=timezone.now())
    proposal = ProposalFactory(owner=owner, generation=generation)
    with owner_scope(owner.pk):
        LedgerEntry.objects.create(
            owner=owner,
            generation=generation,
            number=0,
            provider="openai",
            model="m",
            purpose="letter",
            outcome="ok",
            cost=Decimal(cost),
        )

    assert f"AI cost of this letter: {words}" in page(proposal)
