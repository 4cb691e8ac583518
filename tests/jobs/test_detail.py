"""One job: what stands in its pane, and the marks a person makes."""

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.jobs.enums import HideReason
from apps.jobs.models import Match
from apps.jobs.selectors.facts import history_of
from tests.jobs.factories import ClientFactory, JobFactory, MatchFactory, SightingFactory

HTMX = {"HX-Request": "true", "HX-Target": "section#detail"}


def address(match, name="detail"):
    return reverse(f"jobs:{name}", args=[match.job.public_id])


def reload(match):
    with owner_scope(match.owner_id):
        return Match.objects.select_related("job").get(pk=match.pk)


@pytest.fixture
def match(owner):
    return MatchFactory(owner=owner)


@pytest.fixture
def page(client, owner, match):
    client.force_login(owner)

    def get(**headers):
        return client.get(address(match), headers=headers).content.decode()

    return get


def test_history_is_found_by_one_condition(in_scope, django_assert_num_queries):
    """An OR over two tables made PostgreSQL read every sighting of the person."""
    client = ClientFactory()
    job, before = JobFactory(client=client), JobFactory(client=client)
    for seen in (job, before, JobFactory()):
        SightingFactory(owner=in_scope, job=seen, has_applied=seen is job)

    with django_assert_num_queries(1) as queries:
        history = history_of(job)

    assert " OR " not in queries[0]["sql"]
    assert (history.seen_before, history.has_applied) == (1, True)


def test_detail_stays_within_its_queries(client, owner, match, django_assert_num_queries):
    """User, settings, match, the mark, history, profile; the list beside it with its searches and the connection."""
    client.force_login(owner)

    with django_assert_num_queries(8):
        page = client.get(address(match)).content.decode()

    assert match.job.description in page


def test_detail_shows_the_score_taken_apart(page):
    text = page()

    for fact in (
        "Why it scores 90", "3 of 3 asked skills are yours", "Your $62 is within the range",
        "Hired on 12 of 14 posts, 4.9 stars from 10 reviews", "4 proposals when it was scored",
        "For it: skills, rate, client, competition, freshness.",
    ):  # fmt: skip
        assert fact in text


def test_detail_shows_client_and_skills(page):
    text = page()

    for fact in ("United Kingdom", "$182K", "12 of 14 posts", "4.9 from 10 reviews", "Payment verified"):
        assert fact in text
    assert text.count("yours:") == 3


def test_detail_of_a_client_with_more_hires_than_posts_does_not_say_of(client, owner):
    match = MatchFactory(owner=owner, job__client_hires=20, job__client_posted=14)
    client.force_login(owner)

    text = client.get(address(match)).content.decode()

    assert "20 from 14 posts" in text
    assert "20 of 14 posts" not in text


def test_detail_names_the_skills_that_are_missing(client, owner):
    match = MatchFactory(owner=owner, job__skills=["Django", "COBOL"])
    client.force_login(owner)

    text = client.get(address(match)).content.decode()

    assert text.count("yours:") == 1
    assert text.count("not in your profile:") == 1


def test_detail_leads_to_upwork_and_to_a_draft(page, match, settings):
    text = page()

    assert f'href="{settings.UPWORK_SITE_URL}/jobs/{match.job.ciphertext}"' in text
    assert f'action="{reverse("proposals:draft-create")}"' in text
    assert f'name="job_id" value="{match.job.public_id}"' in text
    assert "Source: Upwork" in text


def test_detail_shows_questions_and_what_to_say(client, owner):
    match = MatchFactory(
        owner=owner, job__questions=["How many shops have you sped up?"], job__cover_letter_required=False
    )
    client.force_login(owner)

    text = client.get(address(match)).content.decode()

    assert "How many shops have you sped up?" in text
    assert "1 question to answer" in text
    assert "No letter is required" in text


def test_detail_escapes_what_a_client_wrote(client, owner):
    match = MatchFactory(owner=owner, job__title="<script>alert(1)</script>", job__description="<img src=x onerror=y>")
    client.force_login(owner)

    text = client.get(address(match)).content.decode()

    assert "<script>alert(1)" not in text
    assert "<img src=x" not in text


def test_detail_marks_the_job_read_once(client, owner, match):
    client.force_login(owner)

    client.get(address(match))
    first = reload(match).opened_at
    client.get(address(match))

    assert first is not None
    assert reload(match).opened_at == first


def test_looking_at_the_head_marks_nothing(client, owner, match):
    client.force_login(owner)

    client.head(address(match))

    assert reload(match).opened_at is None


def test_detail_gives_htmx_the_pane_alone(page):
    assert page(**HTMX).lstrip().startswith('<article class="pane"')


