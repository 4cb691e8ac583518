"""The feed: what it shows, in how many queries, to whom, and how it is walked."""

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.jobs.models import Match
from tests.accounts.factories import UserFactory
from tests.jobs.factories import JobFactory, MatchFactory, SearchFactory

FEED = "/jobs/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client, owner):
    """The owner's feed at an address, as text."""
    client.force_login(owner)

    def get(query="", **headers):
        return client.get(f"{FEED}{query}", headers=headers).content.decode()

    return get


def match(owner, *, minutes=1, **fields):
    """A match of a job posted that many minutes ago; `job__…` and the like describe the job."""
    return MatchFactory(owner=owner, job__posted_at=timezone.now() - timedelta(minutes=minutes), **fields)


def shown(page):
    """The public ids of the cards, in order."""
    return re.findall(r'id="match-([0-9a-f-]{36})"', page)


@pytest.mark.parametrize("rows", (1, 3))
def test_feed_query_count_is_flat(client, owner, search, rows, django_assert_num_queries):
    matches = [match(owner, search_ids=[search.pk]) for _number in range(rows)]
    client.force_login(owner)

    with django_assert_num_queries(4):
        page = client.get(FEED).content.decode()

    assert sorted(shown(page)) == sorted(str(row.job.public_id) for row in matches)


def test_feed_shows_what_helps_to_decide(page, owner):
    match(owner, score=94)

    text = page()

    for fact in ("Django developer to speed up our checkout", "$45–70/hr", "$182K spent", "4.9", "4 proposals", ">94<"):
        assert fact in text


def test_feed_is_for_people_who_are_signed_in(client):
    response = client.get(FEED)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={FEED}"


def test_feed_shows_nothing_of_others(client, owner, stranger):
    theirs = match(owner, job__title="A secret job")
    client.force_login(stranger)

    text = client.get(FEED).content.decode()

    assert "A secret job" not in text
    assert str(theirs.job.public_id) not in text


def test_feed_of_staff_is_their_own(client, owner, staff):
    theirs = match(owner)
    client.force_login(staff)

    assert str(theirs.job.public_id) not in client.get(FEED).content.decode()


def test_feed_sends_a_newcomer_through_the_first_steps(client, db):
    client.force_login(UserFactory(is_onboarded=False))

    assert client.get(FEED)["Location"] == reverse("welcome:skills")


def test_feed_of_somebody_without_searches_says_what_to_do(page):
    assert "Nothing is looked for yet" in page()


def test_feed_without_a_connection_says_so(page, search):
    assert "Connect Upwork to see jobs" in page()


def test_feed_without_hits_offers_to_show_everything(page, owner):
    match(owner)

    assert "Nothing fits these filters" in page("?q=cobol")


@pytest.mark.parametrize(
    ("query", "fits", "fits_not"),
    (
        ("?score=60", {"score": 60}, {"score": 59}),
        ("?kind=hourly", {}, {"job__kind": "fixed", "job__fixed_budget": Decimal(900)}),
        ("?kind=fixed", {"job__kind": "fixed"}, {}),
        ("?verified=on", {}, {"job__client_verified": False}),
        ("?few=on", {"job__applicants": 9}, {"job__applicants": 10}),
        ("?few=on", {"job__applicants": None}, {"job__applicants": 50}),
        ("?saved=on", {"saved_at": timezone.now()}, {}),
        ("?unread=on", {}, {"opened_at": timezone.now()}),
        ("?hidden=on", {"hidden_at": timezone.now()}, {}),
        ("", {}, {"hidden_at": timezone.now()}),
        ("", {"search_ids": [], "saved_at": timezone.now()}, {"search_ids": []}),
        ("?q=cobol", {"job__title": "COBOL on a mainframe"}, {}),
        ("?q=%22slow+queries%22", {}, {"job__description": "queries that are slow"}),
        ("?q=django+-wordpress", {}, {"job__title": "Django and WordPress"}),
        ("?q=c%2B%2B", {"job__title": "C++ engine"}, {"job__title": "C engine"}),
        ("?q=designs", {"job__title": "A designer"}, {}),
    ),
)
def test_feed_filter_keeps_what_fits(page, owner, query, fits, fits_not):
    wanted, other = match(owner, **fits), match(owner, **fits_not)

    found = shown(page(query))

    assert str(wanted.job.public_id) in found
    assert str(other.job.public_id) not in found


@pytest.mark.parametrize("words", ("🚀", "-", "«»"))
def test_feed_without_a_word_to_look_for_shows_nothing_and_says_so(page, owner, words):
    match(owner)

    text = page(f"?{urlencode({'q': words})}")

    assert shown(text) == []
    assert f"No word to look for in “{words}”" in text


def test_wordless_search_is_escaped_in_its_answer(page, owner):
    assert "in “&lt;&gt;”" in page("?q=%3C%3E")


