"""Tokens: one reading of a text for search, matching and memory."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from apps.jobs import text
from apps.jobs.models import Job
from tests.jobs.factories import JobFactory, TokenQuery


@pytest.mark.parametrize(
    ("given", "tokens"),
    (
        ("C++ and C#, F# too", ["c++", "and", "c#", "f#", "too"]),
        (".NET, ASP.NET and dotnet", [".net", "asp.net", "and", ".net"]),
        ("Node.js / NodeJS / Next.js", ["node.js", "node.js", "next.js"]),
        ("React.js or ReactJS", ["react", "or", "react"]),
        ("CI/CD, e-commerce", ["ci", "cd", "e", "commerc"]),
        ("Designers design designs", ["design", "design", "design"]),
        ("The end.Then Python 3.11", ["the", "end", "then", "python", "3.11"]),
        ("client's and client’s", ["client", "and", "client"]),
        ("Зв'язок, зв’язок; дизайнери", ["звязок", "звязок", "дизайнери"]),
        ("#1 hash # tag", ["1", "hash", "tag"]),
        ("ｆｕｌｌ ｗｉｄｔｈ", ["full", "width"]),
        ("", []),
        ("?! … —", []),
    ),
)
def test_tokenise_keeps_what_people_mean(given, tokens):
    assert text.tokenise(given) == tokens


@pytest.mark.parametrize(
    ("phrase", "is_there"),
    (
        ("machine learning", True),
        ("learning machine", False),
        ("deep machine learning", True),
        ("learning models", False),  # another field starts in between
        ("models", True),
        ("absent", False),
        ("machine absent", False),
    ),
)
def test_contains_finds_words_and_phrases_within_a_field(phrase, is_there):
    where = text.positions(["Deep machine learning", "models for machine vision"])

    assert text.contains(where, text.term(phrase)) is is_there


@pytest.mark.parametrize(
    ("typed", "literal"),
    (
        ("django", "('django')"),
        ('"rest api" django', "('rest' <-> 'api') & ('django')"),
        ("django -wordpress", "('django') & !('wordpress')"),
        ('-"unpaid test"', "!('unpaid' <-> 'test')"),
        ("e-commerce", "('e' <-> 'commerc')"),
        ('"never closed', "('never' <-> 'close')"),
        ("'; DROP TABLE jobs_job; --", "('drop') & ('tabl') & ('job' <-> 'job')"),
        ("! & | ( ) :* '", ""),
    ),
)
def test_read_query_understands_phrases_and_exclusions(typed, literal):
    assert text.read_query(typed).literal == literal


@pytest.mark.django_db
@given(typed=st.text(max_size=80))
def test_any_query_is_one_that_postgresql_accepts(typed):
    literal = text.read_query(typed).literal

    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(%s::tsquery)", [literal])
        assert (cursor.fetchone()[0] > 0) is bool(literal)


@pytest.mark.django_db
@given(fields=st.lists(st.text(max_size=60), max_size=4))
def test_any_text_is_one_that_postgresql_can_index(fields):
    where = text.positions(fields)

    with connection.cursor() as cursor:
        cursor.execute("SELECT length(%s::tsvector)", [text.vector_literal(where)])
        assert cursor.fetchone() == (len(where),)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "phrase",
    ("checkout", "slow queries", "queries slow", "Django views", "HTMX PostgreSQL", "c++", "forty orders a minute"),
)
def test_the_database_agrees_with_the_matcher(in_scope, phrase):
    job = JobFactory()
    where = text.positions_of_job(title=job.title, skills=job.skills, description=job.description)
    literal = text.phrase_literal(text.term(phrase))

    found = Job.objects.filter(search_vector=TokenQuery(literal)).exists()

    assert found is text.contains(where, text.term(phrase))


def test_vector_of_a_very_long_text_stays_within_postgresqls_positions():
    where = text.positions(["word " * 20_000])

    assert max(map(int, text.vector_literal(where).partition(":")[2].split(","))) <= text.MOST_POSITION


def test_keyed_hash_depends_on_the_secret(settings):
    before = text.keyed_hash("client-1")
    settings.SECRET_KEY = "another " * 10

    assert text.keyed_hash("client-1") != before
    assert before != "client-1"


def simhash(words):
    return text.simhash(text.positions([words]))


def test_simhash_is_near_for_near_texts_and_far_for_others():
    plain = " ".join(f"word{number}" for number in range(120))
    nearly = plain.replace("word7 ", "changed ")
    other = " ".join(f"other{number}" for number in range(120))

    assert text.distance(simhash(plain), simhash(nearly)) <= 6
    assert text.distance(simhash(plain), simhash(other)) > 12
    assert text.simhash({}) == 0


def test_simhash_fits_a_signed_column():
    assert all(-(2**63) <= simhash(str(number)) < 2**63 for number in range(50))


def test_words_are_stemmed_alike_by_many_threads_at_once():
    """The library's stemmer holds its word in itself: shared by threads, it raised and mixed words up."""
    words = [
        f"{stem}{ending}"
        for stem in ("conditionally", "relational", "hopefulness")
        for ending in map(chr, range(97, 123))
    ]
    words = [f"{word}{number * 'x'}ization" for number in range(20) for word in words]
    alone = [text._stemmer.stem(word) for word in words]

    with ThreadPoolExecutor(8) as pool:
        rounds = list(pool.map(lambda _round: [text._stemmer.stem(word) for word in words], range(16)))

    assert [found for found in rounds if found != alone] == []
