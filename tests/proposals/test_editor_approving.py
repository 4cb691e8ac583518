"""From the letter to its way: approve, take back, mark by hand, and how each state is said."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.proposals.enums import SendState, Status
from tests.proposals.editor import form_of, reload
from tests.proposals.factories import ProposalFactory


def test_approve_while_the_autosave_of_its_page_is_under_way(post, proposal):
    post(proposal, "save", form_of(proposal, text="Nearly", tab="mine"), **{"X-Autosave": "1"})

    post(proposal, "approve", form_of(proposal, text="Nearly done", tab="mine"))

    approved = reload(proposal)
    assert (approved.status, approved.current_version.text) == (Status.APPROVED, "Nearly done")


def test_approve_takes_what_the_form_holds(post, proposal):
    post(proposal, "approve", form_of(proposal, text="What I see now.", bid="65"))

    approved = reload(proposal)
    assert approved.status == Status.APPROVED
    assert approved.current_version.text == "What I see now."
    assert approved.bid_amount == 65


@pytest.mark.parametrize("name", ("save", "approve", "rewrite", "undo"))
def test_address_of_a_step_loaded_again_leads_to_the_letter(client, owner, proposal, name):
    client.force_login(owner)

    answer = client.get(reverse(f"proposals:{name}", args=[proposal.public_id]))

    assert answer.url == reverse("proposals:detail", args=[proposal.public_id])
    assert reload(proposal).status == Status.DRAFT


def test_approving_leads_the_focus_to_what_happens_now(post, page, proposal):
    answer = post(proposal, "approve", form_of(proposal))

    assert answer.url == reverse("proposals:detail", args=[proposal.public_id]) + "#sending"
    assert '<div id="sending" tabindex="-1"' in page(proposal)


def test_second_click_on_approve_is_harmless(post, proposal):
    form = form_of(proposal)
    answers = [post(proposal, "approve", form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    with owner_scope(proposal.owner_id):
        assert proposal.approvals.count() == 1


def test_approve_stops_when_another_tab_was_faster(post, proposal):
    old = form_of(proposal, text="Slower.")
    post(proposal, "save", form_of(proposal, text="Faster."))

    answer = post(proposal, "approve", old)

    assert answer.status_code == 409
    assert "Another window saved a newer text" in answer.content.decode()
    assert reload(proposal).status == Status.DRAFT


def test_approve_says_what_is_missing(post, proposal):
    answer = post(proposal, "approve", form_of(proposal, text="  "))

    assert answer.status_code == 409
    assert "The letter is empty." in answer.content.decode()


def test_approve_with_a_wrong_bid_is_sent_back(post, proposal):
    assert post(proposal, "approve", form_of(proposal, bid="-1")).status_code == 422


def test_undo_is_offered_with_the_seconds_that_are_left(page, owner, settings):
    settings.SEND_UNDO_SECONDS = 10
    proposal = ProposalFactory(
        owner=owner, status="approved", send_state="waiting", send_after=timezone.now() + timedelta(seconds=8)
    )

    shown = page(proposal)

    assert 'data-toast="8"' in shown
    assert shown.count(reverse("proposals:undo", args=[proposal.public_id])) >= 2


def test_undo_goes_back_to_the_draft(post, owner):
    proposal = ProposalFactory(owner=owner, status="approved", send_state="by_hand")

    post(proposal, "undo")

    assert reload(proposal).status == Status.DRAFT


@pytest.mark.parametrize(
    ("state", "words"),
    (
        ({"send_state": "waiting"}, "You may close this page."),
        (
            {"send_state": "waiting", "error": "Upwork cannot be reached."},
            "Upwork cannot be reached. It has not been sent",
        ),
        ({"send_state": "sending", "claimed_until": timezone.now()}, "Being sent."),
        ({"send_state": "unclear"}, "It is never sent again by itself."),
        ({"send_state": "unclear", "tries": 1}, "It is not there"),
        ({"send_state": "by_hand"}, "I have sent it"),
    ),
)
def test_each_state_of_sending_is_said_in_words(page, owner, state, words):
    proposal = ProposalFactory(owner=owner, status="approved", send_after=timezone.now(), **state)

    assert words in page(proposal)


def test_failed_sending_shows_the_reason(page, owner):
    proposal = ProposalFactory(owner=owner, send_state="failed", error="Upwork refused: no Connects.")

    assert "Upwork refused: no Connects. Your text is kept." in page(proposal)


def test_letter_by_hand_has_all_that_is_needed(page, owner):
    proposal = ProposalFactory(owner=owner, status="approved", send_state="by_hand")

    shown = page(proposal)

    assert 'data-copy="#id_text"' in shown
    assert f"/nx/proposals/job/{proposal.job.ciphertext}/apply/" in shown


def test_marking_as_sent(post, owner):
    proposal = ProposalFactory(owner=owner, status="approved", send_state="by_hand")

    post(proposal, "mark-sent")

    assert reload(proposal).send_state == SendState.SENT


def test_marking_too_early_is_answered_in_words(post, proposal):
    answer = post(proposal, "mark-sent")

    assert answer.status_code == 409
    assert "Approve the letter first" in answer.content.decode()


def test_not_sent_goes_back_to_the_draft(post, owner):
    proposal = ProposalFactory(owner=owner, status="approved", send_state="unclear", send_after=timezone.now(), tries=1)

    post(proposal, "mark-not-sent")

    assert reload(proposal).status == Status.DRAFT


def test_fee_follows_the_bid(client, owner):
    client.force_login(owner)

    answer = client.get(reverse("proposals:fee"), {"bid": "100", "currency": "USD", "kind": "hourly"})

    assert "−$10" in answer.content.decode()
    assert "$90" in answer.content.decode()


def test_fee_of_nonsense_says_so(client, owner):
    client.force_login(owner)

    answer = client.get(reverse("proposals:fee"), {"bid": "much"})

    assert (answer.status_code, "Write an amount" in answer.content.decode()) == (422, True)