def test_feed_of_one_search_shows_its_matches_alone(page, owner, search):
    other = SearchFactory(owner=owner, name="Other")
    wanted = match(owner, search_ids=[search.pk, other.pk])
    match(owner, search_ids=[other.pk])

    assert shown(page(f"?search={search.public_id}")) == [str(wanted.job.public_id)]


def test_feed_of_somebody_elses_search_is_empty(page, owner, stranger):
    theirs = SearchFactory(owner=stranger)
    match(owner, search_ids=[theirs.pk])

    assert shown(page(f"?search={theirs.public_id}")) == []


@pytest.mark.parametrize(
    "query",
    ("?score=x", "?kind=salary", "?search=1", "?before=~", "?before=2026~7", "?before=x~1", "?sort=worst", "?q='%22)"),
)
def test_feed_survives_an_address_that_makes_no_sense(page, owner, query):
    match(owner)

    assert "Job feed" in page(query)


def test_feed_sorts_by_time_and_by_score(page, owner):
    newer, better = match(owner, minutes=1, score=60), match(owner, minutes=5, score=95)

    assert shown(page()) == [str(newer.job.public_id), str(better.job.public_id)]
    assert shown(page("?sort=best")) == [str(better.job.public_id), str(newer.job.public_id)]


@pytest.mark.parametrize("sort", ("", "&sort=best"))
def test_feed_pages_show_each_match_once_and_keep_the_filters(client, owner, sort):
    at_once = timezone.now() - timedelta(minutes=3)
    matches = [MatchFactory(owner=owner, job__posted_at=at_once, score=70 + number % 2) for number in range(27)]
    client.force_login(owner)

    first = client.get(f"{FEED}?verified=on{sort}").content.decode()
    older = re.search(r'href="(/jobs/\?[^"]*before=[^"]*)"', first)[1].replace("&amp;", "&")
    second = client.get(older).content.decode()

    assert "verified=on" in older
    assert (len(shown(first)), len(shown(second))) == (25, 2)
    assert sorted(shown(first) + shown(second)) == sorted(str(match.job.public_id) for match in matches)


def test_feed_gives_htmx_the_list_alone(page, owner):
    match(owner)

    part = page(**HTMX, **{"HX-Target": "div#match-list"})

    assert part.lstrip().startswith('<div class="contents" id="match-list">')


def test_feed_marks_what_was_not_opened_yet(page, owner):
    match(owner)
    assert "New:" in page()

    with owner_scope(owner.pk):
        Match.objects.update(opened_at=timezone.now())

    assert "New:" not in page()


def test_feed_keeps_a_purged_job_without_its_words(page, owner):
    match(owner, job__title="", job__description="", job__content_purged_at=timezone.now(), score=77)

    text = page()

    assert "Text no longer kept" in text
    assert ">77<" in text


def test_pill_counts_what_came_after_the_page(client, owner):
    client.force_login(owner)
    since = timezone.now().isoformat()
    match(owner)
    match(owner)
    match(owner, job__kind="fixed")

    pill = client.get(reverse("jobs:feed-news"), {"since": since}).content.decode()
    filtered = client.get(reverse("jobs:feed-news"), {"since": since, "kind": "fixed"}).content.decode()

    assert "3 new jobs" in pill
    assert "1 new job" in filtered


@pytest.mark.parametrize("since", ("", "yesterday", "2026-02-31T00:00:00Z", "2026-01-01T00:00:00"))
def test_pill_stays_away_when_there_is_nothing_to_count_from(client, owner, since):
    client.force_login(owner)
    match(owner)

    assert client.get(reverse("jobs:feed-news"), {"since": since}).content.decode().strip() == ""


def test_pill_counts_nothing_of_others(client, owner, stranger):
    since = timezone.now().isoformat()
    match(owner)
    client.force_login(stranger)

    assert "new job" not in client.get(reverse("jobs:feed-news"), {"since": since}).content.decode()


@pytest.mark.parametrize("rows", (1, 3))
def test_rail_query_count_is_flat(client, owner, rows, django_assert_num_queries):
    searches = [SearchFactory(owner=owner) for _number in range(rows)]
    match(owner, search_ids=[search.pk for search in searches])
    client.force_login(owner)

    with django_assert_num_queries(2):
        rail = client.get(reverse("jobs:rail")).content.decode()

    assert all(search.name in rail for search in searches)
    assert rail.count('<span class="nav-count tnum">1</span>') == rows


def test_detail_of_a_job_that_nobody_has_is_not_found(client, owner):
    client.force_login(owner)

    assert client.get(reverse("jobs:detail", args=[uuid4()])).status_code == 404


def test_detail_of_a_shared_job_without_a_match_is_not_found(client, owner):
    job = JobFactory()
    client.force_login(owner)

    assert client.get(reverse("jobs:detail", args=[job.public_id])).status_code == 404
