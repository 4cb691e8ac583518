import itertools

from hypothesis import given
from hypothesis import strategies as st

from apps.upwork.sandbox.market.expressions import compile_expression
from apps.upwork.sandbox.market.words import fold

WORDS = st.sampled_from(("django", "python", "rails", "go", "react"))
TEXTS = st.lists(WORDS, max_size=5)
PIECES = st.sampled_from(
    ("AND", "OR", "NOT", "(", ")", '"', '"a b"', "-", "+", "*", "||", "&&", "!", "title:", "skills:x", "c++", "")
)


def holds(expression, text):
    folded = fold(text)
    return compile_expression(expression)({"words": folded, "title_words": folded, "skill_words": folded})


@given(st.lists(st.one_of(PIECES, WORDS), max_size=12))
def test_no_expression_is_too_broken_to_be_understood(pieces):
    assert holds(" ".join(pieces), "django and python") in (True, False)


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_be_understood(text):
    assert holds(text, "django") in (True, False)


@given(TEXTS, WORDS, WORDS)
def test_and_or_and_not_mean_what_they_say(words, first, second):
    text = " ".join(words)

    assert holds(f"{first} AND {second}", text) is (first in words and second in words)
    assert holds(f"{first} OR {second}", text) is (first in words or second in words)
    assert holds(f"NOT {first}", text) is (first not in words)
    assert holds(f"{first} {second}", text) is holds(f"{first} AND {second}", text)
    assert holds(f"{first} -{second}", text) is (first in words and second not in words)


@given(TEXTS, WORDS, WORDS, WORDS)
def test_and_binds_closer_than_or_and_parentheses_closer_than_both(words, a, b, c):
    text = " ".join(words)

    assert holds(f"{a} OR {b} AND {c}", text) is (a in words or (b in words and c in words))
    assert holds(f"({a} OR {b}) AND {c}", text) is ((a in words or b in words) and c in words)
    assert holds(f"NOT ({a} OR {b})", text) is (a not in words and b not in words)


@given(TEXTS, WORDS, WORDS)
def test_quotes_mean_side_by_side(words, first, second):
    assert holds(f'"{first} {second}"', " ".join(words)) is ((first, second) in itertools.pairwise(words))


@given(TEXTS)
def test_an_empty_expression_lets_everything_through(words):
    assert holds("", " ".join(words)) is True


def test_words_are_compared_without_case_and_plural():
    assert fold("Django Developers, C++ and Node.js classes") == " django developer c++ and node.js classe "
    assert holds("DEVELOPER", "two developers")
    assert holds("developers", "one developer")
    assert not holds("java", "javascript")
    assert holds("java*", "javascript")
