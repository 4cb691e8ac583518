"""The index finds what trying every search on every posting would find, and the database agrees about the words."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.tenancy import owner_scope
from apps.jobs import text
from apps.jobs.matching.percolator import Percolator
from apps.jobs.matching.rules import Criteria, Facts, judge, passes, refused_by_words
from apps.jobs.models import Job, SavedSearch
from tests.jobs.factories import JobFactory, TokenQuery

WORDS = ("django", "rest api", "c++", "designs", "shop", "node.js", "online shop", "fix", "Київ", "e-commerce")
words = st.lists(st.sampled_from(WORDS), max_size=3)
amounts = st.none() | st.integers(0, 100).map(Decimal)
texts = st.lists(st.sampled_from([*WORDS, "plain", "and", "designer", "api rest"]), max_size=12).map(" ".join)


@st.composite
def searches(draw):
    return SavedSearch(
        owner_id=draw(st.integers(1, 3)), all_words=draw(words), any_words=draw(words), phrases=draw(words),
        exclude_words=draw(words), skills=draw(words), kind=draw(st.sampled_from(("", "hourly", "fixed"))),
        hourly_least=draw(amounts), fixed_least=draw(amounts), verified_only=draw(st.booleans()),
        client_spent_least=draw(amounts), applicants_most=draw(st.none() | st.integers(0, 50)),
    )  # fmt: skip


@st.composite
def postings(draw):
    return Facts(
        job_id=1, where=text.positions([draw(texts), draw(texts)]), kind=draw(st.sampled_from(("hourly", "fixed"))),
        hourly_max=draw(amounts), fixed_budget=draw(amounts), verified=draw(st.booleans()), spent=draw(amounts),
        applicants=draw(st.none() | st.integers(0, 60)),
    )  # fmt: skip


@given(many=st.lists(searches(), max_size=12), known=postings(), owners=st.none() | st.sets(st.integers(1, 3)))
def test_the_index_finds_what_trying_everything_would(many, known, owners):
    for number, search in enumerate(many, 1):
        search.pk = number
    criteria = [Criteria.of(search) for search in many]

    found = {hit.search_id for hit in Percolator(criteria).matches(known, owners=owners)}

    assert found == {
        one.search_id for one in criteria if passes(one, known) and (owners is None or one.owner_id in owners)
    }


@given(search=searches(), known=postings())
def test_the_quick_answer_is_the_explained_one(search, known):
    criteria = Criteria.of(search)

    assert passes(criteria, known) is judge(criteria, known).passes


@pytest.mark.django_db
@settings(max_examples=60)
@given(search=searches(), title=texts, description=texts)
def test_the_database_agrees_about_the_words(search, title, description):
    criteria = Criteria.of(search)
    where = text.positions_of_job(title=title, skills=[], description=description)
    job = JobFactory(title=title, description=description, skills=[], search_vector=text.vector_literal(where))

    with owner_scope(1):
        found = Job.objects.filter(pk=job.pk, search_vector=TokenQuery(in_sql(criteria))).exists()

    facts = Facts(job_id=job.pk, where=where, kind="hourly")
    assert found is (not refused_by_words(criteria, facts))


def in_sql(criteria):
    """The words of a search as one tsquery; a word that every text has stands for "no condition"."""
    parts = [text.phrase_literal(word.tokens) for word in criteria.required]
    parts += ["!" + text.phrase_literal(word.tokens) for word in criteria.excluded]
    parts += [
        "(" + " | ".join(text.phrase_literal(word.tokens) for word in group) + ")"
        for group in (criteria.any_of, criteria.skills)
        if group
    ]
    return " & ".join(parts) or "!'nowhere-at-all'"
