"""Autosave without losses: versions, two tabs, the bid."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection as database
from django.utils import timezone

from apps.core.errors import DomainError
from apps.core.tenancy import owner_scope
from apps.proposals import services
from apps.proposals.models import Proposal, Version
from apps.proposals.services import Typed
from tests.proposals.factories import GenerationFactory, ProposalFactory

ANSWERS = [{"question": "When?", "answer": "Today."}]


@pytest.fixture
def proposal(scope):
    return ProposalFactory(owner=scope, text="First text.")


@pytest.fixture
def save(scope, proposal):
    """Save as the page does: on top of the version that is current, or of the one named."""

    def save(text, *, base=None, answers=(), tab=""):
        current = Proposal.objects.get(pk=proposal.pk).current_version
        stamp = base if base is not None else current.stamp if current else ""
        return services.save_edit(proposal_id=proposal.pk, typed=Typed(text, list(answers), stamp, tab), actor=scope)

    return save


def later(seconds):
    return time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False)


def texts(proposal):
    return {version.number: version.text for version in Version.objects.filter(proposal=proposal)}


def test_typing_goes_on_in_the_same_version_for_a_while(proposal, save):
    save("First text, longer.")
    save("First text, longer still.")

    assert texts(proposal) == {1: "First text, longer still."}


def test_typing_after_a_pause_begins_a_new_version(proposal, save):
    with later(40):
        saved = save("Second text.")

    assert texts(proposal) == {1: "First text.", 2: "Second text."}
    assert saved.current.number == 2


def test_same_text_again_changes_nothing(proposal, save):
    before = Version.objects.get().updated_at

    save("First text.")

    assert Version.objects.get().updated_at == before


def test_edit_never_overwrites_what_the_ai_wrote(scope, save, proposal):
    Version.objects.update(source="ai", author=None, generation=GenerationFactory(owner=scope), is_sandbox=True)

    saved = save("Edited.")

    assert texts(proposal) == {1: "First text.", 2: "Edited."}
    assert saved.current.author == scope


def test_text_from_the_sandbox_stays_marked_after_an_edit(proposal, save):
    Version.objects.update(is_sandbox=True)

    with later(40):
        assert save("First text, edited.").current.is_sandbox


def test_answers_are_saved_with_the_letter(save):
    assert save("First text.", answers=ANSWERS).current.answers == ANSWERS


def test_slower_tab_loses_nothing_and_neither_does_the_faster(proposal, save):
    base = proposal.current_version.stamp
    save("From the faster tab.")

    saved = save("From the slower tab.", base=base)

    assert saved.is_conflict
    assert saved.kept.text == "From the slower tab."
    assert Proposal.objects.get().current_version.text == "From the faster tab."
    assert texts(proposal) == {1: "From the faster tab.", 2: "From the slower tab."}


def test_slower_tab_that_types_on_fills_one_version(proposal, save):
    base = proposal.current_version.stamp
    save("From the faster tab.")
    for text in ("Slower", "Slower tab", "Slower tab types"):
        save(text, base=base, tab="slower")

    assert texts(proposal) == {1: "From the faster tab.", 2: "Slower tab types"}


def test_each_of_many_slower_tabs_keeps_its_own_text(proposal, save):
    base = proposal.current_version.stamp
    save("From the fastest tab.")
    for tab in ("second", "third", "second", "third"):
        save(f"From the {tab} tab.", base=base, tab=tab)

    assert sorted(texts(proposal).values()) == [
        "From the fastest tab.",
        "From the second tab.",
        "From the third tab.",
    ]


def test_tab_never_competes_with_itself(proposal, save):
    base = proposal.current_version.stamp
    save("Saved while typing", base=base, tab="mine")

    saved = save("Saved while typing on", base=base, tab="mine")

    assert not saved.is_conflict
    assert Proposal.objects.get().current_version.text == "Saved while typing on"


def test_form_without_questions_keeps_the_answers(scope, proposal, save):
    save("First text.", answers=ANSWERS)

    typed = Typed("Only the letter.", None, Proposal.objects.get().current_version.stamp)
    saved = services.save_edit(proposal_id=proposal.pk, typed=typed, actor=scope)

    assert (saved.current.text, saved.current.answers) == ("Only the letter.", ANSWERS)


def test_late_save_of_what_was_approved_is_harmless(scope):
    proposal = ProposalFactory(owner=scope, text="As approved.", status="approved", send_state="by_hand")

    saved = services.save_edit(proposal_id=proposal.pk, typed=Typed("As approved.", []), actor=scope)

    assert saved.current == proposal.approved_version
    assert services.set_bid(proposal_id=proposal.pk, amount=proposal.bid_amount, actor=scope).bid_amount == 62


def test_kept_text_can_be_taken_up(scope, proposal, save):
    base = proposal.current_version.stamp
    save("From the faster tab.")
    kept = save("From the slower tab.", base=base).kept

    services.restore_version(proposal_id=proposal.pk, number=kept.number, actor=scope)

    assert Proposal.objects.get().current_version.text == "From the slower tab."
    assert "From the faster tab." in texts(proposal).values()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_the_same_moment_keep_both_texts(owner):
    proposal = ProposalFactory(owner=owner, text="First text.")
    base, ready = proposal.current_version.stamp, threading.Barrier(2)

    def tab(text):
        with owner_scope(owner.pk):
            ready.wait()
            services.save_edit(proposal_id=proposal.pk, typed=Typed(text, [], base), actor=owner)
        database.close()

    tabs = [threading.Thread(target=tab, args=(text,)) for text in ("One tab.", "Other tab.")]
    for thread in tabs:
        thread.start()
    for thread in tabs:
        thread.join()

    with owner_scope(owner.pk):
        assert {"One tab.", "Other tab."} == set(texts(proposal).values())


def test_first_text_of_an_empty_letter_needs_no_base(scope):
    proposal = ProposalFactory(owner=scope, text=None)

    saved = services.save_edit(proposal_id=proposal.pk, typed=Typed("By hand."), actor=scope)

    assert (saved.current.number, saved.is_conflict) == (1, False)
    assert Proposal.objects.get().current_version == saved.current


def test_restored_version_is_the_newest_and_the_old_one_stays(scope, proposal, save):
    with later(40):
        save("Second text.")

    version = services.restore_version(proposal_id=proposal.pk, number=1, actor=scope)

    assert (version.number, version.text) == (3, "First text.")
    assert texts(proposal)[2] == "Second text."


def test_restoring_the_current_version_changes_nothing(scope, proposal):
    services.restore_version(proposal_id=proposal.pk, number=1, actor=scope)

    assert Version.objects.count() == 1


def test_approved_letter_cannot_be_edited(scope):
    proposal = ProposalFactory(owner=scope, status="approved", send_state="by_hand")

    for change in (
        lambda: services.save_edit(proposal_id=proposal.pk, typed=Typed("Other."), actor=scope),
        lambda: services.set_bid(proposal_id=proposal.pk, amount=Decimal(70), actor=scope),
        lambda: services.restore_version(proposal_id=proposal.pk, number=1, actor=scope),
        lambda: services.rewrite_letter(proposal_id=proposal.pk, actor=scope),
    ):
        with pytest.raises(DomainError, match="Undo the approval"):
            change()


def test_version_that_was_approved_is_never_typed_over(scope, proposal, save):
    services.approve_proposal(proposal_id=proposal.pk, actor=scope)
    services.undo_approval(proposal_id=proposal.pk, actor=scope)

    save("Changed after the undo.")

    assert texts(proposal) == {1: "First text.", 2: "Changed after the undo."}


def test_bid_is_set(scope, proposal):
    services.set_bid(proposal_id=proposal.pk, amount=Decimal("70.50"), actor=scope)

    assert Proposal.objects.get().bid_amount == Decimal("70.50")


@pytest.mark.parametrize("amount", ("0", "0.99", "-5", "123456789012", "1.234"))
def test_bid_that_cannot_be_meant_is_refused(scope, proposal, amount):
    with pytest.raises(ValidationError):
        services.set_bid(proposal_id=proposal.pk, amount=Decimal(amount), actor=scope)


def test_bid_may_be_left_open(scope, proposal):
    services.set_bid(proposal_id=proposal.pk, amount=None, actor=scope)

    assert Proposal.objects.get().bid_amount is None
