"""Saved searches and weights: made, tried, changed, removed, by their owner alone."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from apps.core import limits
from apps.core.errors import DomainError
from apps.core.tenancy import owner_scope
from apps.jobs import scoring, tasks
from apps.jobs.matching.rules import Refusal
from apps.jobs.models import Job, Match, SavedSearch, ScoreWeights, Sighting
from apps.jobs.selectors.searches import TRY_MOST, rescored, try_search, weights_of
from apps.jobs.services import searches
from apps.jobs.views.searches import TRIES_A_MINUTE
from tests.jobs.factories import JobFactory, MatchFactory, SearchFactory, SightingFactory, WeightsFactory

LIST, NEW, WEIGHTS = reverse("jobs:search-list"), reverse("jobs:search-create"), reverse("jobs:weights")
FILLED = {"name": "Shops", "any_words": "django, fastapi", "alert_threshold": "70", "is_active": "on"}


def edit(search, name="edit"):
    return reverse(f"jobs:search-{name}", args=[search.public_id])


def stored(owner):
    with owner_scope(owner.pk):
        return list(SavedSearch.objects.all())


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.parametrize("rows", (1, 3))
def test_list_query_count_is_flat(signed_in, owner, rows, django_assert_num_queries):
    made = [SearchFactory(owner=owner) for _number in range(rows)]

    with django_assert_num_queries(4):
        page = signed_in.get(LIST).content.decode()

    assert all(search.name in page for search in made)


def test_list_says_what_is_wrong_and_when_it_goes_on(signed_in, owner):
    SearchFactory(owner=owner, error="Upwork has trouble at the moment.", due_at=timezone.now() + timedelta(minutes=9))

    page = signed_in.get(LIST).content.decode()

    assert "Upwork has trouble at the moment." in page
    assert "Next try at" in page


@pytest.mark.parametrize(("minutes", "is_active"), ((-1, True), (9, False)), ids=("due already", "switched off"))
def test_list_names_no_next_try_that_is_over_or_never_comes(signed_in, owner, minutes, is_active):
    due_at = timezone.now() + timedelta(minutes=minutes)
    SearchFactory(owner=owner, error="This search waits for a connection.", due_at=due_at, is_active=is_active)

    page = signed_in.get(LIST).content.decode()

    assert "This search waits for a connection." in page
    assert "Next try at" not in page


def test_list_shows_the_words_as_one_would_type_them(signed_in, owner):
    SearchFactory(
        owner=owner, all_words=["django"], any_words=["htmx", "alpine"], phrases=["rest api"], exclude_words=["php"]
    )

    assert "django “rest api” (htmx | alpine) −php" in signed_in.get(LIST).content.decode()


def test_list_says_how_often_this_installation_reads(signed_in, settings):
    settings.UPWORK_POLL_SECONDS = 120

    assert "about every 2 minutes. A job that passes" in signed_in.get(LIST).content.decode()


def test_list_of_nobody_offers_to_make_one(signed_in):
    assert "No search yet" in signed_in.get(LIST).content.decode()


def test_list_shows_nothing_of_others(client, search, stranger):
    client.force_login(stranger)

    assert edit(search) not in client.get(LIST).content.decode()


def test_create_saves_the_search_and_makes_it_due(signed_in, owner):
    response = signed_in.post(NEW, FILLED)

    (search,) = stored(owner)
    assert response["Location"] == LIST
    assert (search.name, search.any_words, search.alert_threshold) == ("Shops", ["django", "fastapi"], 70)
    assert search.due_at <= timezone.now()


def test_create_understands_the_fields_of_the_token_box(signed_in, owner):
    signed_in.post(NEW, {**FILLED, "any_words": ["django", " Rest  API ", "django", ""]})

    assert stored(owner)[0].any_words == ["django", "Rest API"]


def test_create_matches_what_was_fetched_before(signed_in, owner):
    SightingFactory(owner=owner, matched_at=timezone.now())

    signed_in.post(NEW, FILLED)
    tasks.match_waiting()

    with owner_scope(owner.pk):
        assert Match.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    (
        ({"name": ""}, "This field is required."),
        ({"any_words": ""}, "Name at least one word, skill or condition to look for."),
        ({"any_words": "!!!"}, "has no letter or digit"),
        ({"any_words": "x" * 81}, "is too long"),
        ({"any_words": ",".join(map(str, range(31)))}, "At most 30"),
        ({"alert_threshold": "101"}, "less than or equal to 100"),
        ({"hourly_least": "-1"}, "greater than or equal to 0"),
        ({"client_rating_least": "6"}, "less than or equal to 5"),
        ({"kind": "salary"}, "Select a valid choice"),
    ),
)
def test_create_refuses_what_makes_no_search(signed_in, owner, changes, message):
    response = signed_in.post(NEW, {**FILLED, **changes})

    assert response.status_code == 422
    assert message in response.content.decode()
    assert stored(owner) == []


def test_create_refuses_a_second_one_of_the_same_name(signed_in, owner, stranger):
    SearchFactory(owner=owner, name="Shops")
    SearchFactory(owner=stranger, name="Mine")

    assert "You have a search with this name." in signed_in.post(NEW, FILLED).content.decode()
    assert signed_in.post(NEW, {**FILLED, "name": "Mine"}).status_code == 302


def test_create_keeps_what_was_typed_when_something_is_wrong(signed_in):
    page = signed_in.post(NEW, {**FILLED, "name": ""}).content.decode()

    assert 'name="any_words" value="django, fastapi"' in page


@pytest.mark.django_db(transaction=True)
class TestMeanwhile:
    """What happens in another worker at the same time."""

    @staticmethod
    def beside(work):
        """Do the work beside a change that is held open for a moment; returns what it raised."""
        raised = []

        def worker():
            try:
                work()
            except DomainError as error:
                raised.append(str(error))
            finally:
                connection.close()

        thread = threading.Thread(target=worker)
        thread.start()
        return thread, raised

    def test_a_second_click_on_save_meets_the_name(self, owner):
        fields = {"name": "Shops", "any_words": ["django"]}

        def save():
            with owner_scope(owner.pk):
                searches.create_search(actor=owner, fields=fields)

        with transaction.atomic(), owner_scope(owner.pk):
            searches.create_search(actor=owner, fields=fields)
            thread, raised = self.beside(save)
            thread.join(0.5)
        thread.join(10)

        assert raised == ["You have a search with this name."]
        assert len(stored(owner)) == 1

    def test_a_name_taken_meanwhile_is_said_when_a_search_is_changed(self, owner, search):
        def rename():
            with owner_scope(owner.pk):
                searches.update_search(actor=owner, search_id=search.pk, changes={"name": "Shops"})

        with transaction.atomic(), owner_scope(owner.pk):
            searches.create_search(actor=owner, fields={"name": "Shops", "any_words": ["django"]})
            thread, raised = self.beside(rename)
            thread.join(0.5)
        thread.join(10)

        assert raised == ["You have a search with this name."]

    def test_a_job_that_is_just_being_matched_is_tried_on_the_new_search(self, owner):
        SightingFactory(owner=owner)

        def save():
            with owner_scope(owner.pk):
                searches.create_search(actor=owner, fields={"name": "Shops", "any_words": ["django"]})

        with transaction.atomic(), owner_scope(owner.pk):
            Sighting.objects.select_for_update().get()  # as matching does, with the searches it has read
            thread, _raised = self.beside(save)
            thread.join(0.5)
            Sighting.objects.update(matched_at=timezone.now())
        thread.join(10)

        with owner_scope(owner.pk):
            assert Sighting.objects.get().matched_at is None


def test_nobody_gets_more_searches_than_can_be_read(owner):
    SearchFactory.create_batch(searches.MOST_SEARCHES, owner=owner)

    with owner_scope(owner.pk), pytest.raises(DomainError, match="Delete one first"):
        searches.create_search(actor=owner, fields={"name": "One more", "any_words": ["x"]})


def test_edit_changes_the_search_and_reads_it_anew(signed_in, owner, search):
    with owner_scope(owner.pk):
        SavedSearch.objects.update(newest_posted_at=timezone.now(), failures=3, error="Trouble")

    signed_in.post(edit(search), FILLED)

    (row,) = stored(owner)
    assert (row.name, row.newest_posted_at, row.failures, row.error) == ("Shops", None, 0, "")


def test_edit_takes_out_what_no_longer_passes(signed_in, owner, search):
    MatchFactory(owner=owner, search_ids=[search.pk])

    signed_in.post(edit(search), {**FILLED, "any_words": "cobol"})
    tasks.match_waiting()

    with owner_scope(owner.pk):
        assert Match.objects.get().search_ids == []


def test_edit_shows_what_is_stored(signed_in, owner, search):
    page = signed_in.get(edit(search)).content.decode()

    assert 'value="Django"' in page
    assert 'name="any_words" value="django' in page  # text to edit where there is no script
    assert 'data-name="any_words" data-word-remove="Remove"' in page


def test_delete_asks_first_and_leaves_what_others_brought_or_was_saved(signed_in, owner, search):
    other = SearchFactory(owner=owner)
    both = MatchFactory(owner=owner, search_ids=[search.pk, other.pk])
    alone = MatchFactory(owner=owner, search_ids=[search.pk])

    assert "Keep it" in signed_in.get(edit(search, "delete")).content.decode()
    assert len(stored(owner)) == 2
    signed_in.post(edit(search, "delete"))

    assert stored(owner) == [other]
    with owner_scope(owner.pk):
        assert dict(Match.objects.values_list("pk", "search_ids")) == {both.pk: [other.pk], alone.pk: []}


@pytest.mark.parametrize("who", ("stranger", "staff"))
@pytest.mark.parametrize(("method", "name"), (("get", "edit"), ("post", "edit"), ("get", "delete"), ("post", "delete")))
def test_nobody_else_reaches_a_search(client, request, owner, search, who, method, name):
    client.force_login(request.getfixturevalue(who))

    response = getattr(client, method)(edit(search, name), FILLED if method == "post" else {})

    assert response.status_code == 404
    assert stored(owner) == [search]


def test_try_counts_what_would_have_come_and_rung(owner, in_scope):
    fits, weak = JobFactory(), JobFactory(skills=["COBOL"], applicants=50, client_verified=False, client_hires=0)
    missed = JobFactory(title="Rails", description="Ruby on Rails " * 20, skills=["Rails"])
    for job in (fits, weak, missed):
        SightingFactory(owner=owner, job=job)

    trial = try_search(SavedSearch(owner=owner, any_words=["django"], alert_threshold=80))

    assert (trial.looked_at, trial.passed, trial.rung) == (3, 2, 1)
    assert [example.job for example in trial.examples] == [fits, weak]
    assert [(example.job, example.refusals) for example in trial.refused] == [(missed, ((Refusal.NONE_OF, "django"),))]
    assert sum(count for _day, count in trial.by_day) == 2
    assert len(trial.bars) == 7


def test_try_counts_a_day_over_the_days_there_are(owner, in_scope):
    for days in (0, 1, 2, 3):
        posted_at = timezone.now() - timedelta(days=days)
        SightingFactory(owner=owner, job=JobFactory(posted_at=posted_at), fetched_at=posted_at)

    trial = try_search(SavedSearch(owner=owner, any_words=["django"]))

    assert trial.a_day == pytest.approx(4 / 3, rel=0.01)


def test_try_looks_at_nothing_of_others_and_writes_nothing(owner, stranger, in_scope):
    SightingFactory(owner=stranger)

    assert try_search(SavedSearch(owner=owner, any_words=["django"])).looked_at == 0
    assert not SavedSearch.objects.exists()


def test_preview_answers_while_one_types(signed_in, owner):
    SightingFactory(owner=owner)

    found = signed_in.post(reverse("jobs:search-preview"), {**FILLED, "name": ""}).content.decode()
    wrong = signed_in.post(reverse("jobs:search-preview"), {**FILLED, "hourly_least": "x"}).content.decode()

    assert "Django developer to speed up our checkout" in found
    assert "Enter a number." in wrong
    assert stored(owner) == []


def test_preview_is_counted_for_each_person(signed_in, client, owner, stranger):
    limits.take(limits.Limit(f"jobs.try:{owner.pk}", TRIES_A_MINUTE, 60), cost=TRIES_A_MINUTE)
    SightingFactory(owner=owner)

    preview = signed_in.post(reverse("jobs:search-preview"), {**FILLED, "name": ""}).content.decode()
    button = signed_in.post(NEW, {**FILLED, "try": "1"})

    assert "Too many tries" in preview
    assert "Tried on" not in preview
    assert (button.status_code, "Too many tries" in button.content.decode()) == (422, True)
    assert signed_in.post(NEW, FILLED).status_code == 302
    client.force_login(stranger)
    assert "Too many tries" not in client.post(reverse("jobs:search-preview"), FILLED).content.decode()


def test_opening_the_editor_tries_nothing(signed_in, owner, search):
    SightingFactory(owner=owner)

    assert "Tried on" not in signed_in.get(edit(search)).content.decode()


def test_try_reads_no_more_than_the_newest_postings(owner, in_scope):
    now = timezone.now()
    jobs = Job.objects.bulk_create(
        Job(upwork_id=str(number), title="Django", source="api", kind="hourly", posted_at=now)
        for number in range(TRY_MOST + 1)
    )
    Sighting.objects.bulk_create(Sighting(owner=owner, job=job) for job in jobs)

    assert try_search(SavedSearch(owner=owner, any_words=["django"])).looked_at == TRY_MOST == 500


def test_try_button_works_without_javascript(signed_in, owner):
    SightingFactory(owner=owner)

    page = signed_in.post(NEW, {**FILLED, "try": "1"}).content.decode()

    assert "Tried on 1 job" in page
    assert stored(owner) == []


def test_weights_start_the_same_for_everybody(in_scope):
    assert weights_of(in_scope.pk) == scoring.Weights(40, 20, 20, 10, 10)


def test_weights_are_saved_and_every_match_is_scored_again(signed_in, owner):
    match = MatchFactory(owner=owner, score=90)
    numbers = {"skills": 0, "rate": 0, "client": 0, "competition": 50, "freshness": 50}

    response = signed_in.post(WEIGHTS, {**numbers, "save": "1"}, follow=True)

    assert "1 job was scored again." in response.content.decode()
    with owner_scope(owner.pk):
        assert ScoreWeights.objects.get().weights == scoring.Weights(**numbers)
        row = Match.objects.get(pk=match.pk)
        assert row.score == 90
        assert {part["key"]: part["points"] for part in row.parts} == {
            "skills": 0, "rate": 0, "client": 0, "competition": 45.0, "freshness": 45.0,
        }  # fmt: skip


def test_weights_preview_shows_what_would_change_and_saves_nothing(signed_in, owner):
    match = MatchFactory(owner=owner, score=12)

    part = signed_in.post(
        WEIGHTS,
        {"skills": 1, "rate": 0, "client": 0, "competition": 0, "freshness": 0},
        headers={"HX-Request": "true", "HX-Target": "section#weights-preview"},
    ).content.decode()

    assert ">90<" in part
    assert "now 12" in part
    with owner_scope(owner.pk):
        assert not ScoreWeights.objects.exists()
        assert Match.objects.get(pk=match.pk).score == 12


@pytest.mark.parametrize("skills", ("0", "101", "-1", "x", ""))
def test_weights_that_make_no_sense_are_refused(signed_in, owner, skills):
    WeightsFactory(owner=owner)
    others = {"rate": 0, "client": 0, "competition": 0, "freshness": 0}

    response = signed_in.post(WEIGHTS, {"skills": skills, **others, "save": "1"})

    assert response.status_code == 422
    with owner_scope(owner.pk):
        assert ScoreWeights.objects.get().skills == 40


def test_rescored_shows_nothing_of_others(owner, stranger):
    MatchFactory(owner=owner)

    with owner_scope(stranger.pk):
        assert rescored(scoring.Weights()) == []


def test_set_weights_touches_nobody_else(owner, stranger):
    theirs = MatchFactory(owner=stranger, score=90)

    with owner_scope(owner.pk):
        searches.set_weights(actor=owner, weights=scoring.Weights(1, 0, 0, 0, 0))

    with owner_scope(stranger.pk):
        assert Match.objects.get(pk=theirs.pk).score == 90
        assert not Sighting.objects.filter(matched_at=None).exists()


def test_a_rate_for_one_kind_says_nothing_about_the_other(owner, in_scope):
    SightingFactory(owner=owner, job=JobFactory(kind="fixed", fixed_budget=Decimal(90)))

    assert try_search(SavedSearch(owner=owner, hourly_least=Decimal(100))).passed == 1
