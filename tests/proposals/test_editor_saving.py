"""What is written on the page of a proposal is kept: autosave, versions, rewriting."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.ai.models import Generation
from apps.core.tenancy import owner_scope
from apps.proposals.enums import Status
from apps.proposals.models import Version
from tests.proposals.editor import form_of, reload
from tests.proposals.factories import LETTER, ProposalFactory


def test_autosave_answers_with_the_next_base(post, proposal):
    answer = post(proposal, "save", form_of(proposal, text="Other words."), **{"X-Autosave": "1"})

    saved = reload(proposal).current_version
    assert answer.json() == {
        "saved_at": timezone.localtime(saved.updated_at).strftime("%H:%M"),
        "base": saved.stamp,
        "version": saved.number,
    }
    assert saved.text == "Other words."


def test_autosave_follows_itself(post, proposal):
    base = form_of(proposal)["base"]
    for text in ("One", "One two", "One two three"):
        base = post(proposal, "save", form_of(proposal, text=text, base=base), **{"X-Autosave": "1"}).json()["base"]

    assert reload(proposal).current_version.text == "One two three"


def test_autosave_that_is_overtaken_by_the_next_one_of_its_page(post, proposal):
    for text in ("One", "One two"):
        answer = post(proposal, "save", form_of(proposal, text=text, tab="mine"), **{"X-Autosave": "1"})

    assert answer.status_code == 200
    assert reload(proposal).current_version.text == "One two"


def test_autosave_of_the_slower_tab_is_told_and_kept(post, proposal):
    old = form_of(proposal, text="Slower.")
    post(proposal, "save", form_of(proposal, text="Faster."), **{"X-Autosave": "1"})

    answer = post(proposal, "save", old, **{"X-Autosave": "1"})

    assert answer.status_code == 409
    assert "Yours is kept as version" in answer.json()["message"]
    assert reload(proposal).current_version.text == "Faster."


def test_state_of_the_page_brings_the_versions(client, owner, proposal):
    client.force_login(owner)

    answer = client.get(
        reverse("proposals:detail", args=[proposal.public_id]), headers={"HX-Request": "true", "HX-Target": "div#state"}
    )

    assert '<section class="card" id="versions" hx-swap-oob="outerHTML"' in answer.content.decode()


def test_autosave_after_the_approval_is_refused_in_words(post, owner):
    proposal = ProposalFactory(owner=owner, status="approved", send_state="by_hand")

    answer = post(proposal, "save", {"text": "Late."}, **{"X-Autosave": "1"})

    assert (answer.status_code, "Undo the approval" in answer.json()["message"]) == (409, True)


def test_wrong_bid_does_not_cost_the_text(post, proposal):
    answer = post(proposal, "save", form_of(proposal, text="New words.", bid="0"))

    assert answer.status_code == 422
    assert "The bid is at least 1." in answer.content.decode()
    assert reload(proposal).current_version.text == "New words."
    assert reload(proposal).bid_amount == 62


def test_text_too_long_is_refused(post, proposal):
    answer = post(proposal, "save", form_of(proposal, text="x" * 10_001), **{"X-Autosave": "1"})

    assert (answer.status_code, "too long" in answer.json()["message"]) == (422, True)


def test_form_without_javascript_saves_and_returns(post, proposal):
    answer = post(proposal, "save", form_of(proposal, text="By\r\nhand.", bid="70.50"))

    assert answer.url == reverse("proposals:detail", args=[proposal.public_id])
    assert reload(proposal).current_version.text == "By\nhand."
    assert reload(proposal).bid_amount == Decimal("70.50")


def test_rewrite_stops_when_another_tab_was_faster(post, proposal, writer):
    old = form_of(proposal, text="Mine, from the other tab", tab="other")
    post(proposal, "save", form_of(proposal, text="Newer", tab="first"))

    answer = post(proposal, "rewrite", old)

    assert answer.status_code == 409
    assert "Another window saved a newer text" in answer.content.decode()
    with owner_scope(proposal.owner_id):
        assert Generation.objects.count() == 0
        assert set(Version.objects.values_list("text", flat=True)) >= {"Newer", old["text"]}


def test_rewrite_never_drops_a_text_that_is_too_long(post, proposal, writer):
    answer = post(proposal, "rewrite", form_of(proposal, text="x" * 10_001))

    assert answer.status_code == 422
    with owner_scope(proposal.owner_id):
        assert Generation.objects.count() == 0


def test_text_stays_saved_when_it_cannot_be_approved(post, proposal):
    post(proposal, "approve", form_of(proposal, text="Better words.", answer_1="", bid="64"))

    kept = reload(proposal)
    assert (kept.status, kept.current_version.text, kept.bid_amount) == (Status.DRAFT, "Better words.", 64)


def test_rewrite_saves_the_form_first(post, proposal, writer):
    post(proposal, "rewrite", form_of(proposal, text="Half a thought"))

    with owner_scope(proposal.owner_id):
        assert Version.objects.filter(text="Half a thought").exists()
        assert Generation.objects.count() == 1


def test_versions_are_compared_and_restored(page, post, proposal):
    with owner_scope(proposal.owner_id):
        Version.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    post(proposal, "save", form_of(proposal, text="Hello, a checkout."))

    assert "<ins>Hello," in page(proposal, "version-compare", number=1)
    post(proposal, "version-restore", None, 1)

    assert reload(proposal).current_version.text == LETTER


@pytest.mark.parametrize("name", ("version-compare", "version-restore"))
def test_version_that_does_not_exist_is_not_found(client, owner, proposal, name):
    client.force_login(owner)
    call = client.get if name == "version-compare" else client.post

    assert call(reverse(f"proposals:{name}", args=[proposal.public_id, 99])).status_code == 404


def test_restoring_after_the_approval_is_refused(post, owner):
    proposal = ProposalFactory(owner=owner, status="approved", send_state="by_hand")

    assert post(proposal, "version-restore", None, 1).status_code == 409


def test_state_is_refreshed_without_touching_the_text(client, owner, proposal):
    client.force_login(owner)

    answer = client.get(
        reverse("proposals:detail", args=[proposal.public_id]), headers={"HX-Request": "true", "HX-Target": "div#state"}
    ).content.decode()

    assert 'id="approve" hx-swap-oob' in answer
    assert "<textarea" not in answer
