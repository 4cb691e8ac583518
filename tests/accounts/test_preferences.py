"""Language, look and AI preferences; the switches that stand on every page."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts import panels, selectors
from apps.core.tenancy import owner_scope

URL = reverse("accounts:preferences")
FIELDS = {"language": "uk", "time_zone": "Europe/Kyiv", "theme": "dark", "has_shortcuts": "on"}
AI = reverse("accounts:ai")
AI_FIELDS = {
    "tone": "warm",
    "letter_language": "en",
    "words_min": "100",
    "words_max": "180",
    "provider": "anthropic",
    "model": "",
    "monthly_budget": "12.50",
}


def stored(user):
    user.refresh_from_db()
    with owner_scope(user.pk):
        return selectors.settings_of(user.pk)


def test_preferences_are_saved_and_remembered_for_the_pages_before_the_log_in(client, owner):
    client.force_login(owner)

    answer = client.post(URL, FIELDS)

    owner.refresh_from_db()
    assert owner.has_shortcuts is True
    assert (owner.language, owner.time_zone, owner.theme) == ("uk", "Europe/Kyiv", "dark")
    assert (answer.cookies["django_language"].value, answer.cookies["theme"].value) == ("uk", "dark")


def test_page_speaks_the_language_of_the_person(client, owner):
    client.force_login(owner)
    client.post(URL, FIELDS)

    page = client.get(URL, headers={"accept-language": "en"}).content.decode()

    assert '<html lang="uk" data-theme="dark">' in page


def test_unticked_box_switches_the_shortcuts_off(client, owner):
    client.force_login(owner)

    client.post(URL, {name: value for name, value in FIELDS.items() if name != "has_shortcuts"})

    owner.refresh_from_db()
    assert owner.has_shortcuts is False


@pytest.mark.parametrize(("field", "value"), [("language", "fr"), ("time_zone", "Mars/Olympus"), ("theme", "neon")])
def test_unknown_choice_is_refused(client, owner, field, value):
    client.force_login(owner)

    answer = client.post(URL, {**FIELDS, field: value})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    stored(owner)
    assert owner.theme == "system"


def test_ai_preferences_are_saved(client, owner):
    client.force_login(owner)

    answer = client.post(AI, AI_FIELDS)

    settings = stored(owner)
    assert answer.url == AI
    assert (settings.tone, settings.letter_language, settings.words_min, settings.words_max) == ("warm", "en", 100, 180)
    assert (settings.provider, settings.monthly_budget) == ("anthropic", Decimal("12.50"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words_min": "200", "words_max": "150"}, "words_max"),
        ({"words_min": "10"}, "words_min"),
        ({"words_max": "2000"}, "words_max"),
        ({"monthly_budget": "-1"}, "monthly_budget"),
        ({"provider": "skynet"}, "provider"),
    ],
)
def test_impossible_ai_preferences_are_named(client, owner, changes, field):
    client.force_login(owner)

    answer = client.post(AI, {**AI_FIELDS, **changes})

    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert stored(owner).words_max == 200


def test_spent_of_the_month_stands_beside_the_limit(client, owner):
    before = dict(panels._sources)
    panels.register("ai_spend", lambda owner_id: panels.Spend(Decimal("3.20"), calls=owner_id and 4))
    client.force_login(owner)

    page = client.get(AI).content.decode()

    panels._sources.clear()
    panels._sources.update(before)
    assert "$3.20" in page
    assert "of $20 this month, 4 calls" in page


def test_theme_switch_works_for_a_person_and_for_a_visitor(client, owner):
    url = reverse("accounts:theme")
    as_visitor = client.post(url, {"theme": "dark", "next": "/accounts/login/"})
    client.force_login(owner)
    as_person = client.post(url, {"theme": "light", "next": URL})

    stored(owner)
    assert (as_visitor.url, as_visitor.cookies["theme"].value) == ("/accounts/login/", "dark")
    assert (as_person.url, owner.theme) == (URL, "light")


def test_language_switch_works_for_a_person_and_for_a_visitor(client, owner):
    url = reverse("accounts:language")
    client.post(url, {"language": "uk"})
    page = client.get(reverse("account_login")).content.decode()
    client.force_login(owner)
    client.post(url, {"language": "en"})

    stored(owner)
    assert '<html lang="uk"' in page
    assert owner.language == "en"


@pytest.mark.parametrize(("name", "field"), [("theme", "theme"), ("language", "language")])
@pytest.mark.parametrize("value", ["", "klingon", "pt-br", "de"])
def test_switch_to_nonsense_is_not_found(client, db, name, field, value):
    assert client.post(reverse(f"accounts:{name}"), {field: value}).status_code == 404


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_switch_never_leads_out_of_the_house(client, db, elsewhere):
    answer = client.post(reverse("accounts:theme"), {"theme": "dark", "next": elsewhere})

    assert answer.url == "/"


def test_switches_take_posts_alone(client, db):
    assert client.get(reverse("accounts:theme")).status_code == 405
    assert client.get(reverse("accounts:language")).status_code == 405
