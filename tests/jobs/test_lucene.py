"""A saved search in Upwork's language."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.jobs.lucene import expression_for, request_for
from apps.jobs.models import SavedSearch
from apps.upwork.types import SearchRequest


@pytest.mark.parametrize(
    ("words", "expression"),
    (
        ({}, ""),
        ({"all_words": ["django", "htmx"]}, "django AND htmx"),
        ({"any_words": ["django", "fastapi"]}, "(django OR fastapi)"),
        ({"any_words": ["django"]}, "django"),
        ({"phrases": ["rest api"]}, '"rest api"'),
        ({"all_words": ["c++", ".net"]}, '"c++" AND ".net"'),
        ({"skills": ["React Native", "Flutter"], "all_words": ["map"]}, 'map AND ("React Native" OR Flutter)'),
        ({"all_words": ["django"], "exclude_words": ["wordpress"]}, "django"),
        ({"all_words": ["or", 'a "b" (c)', "***"]}, '"or" AND "a b c"'),
    ),
)
def test_expression_says_what_must_be_there(words, expression):
    assert expression_for(SavedSearch(**words)) == expression


def test_request_carries_the_filters_that_upwork_honours():
    search = SavedSearch(all_words=["django"], kind="fixed", experience="expert", verified_only=True)

    assert request_for(search) == SearchRequest(
        expression="django", kind="fixed", experience="expert", verified_only=True
    )


@given(
    words=st.lists(st.text(max_size=20), max_size=3),
    phrases=st.lists(st.text(max_size=20), max_size=2),
    skills=st.lists(st.text(max_size=20), max_size=2),
)
def test_nothing_typed_becomes_syntax(words, phrases, skills):
    """Outside quotes stand plain words, our own operators and our own brackets alone."""
    expression = expression_for(SavedSearch(all_words=words, phrases=phrases, any_words=words, skills=skills))

    assert expression.count('"') % 2 == 0
    outside = re.sub(r'"[^"]*"', " x ", expression)
    assert outside.count("(") == outside.count(")")
    assert all(part.isalnum() for part in outside.replace("(", " ").replace(")", " ").split())
    assert not re.search(r"\b(?:AND|OR) (?:AND|OR)\b|^(?:AND|OR)|(?:AND|OR)$|\bNOT\b", outside)
