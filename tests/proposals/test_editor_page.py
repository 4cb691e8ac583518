"""The page of one proposal, with and without JavaScript, for the owner and for others."""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.ai.models import Generation, LedgerEntry
from apps.core.tenancy import owner_scope
from apps.jobs.models import Job, Match
from apps.proposals import services
from apps.proposals.enums import SendState, Status
from apps.proposals.models import Proposal, Version
from tests.jobs.factories import JobFactory
from tests.proposals.conftest import QUESTIONS
from tests.proposals.factories import LETTER, GenerationFactory, ProposalFactory, StatusChangeFactory


@pytest.fixture
def proposal(owner):
    job = JobFactory(source="sandbox", questions=list(QUESTIONS))
    answers = [{"question": question, "answer": "Five years."} for question in QUESTIONS]
    return ProposalFactory(owner=owner, job=job, answers=answers)


@pytest.fixture
def page(client, owner):
    client.force_login(owner)

    def open_page(proposal, name="detail", **kwargs):
        answer = client.get(reverse(f"proposals:{name}", args=[proposal.public_id, *kwargs.values()]))
        return html.unescape(answer.content.decode())

    return open_page


@pytest.fixture
def post(client, owner):
    client.force_login(owner)

    def send(proposal, name, data=None, *args, **headers):
        return client.post(reverse(f"proposals:{name}", args=[proposal.public_id, *args]), data or {}, headers=headers)

    return send


def form_of(proposal, **changes):
    """What the page's form holds."""
    version = proposal.current_version
    data = {
        "base": version.stamp if version else "",
        "text": version.text if version else "",
        "bid": proposal.bid_amount,
    }
    for number, question in enumerate(proposal.job.questions):
        data |= {f"question_{number}": question, f"answer_{number}": "Five years."}
    return data | changes


def reload(proposal):
    with owner_scope(proposal.owner_id):
        return Proposal.objects.select_related("current_version", "job").get(pk=proposal.pk)


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


def test_draft_is_opened_from_the_job(client, owner, match, writer):
    client.force_login(owner)

    answer = client.post(reverse("proposals:draft-create"), {"job_id": match.job.public_id})

    with owner_scope(owner.pk):
        proposal = Proposal.objects.get()
    assert answer.url == reverse("proposals:detail", args=[proposal.public_id])


@pytest.mark.parametrize("job_id", ("", "nonsense", "6c8dbd4b-3c55-4c2b-b7de-0e3ffba1a9cb"))
def test_draft_needs_a_job_of_ones_own(client, owner, match, job_id):
    client.force_login(owner)

    assert client.post(reverse("proposals:draft-create"), {"job_id": job_id}).status_code == 404


def test_strangers_match_opens_no_draft(client, stranger, match):
    client.force_login(stranger)

    assert client.post(reverse("proposals:draft-create"), {"job_id": match.job.public_id}).status_code == 404


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


def test_approve_while_the_autosave_of_its_page_is_under_way(post, proposal):
    post(proposal, "save", form_of(proposal, text="Nearly", tab="mine"), **{"X-Autosave": "1"})

    post(proposal, "approve", form_of(proposal, text="Nearly done", tab="mine"))

    approved = reload(proposal)
    assert (approved.status, approved.current_version.text) == (Status.APPROVED, "Nearly done")


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


def test_fee_follows_the_bid(client, owner):
    client.force_login(owner)

    answer = client.get(reverse("proposals:fee"), {"bid": "100", "currency": "USD", "kind": "hourly"})

    assert "−$10" in answer.content.decode()
    assert "$90" in answer.content.decode()


def test_fee_of_nonsense_says_so(client, owner):
    client.force_login(owner)

    answer = client.get(reverse("proposals:fee"), {"bid": "much"})

    assert (answer.status_code, "Write an amount" in answer.content.decode()) == (422, True)


def test_state_is_refreshed_without_touching_the_text(client, owner, proposal):
    client.force_login(owner)

    answer = client.get(
        reverse("proposals:detail", args=[proposal.public_id]), headers={"HX-Request": "true", "HX-Target": "div#state"}
    ).content.decode()

    assert 'id="approve" hx-swap-oob' in answer
    assert "<textarea" not in answer


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
        client.get(reverse("proposals:detail", args=[proposal.public_id]))


@pytest.mark.parametrize("who", ("stranger", "staff"))
@pytest.mark.parametrize("name", ("detail", "letter"))
def test_letter_is_shown_to_nobody_else(client, request, proposal, who, name):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(f"proposals:{name}", args=[proposal.public_id])).status_code == 404


@pytest.mark.parametrize("who", ("stranger", "staff"))
@pytest.mark.parametrize(
    "name", ("save", "rewrite", "draft-cancel", "approve", "undo", "mark-sent", "mark-not-sent", "move")
)
def test_nobody_else_changes_anything(client, request, proposal, who, name):
    client.force_login(request.getfixturevalue(who))

    answer = client.post(reverse(f"proposals:{name}", args=[proposal.public_id]), form_of(proposal, text="Mine now."))

    assert answer.status_code == 404
    assert reload(proposal).current_version.text == LETTER


def test_visitor_is_sent_to_the_log_in(client, proposal):
    answer = client.get(reverse("proposals:detail", args=[proposal.public_id]))

    assert answer.url.startswith(reverse("account_login"))


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