def test_detail_of_a_purged_job_says_why_and_keeps_the_score(client, owner):
    match = MatchFactory(
        owner=owner, job__title="", job__description="", job__skills=[], job__content_purged_at=timezone.now()
    )
    client.force_login(owner)

    text = client.get(address(match)).content.decode()

    assert "24 hours" in text
    assert "Why it scores 90" in text
    assert "Draft letter" not in text


def test_detail_after_a_disconnect_says_so(client, owner):
    match = MatchFactory(owner=owner, purged_at=timezone.now(), job__title="Somebody else still sees this")
    client.force_login(owner)

    text = client.get(address(match)).content.decode()

    assert "You disconnected Upwork" in text
    assert "Somebody else still sees this" not in text


def test_detail_remembers_reposts_of_the_client(client, owner):
    author = ClientFactory()
    match = MatchFactory(owner=owner, job__client=author)
    for _number in range(2):
        SightingFactory(owner=owner, job=JobFactory(client=author))
    client.force_login(owner)

    text = client.get(address(match)).content.decode()

    assert "Posted 3 times, hired nobody" in text
    assert "You were shown 2 other postings of this client" in text


def test_detail_remembers_nothing_that_only_others_were_shown(client, owner, stranger):
    author = ClientFactory()
    match = MatchFactory(owner=owner, job__client=author)
    SightingFactory(owner=stranger, job=JobFactory(client=author))
    client.force_login(owner)

    assert "The first posting of this client that you see" in client.get(address(match)).content.decode()


@pytest.mark.parametrize("who", ("stranger", "staff"))
@pytest.mark.parametrize(
    ("method", "name"),
    (("get", "detail"), ("post", "save"), ("post", "unsave"), ("post", "hide"), ("post", "unhide")),
)
def test_nobody_else_reaches_a_job(client, request, match, who, method, name):
    before = reload(match)
    client.force_login(request.getfixturevalue(who))

    response = getattr(client, method)(address(match, name))

    assert response.status_code == 404
    after = reload(match)
    assert (after.saved_at, after.hidden_at, after.opened_at) == (before.saved_at, before.hidden_at, before.opened_at)


@pytest.mark.parametrize("name", ("save", "unsave", "hide", "unhide"))
def test_marks_are_made_by_post_alone(client, owner, match, name):
    client.force_login(owner)

    assert client.get(address(match, name)).status_code == 405


def test_save_and_unsave_without_javascript_come_back_to_the_job(client, owner, match):
    client.force_login(owner)

    saved = client.post(address(match, "save"))
    assert reload(match).saved_at is not None
    unsaved = client.post(address(match, "unsave"))

    assert reload(match).saved_at is None
    assert saved["Location"] == unsaved["Location"] == address(match)


def test_save_answers_htmx_with_the_buttons(client, owner, match):
    client.force_login(owner)

    text = client.post(address(match, "save"), headers=HTMX).content.decode()

    assert 'aria-pressed="true"' in text
    assert "<html" not in text


@pytest.mark.parametrize(("given", "kept"), ((HideReason.BAD_CLIENT, HideReason.BAD_CLIENT), ("", ""), ("because", "")))
def test_hide_keeps_the_reason(client, owner, match, given, kept):
    client.force_login(owner)

    client.post(address(match, "hide"), {"reason": given})

    row = reload(match)
    assert (row.hidden_at is not None, row.hidden_reason) == (True, kept)


def test_hide_takes_the_card_away_and_offers_undo(client, owner, match):
    client.force_login(owner)

    text = client.post(address(match, "hide"), {"reason": "other"}, headers=HTMX).content.decode()

    assert f'id="match-{match.job.public_id}" hx-swap-oob="delete"' in text
    assert f'action="{address(match, "unhide")}"' in text


def test_unhide_brings_the_card_back_under_the_filters_of_the_page(client, owner, match):
    client.force_login(owner)
    client.post(address(match, "hide"), {"reason": "other"})
    other = MatchFactory(owner=owner, job__kind="fixed")

    text = client.post(
        address(match, "unhide"),
        headers={
            "HX-Request": "true",
            "HX-Target": "div#match-list",
            "HX-Current-URL": "http://testserver/jobs/?kind=hourly",
        },
    ).content.decode()

    assert f'id="match-{match.job.public_id}"' in text
    assert f'id="match-{other.job.public_id}"' not in text
    assert (reload(match).hidden_at, reload(match).hidden_reason) == (None, "")


def test_unhide_beside_the_open_job_brings_its_buttons_back_too(client, owner, match):
    client.force_login(owner)
    client.post(address(match, "hide"), {"reason": "other"})

    text = client.post(
        address(match, "unhide"),
        headers={
            "HX-Request": "true",
            "HX-Target": "div#match-list",
            "HX-Current-URL": f"http://testserver{address(match)}",
        },
    ).content.decode()

    assert f'id="match-{match.job.public_id}" data-key-item aria-current="true"' in text
    assert 'id="pane-marks" hx-swap-oob="true"' in text
