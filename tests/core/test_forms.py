"""The list of words that profile, proofs and searches ask for."""

import pytest
from django import forms
from django.http import QueryDict

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
