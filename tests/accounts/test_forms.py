"""Passwords, time zones, profile, proofs and AI preferences at the edges of what is allowed."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.forms import AISettingsForm, PortfolioItemForm, PreferencesForm, ProfileForm
from apps.accounts.validators import CharacterKindsValidator, validate_time_zone
from apps.core.tenancy import owner_scope

AI = {
    "tone": "plain", "letter_language": "job", "words_min": "120", "words_max": "200", "provider": "auto", "model": "",
    "monthly_budget": "20",
}  # fmt: skip
PREFERENCES = {"language": "en", "time_zone": "Europe/Kyiv", "theme": "dark"}


@pytest.fixture
def in_scope(owner):
    """Forms of rows ask the database whether their constraints hold, so they need an owner in scope."""
    with owner_scope(owner.pk):
        yield owner


@given(password=st.text(max_size=20))
def test_password_is_accepted_exactly_when_it_has_all_four_kinds(password):
    kinds = (str.isupper, str.islower, str.isdigit, lambda letter: not letter.isalnum())
    has_all = all(any(kind(letter) for letter in password) for kind in kinds)

    if has_all:
        assert CharacterKindsValidator().validate(password) is None
    else:
        with pytest.raises(ValidationError, match="Use an upper-case letter, a lower-case letter"):
            CharacterKindsValidator().validate(password)


@pytest.mark.parametrize("name", ("Europe/Kyiv", "UTC", "America/Argentina/Buenos_Aires"))
def test_time_zone_that_exists_is_accepted(name):
    validate_time_zone(name)

    assert PreferencesForm({**PREFERENCES, "time_zone": name}).is_valid()


@pytest.mark.parametrize("name", ("", "Kyiv", "europe/kyiv", "../etc/passwd", "UTC+2"))
def test_time_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(ValidationError) as refused:
        validate_time_zone(name)

    assert "is not a time zone" in refused.value.messages[0]
    assert list(PreferencesForm({**PREFERENCES, "time_zone": name}).errors) == ["time_zone"]


@pytest.mark.parametrize(
    ("field", "value"),
    (("language", "fr"), ("language", ""), ("theme", "sepia"), ("theme", "")),
)
def test_preference_outside_its_list_is_refused(field, value):
    assert list(PreferencesForm({**PREFERENCES, field: value}).errors) == [field]


@pytest.mark.parametrize(
    "changes",
    (
        {"words_min": "40"},
        {"words_max": "800"},
        {"words_min": "199", "words_max": "200"},
        {"monthly_budget": "0"},
        {"monthly_budget": "999999.99"},
        {"model": "x" * 80},
    ),
)
def test_ai_preference_at_the_edge_is_accepted(in_scope, changes):
    form = AISettingsForm({**AI, **changes})

    assert form.is_valid(), form.errors


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    (
        ({"words_min": "39"}, "words_min", "A letter needs at least 40 words."),
        ({"words_max": "801"}, "words_max", "A letter may have at most 800 words."),
        ({"words_min": "200"}, "words_max", "The most must be more than the least."),
        ({"words_min": ""}, "words_min", "This field is required."),
        ({"monthly_budget": "-0.01"}, "monthly_budget", "greater than or equal to 0"),
        ({"monthly_budget": "1000000"}, "monthly_budget", "no more than 6 digits"),
        ({"model": "x" * 81}, "model", "at most 80 characters"),
        ({"tone": "sarcastic"}, "tone", "Select a valid choice"),
    ),
)
def test_ai_preference_beyond_the_edge_is_refused_with_its_reason(in_scope, changes, field, words):
    form = AISettingsForm({**AI, **changes})

    assert list(form.errors) == [field]
    assert words in str(form.errors[field])


@pytest.mark.parametrize(
    ("field", "most"), (("first_name", 60), ("last_name", 60), ("title", 120), ("overview", 5000), ("languages", 60))
)
def test_profile_text_has_a_longest_length(in_scope, field, most):
    assert field not in ProfileForm({field: "x" * most}).errors
    assert list(ProfileForm({field: "x" * (most + 1)}).errors) == [field]


@pytest.mark.parametrize(
    ("rate", "is_accepted"), (("1", True), ("0.99", False), ("999999.99", True), ("1000000", False))
)
def test_hourly_rate_has_edges(in_scope, rate, is_accepted):
    assert ("hourly_rate" not in ProfileForm({"hourly_rate": rate}).errors) is is_accepted


@pytest.mark.parametrize(("field", "most"), (("title", 120), ("outcome", 300), ("description", 2000)))
def test_text_of_a_proof_has_a_longest_length(in_scope, field, most):
    assert field not in PortfolioItemForm({"title": "Shop", field: "x" * most}).errors
    assert list(PortfolioItemForm({"title": "Shop", field: "x" * (most + 1)}).errors) == [field]


@pytest.mark.parametrize(
    ("year", "is_accepted"), (("1970", True), ("1969", False), ("2100", True), ("2101", False), ("soon", False))
)
def test_year_of_a_proof_has_edges(in_scope, year, is_accepted):
    assert ("year" not in PortfolioItemForm({"title": "Shop", "year": year}).errors) is is_accepted


@pytest.mark.parametrize(
    "url", ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", "not a link")
)
def test_link_of_a_proof_is_a_web_address(in_scope, url):
    assert list(PortfolioItemForm({"title": "Shop", "url": url}).errors) == ["url"]
