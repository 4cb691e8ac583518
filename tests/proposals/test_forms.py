"""What a person sends about a proposal, at its edges."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.proposals.enums import Status
from apps.proposals.forms import QUESTIONS_MOST, TEXT_MOST, BidForm, BoardForm, LetterForm, MoveForm


@pytest.mark.parametrize(
    ("typed", "bid"),
    (("1", "1"), ("62.50", "62.50"), ("99999999.99", "99999999.99"), (" 70 ", "70"), ("", None)),
)
def test_bid_at_the_edge_is_read(typed, bid):
    form = BidForm({"bid": typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["bid"] == (bid and Decimal(bid))


@pytest.mark.parametrize(
    ("typed", "words"),
    (
        ("0.99", "The bid is at least 1."),
        ("-5", "The bid is at least 1."),
        ("much", "Write an amount, like 62.50."),
        ("NaN", "Write an amount, like 62.50."),
        ("Infinity", "Write an amount, like 62.50."),
        ("1.005", "no more than 2 decimal places"),
        ("100000000", "no more than 8 digits before the decimal point"),
    ),
)
def test_bid_beyond_the_edge_is_refused_with_its_reason(typed, words):
    form = BidForm({"bid": typed})

    assert list(form.errors) == ["bid"]
    assert words in str(form.errors["bid"])


@pytest.mark.parametrize(("length", "is_kept"), ((TEXT_MOST, True), (TEXT_MOST + 1, False)))
def test_letter_has_a_longest_length(length, is_kept):
    assert LetterForm({"text": "x" * length}).is_valid() is is_kept


@given(text=st.text(max_size=200))
def test_letter_keeps_every_character_but_the_browsers_line_ends(text):
    form = LetterForm({"text": text})

    if form.is_valid():
        assert form.cleaned_data["text"] == text.replace("\r\n", "\n")
    else:
        assert "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def test_answers_come_in_their_order_and_stop_at_the_first_gap():
    form = LetterForm({"question_0": "A?", "answer_0": "a", "question_1": "B?", "question_3": "D?", "answer_3": "d"})

    assert form.is_valid()
    assert form.cleaned_data["answers"] == [{"question": "A?", "answer": "a"}, {"question": "B?", "answer": ""}]


def test_form_without_questions_leaves_the_answers_alone():
    form = LetterForm({"text": "Hi"})

    assert form.is_valid()
    assert form.cleaned_data["answers"] is None


def test_more_answers_than_a_posting_may_ask_are_cut():
    data = {f"question_{number}": f"{number}?" for number in range(QUESTIONS_MOST + 5)}
    form = LetterForm(data | {"answer_0": "x" * (TEXT_MOST + 5)})

    assert form.is_valid()
    assert len(form.cleaned_data["answers"]) == QUESTIONS_MOST
    assert len(form.cleaned_data["answers"][0]["answer"]) == TEXT_MOST


@pytest.mark.parametrize("status", Status.values)
def test_every_step_can_be_named(status):
    assert MoveForm({"to": status}).is_valid()


@pytest.mark.parametrize(
    ("typed", "field"), (({"to": ""}, "to"), ({"to": "paid"}, "to"), ({"to": "lost", "note": "x" * 301}, "note"))
)
def test_step_that_makes_no_sense_is_refused(typed, field):
    assert list(MoveForm(typed).errors) == [field]


@pytest.mark.parametrize(
    ("typed", "field"),
    (
        ({"show": "all"}, "show"),
        ({"column": "trash"}, "column"),
        ({"page": "0"}, "page"),
        ({"page": "10001"}, "page"),
        ({"q": "x" * 101}, "q"),
    ),
)
def test_filter_of_the_board_is_from_a_closed_list(typed, field):
    assert list(BoardForm(typed).errors) == [field]
