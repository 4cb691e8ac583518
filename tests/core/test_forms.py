"""The list of words that profile, proofs and searches ask for."""

from urllib.parse import urlencode

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from apps.core.forms import WordsField


class Form(forms.Form):
    words = WordsField(most=3, most_letters=8)


@pytest.mark.parametrize(
    "typed",
    (
        "words=Django%2C+ SQL",
        "words=Django&words=SQL",
        "words=Django%0ASQL&words=",
        "words=+Django+%2CSQL%2Cdjango%2C%2C",
    ),
)
def test_words_are_read_from_one_field_or_from_tokens(typed):
    form = Form(QueryDict(typed))

    assert form.is_valid(), form.errors
    assert form.cleaned_data["words"] == ["Django", "SQL"]


@pytest.mark.parametrize(
    ("typed", "error"),
    (
        ("words=a,b,c,d", "At most 3, please."),
        ("words=longer+than", "“longer than…” is too long."),
        ("words=+,", "This field is required."),
        ("", "This field is required."),
    ),
)
def test_what_cannot_be_kept_is_said(typed, error):
    form = Form(QueryDict(typed))

    assert form.errors == {"words": [error]}


def test_words_are_shown_as_text_to_edit():
    form = Form(initial={"words": ["Django", "SQL"]})

    assert 'value="Django, SQL"' in str(form["words"])


@given(typed=st.lists(st.text(max_size=30), max_size=6))
def test_whatever_is_typed_is_kept_whole_or_refused_in_words(typed):
    data = QueryDict(mutable=True)
    data.setlist("words", typed)
    form = Form(data)

    if form.is_valid():
        words = form.cleaned_data["words"]
        assert 1 <= len(words) <= 3
        assert len({word.casefold() for word in words}) == len(words)
        assert all(word == " ".join(word.split()) and 0 < len(word) <= 8 and "," not in word for word in words)
    else:
        assert list(form.errors) == ["words"]


@given(
    words=st.lists(st.text("abcdefgh +#", min_size=1, max_size=8).map(str.strip).filter(bool), max_size=3, min_size=1)
)
def test_words_shown_and_sent_back_are_the_same(words):
    kept = list({word.casefold(): " ".join(word.split()) for word in reversed(words)}.values())
    shown = Form.base_fields["words"].widget.format_value(kept)

    form = Form(QueryDict(urlencode({"words": shown})))

    assert form.is_valid(), form.errors
    assert form.cleaned_data["words"] == kept
