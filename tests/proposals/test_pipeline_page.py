"""The board: columns, counts, filters, moves; the same number of queries whatever is on it."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.jobs.models import Job, Match
from apps.proposals.enums import Status
from apps.proposals.models import Proposal
from apps.proposals.selectors.board import CARDS_MOST
from tests.jobs.factories import JobFactory, MatchFactory
from tests.proposals.factories import GenerationFactory, ProposalFactory

URL = "/proposals/"


@pytest.fixture
def board(client, owner):
    client.force_login(owner)

    def show(query="", **headers):
        return html.unescape(client.get(f"{URL}{query}", headers=headers).content.decode())

    return show


def columns(shown):
    """The titles in each column of the page."""
    parts = re.split(r'<section class="col" aria-labelledby="col-(\w+)">', shown)[1:]
    return {
        name: re.findall(r"data-key-open href=[^>]+>([^<]+)<", part)
        for name, part in zip(parts[::2], parts[1::2], strict=True)
    }


def make(owner, title, **state):
    return ProposalFactory(owner=owner, job=JobFactory(source="sandbox", title=title), **state)


def test_every_proposal_stands_in_its_column(owner, board):
    for status in ("draft", "sent", "viewed", "replied", "interview", "offer", "hired", "lost", "withdrawn"):
        make(owner, status, status=status)
    make(owner, "approved", status="approved", send_state="by_hand")
    MatchFactory(owner=owner, job=JobFactory(title="saved"), saved_at=timezone.now())

    shown = columns(board())

    assert {name: sorted(titles) for name, titles in shown.items()} == {
        "shortlist": ["saved"],
        "drafting": ["approved", "draft"],
        "sent": ["sent", "viewed"],
        "talking": ["interview", "offer", "replied"],
        "hired": ["hired"],
        "closed": ["lost", "withdrawn"],
    }


def test_newest_stands_first(owner, board):
    for days in (3, 1, 2):
        make(owner, f"{days} days", status="sent", moved_at=timezone.now() - timedelta(days=days))

    assert columns(board())["sent"] == ["1 days", "2 days", "3 days"]


def test_saved_job_leaves_the_shortlist_when_it_is_drafted(owner, board):
    proposal = make(owner, "Once only")
    with owner_scope(owner.pk):
        proposal.job.matches.update(saved_at=timezone.now())

    shown = columns(board())

    assert (shown["shortlist"], shown["drafting"]) == ([], ["Once only"])


@pytest.mark.parametrize(
    ("state", "chip"),
    (
        ({}, "Draft 1"),
        ({"text": None}, "Empty"),
        ({"send_state": "failed"}, "Not sent"),
        ({"status": "approved", "send_state": "waiting", "send_after": timezone.now()}, "Sending soon"),
        ({"status": "approved", "send_state": "unclear", "send_after": timezone.now()}, "Unclear if sent"),
        ({"status": "approved", "send_state": "by_hand"}, "Send by hand"),
        ({"status": "viewed"}, "Viewed"),
        ({"status": "hired"}, "Hired"),
    ),
)
def test_card_says_where_it_stands(owner, board, state, chip):
    make(owner, "Job", **state)

    assert chip in board()


def test_card_says_that_its_letter_is_being_written(owner, board):
    make(owner, "Job", text=None, generation=GenerationFactory(owner=owner))

    assert "Being written" in board()


def test_card_shows_bid_place_and_score(owner, board):
    make(owner, "Job")

    shown = board()

    assert "United Kingdom · $62/hr" in shown
    assert '<span class="vh">Match </span>90' in shown


def test_full_column_says_how_many_more(owner, board):
    for _ in range(CARDS_MOST + 3):
        make(owner, "Sent", status="sent")

    shown = board()

    assert len(columns(shown)["sent"]) == CARDS_MOST
    assert "3 more" in shown
    assert '<span class="count tnum">23</span>' in shown


def test_one_column_is_shown_in_full_by_pages(owner, board, monkeypatch):
    monkeypatch.setattr("apps.proposals.selectors.board.PAGE", 2)
    monkeypatch.setattr("apps.proposals.views.board.PAGE", 2)
    for number in range(3):
        make(owner, f"Job {number}", status="sent", moved_at=timezone.now() - timedelta(days=number))

    first, second = board("?column=sent"), board("?column=sent&page=2")

    assert columns(first) == {"sent": ["Job 0", "Job 1"]}
    assert columns(second) == {"sent": ["Job 2"]}
    assert ('rel="next"' in first, 'rel="next"' in second, 'rel="prev"' in second) == (True, False, True)


def test_shortlist_is_shown_in_full_too(owner, board):
    MatchFactory(owner=owner, job=JobFactory(title="saved"), saved_at=timezone.now())

    assert columns(board("?column=shortlist")) == {"shortlist": ["saved"]}


def test_search_looks_at_titles_of_jobs_and_of_own_copies(owner, board):
    make(owner, "Django shop", status="sent")
    make(owner, "Vue widget", status="sent")
    gone = ProposalFactory(owner=owner, status="sent", title="Django that is gone")
    with owner_scope(owner.pk):
        Job.objects.filter(pk=gone.job_id).update(
            title="", description="", search_vector=None, content_purged_at=timezone.now()
        )

    assert sorted(columns(board("?q=django"))["sent"]) == ["Django shop", "Django that is gone"]


@pytest.mark.parametrize("gone", ("disconnected", "over"))
def test_title_and_country_go_with_the_posting_before_it_is_blanked(owner, board, gone):
    until = timezone.now() - timedelta(seconds=1) if gone == "over" else None
    secret = {"title": "Django secret", "client_country": "Elbonia", "content_expires_at": until}
    ProposalFactory(owner=owner, job=JobFactory(**secret))
    MatchFactory(owner=owner, job=JobFactory(**secret), saved_at=timezone.now())
    if gone == "disconnected":
        with owner_scope(owner.pk):
            Match.objects.update(purged_at=timezone.now())

    shown, found = board(), board("?q=django")

    assert "A job whose posting is gone" in shown
    assert "secret" not in shown
    assert "Elbonia" not in shown
    assert not any(columns(found).values())


def test_filter_of_what_needs_me(owner, board):
    make(owner, "draft")
    make(owner, "writing", text=None, generation=GenerationFactory(owner=owner))
    make(owner, "by hand", status="approved", send_state="by_hand")
    make(owner, "replied", status="replied")
    make(owner, "sent", status="sent")

    shown = columns(board("?show=mine"))

    assert (sorted(shown["drafting"]), shown["talking"], shown["sent"]) == (["by hand", "draft"], ["replied"], [])


def test_filter_of_this_week(owner, board):
    make(owner, "new", status="sent")
    make(owner, "old", status="sent", moved_at=timezone.now() - timedelta(days=8))
    MatchFactory(owner=owner, job=JobFactory(title="old"), saved_at=timezone.now() - timedelta(days=8))

    shown = columns(board("?show=week"))

    assert (shown["sent"], shown["shortlist"]) == (["new"], [])


@pytest.mark.parametrize("query", ("?show=nonsense", "?column=nonsense", "?page=-1&column=sent", "?page=x"))
def test_nonsense_in_the_address_shows_the_board(owner, board, query):
    make(owner, "Job")

    assert columns(board(query))["drafting"] == ["Job"]


def test_empty_board_says_what_to_do(board):
    shown = board()

    assert "No proposals yet" in shown
    assert reverse("jobs:feed") in shown


def test_card_is_moved_by_its_menu_without_javascript(client, owner):
    proposal = make(owner, "Job", status="sent")
    client.force_login(owner)

    answer = client.post(
        reverse("proposals:move", args=[proposal.public_id]), {"to": "hired", "next": f"{URL}?show=week"}
    )

    assert answer.url == f"{URL}?show=week"
    with owner_scope(owner.pk):
        assert Proposal.objects.get().status == Status.HIRED


def test_card_is_moved_by_htmx_and_the_board_comes_back(client, owner):
    proposal = make(owner, "Job", status="sent")
    client.force_login(owner)

    answer = client.post(
        f"{reverse('proposals:move', args=[proposal.public_id])}?show=week",
        {"to": "hired"},
        headers={"HX-Request": "true", "HX-Target": "div#board"},
    )

    shown = html.unescape(answer.content.decode())
    assert shown.lstrip().startswith('<div id="board"')
    assert columns(shown)["hired"] == ["Job"]
    assert f'hx-get="{URL}?show=week"' in shown


def test_move_leads_nowhere_else(client, owner):
    proposal = make(owner, "Job", status="sent")
    client.force_login(owner)

    answer = client.post(
        reverse("proposals:move", args=[proposal.public_id]), {"to": "hired", "next": "https://evil.example/"}
    )

    assert answer.url == URL


@pytest.mark.parametrize(
    ("to", "status", "words"), (("draft", 409, "cannot become"), ("nonsense", 422, "There is no such step."))
)
def test_wrong_move_is_answered_in_words(client, owner, to, status, words):
    proposal = make(owner, "Job", status="sent")
    client.force_login(owner)

    answer = client.post(reverse("proposals:move", args=[proposal.public_id]), {"to": to})

    assert answer.status_code == status
    assert words in answer.content.decode()


@pytest.mark.parametrize("rows", (1, 3))
def test_query_count_is_flat(client, owner, rows, django_assert_num_queries):
    for _ in range(rows):
        make(owner, "Sent", status="sent")
        make(owner, "Writing", text=None, generation=GenerationFactory(owner=owner))
        MatchFactory(owner=owner, job=JobFactory(title="saved"), saved_at=timezone.now())
    client.force_login(owner)
    client.get(URL)

    with django_assert_num_queries(5):
        page = client.get(URL).content.decode()

    shown = columns(page)
    assert (shown["shortlist"], shown["sent"]) == (["saved"] * rows, ["Sent"] * rows)
    assert shown["drafting"] == ["Writing"] * rows


@pytest.mark.parametrize("rows", (1, 3))
def test_query_count_of_one_column_is_flat(client, owner, rows, django_assert_num_queries):
    for _ in range(rows):
        make(owner, "Sent", status="sent")
    client.force_login(owner)

    with django_assert_num_queries(3):
        page = client.get(f"{URL}?column=sent").content.decode()

    assert page.count(">Sent<") >= rows


def test_board_reads_no_letters(client, owner, django_assert_max_num_queries):
    make(owner, "Sent", status="sent")
    client.force_login(owner)

    with django_assert_max_num_queries(8) as queries:
        client.get(URL)

    statements = " ".join(query["sql"] for query in queries.captured_queries)
    assert '"proposals_version"."text"' not in statements
    assert '"description"' not in statements


@pytest.mark.parametrize("who", ("stranger", "staff"))
def test_board_of_somebody_else_holds_nothing_of_mine(client, owner, request, who):
    make(owner, "Very secret job", status="sent")
    MatchFactory(owner=owner, job=JobFactory(title="Secret too"), saved_at=timezone.now())
    client.force_login(request.getfixturevalue(who))

    shown = client.get(URL).content.decode()

    assert "ecret" not in shown


def test_thousand_cards_are_counted_and_a_few_are_read(client, owner, django_assert_num_queries):
    with owner_scope(owner.pk):
        jobs = Job.objects.bulk_create(
            Job(source="sandbox", upwork_id=str(number), kind="hourly", posted_at=timezone.now(), title=f"Job {number}")
            for number in range(1000)
        )
        Proposal.objects.bulk_create(
            Proposal(owner=owner, job=job, kind="hourly", status="sent", sent_at=timezone.now(), sent_via="api")
            for job in jobs
        )
    client.force_login(owner)

    with django_assert_num_queries(5):
        shown = client.get(URL).content.decode()

    assert shown.count('class="pcard"') == CARDS_MOST
    assert "980 more" in shown
