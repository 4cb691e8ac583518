"""A person's own application key, at the edges of what is accepted."""

import pytest

from apps.upwork.forms import OwnKeyForm

KEY = {"client_id": "key", "client_secret": "secret"}


def test_spaces_around_a_pasted_key_are_dropped():
    form = OwnKeyForm({"client_id": " key\n", "client_secret": "\tsecret "})

    assert form.is_valid(), form.errors
    assert form.cleaned_data == KEY


@pytest.mark.parametrize(("field", "most"), (("client_id", 120), ("client_secret", 200)))
def test_key_has_a_longest_length(field, most):
    assert OwnKeyForm({**KEY, field: "x" * most}).is_valid()
    assert "at most" in str(OwnKeyForm({**KEY, field: "x" * (most + 1)}).errors[field])


@pytest.mark.parametrize("field", ("client_id", "client_secret"))
@pytest.mark.parametrize("typed", ("", "   "))
def test_half_a_key_is_refused(field, typed):
    assert OwnKeyForm({**KEY, field: typed}).errors == {field: ["This field is required."]}


def test_secret_is_never_written_back_into_the_page():
    assert "secret-value" not in OwnKeyForm({**KEY, "client_secret": "secret-value"}).as_p()
