"""Countries: said in the reader's language, kept in the marketplace's."""

import pytest
from django.utils import translation

from apps.core import countries
from apps.upwork.sandbox.market.clients import PLACES


@pytest.mark.parametrize(
    ("written", "english", "ukrainian"),
    (
        ("Ukraine", "Ukraine", "Україна"),
        ("UKR", "Ukraine", "Україна"),
        ("united kingdom", "United Kingdom", "Велика Британія"),
        ("Türkiye", "Turkey", "Туреччина"),
        ("Côte d’Ivoire", "Cote d'Ivoire", "Кот-д’Івуар"),
        ("Atlantis", "Atlantis", "Atlantis"),
        ("", "", ""),
    ),
)
def test_a_country_is_named_for_the_reader_and_an_unknown_one_stays(written, english, ukrainian):
    with translation.override("en"):
        assert countries.named(written) == english
    with translation.override("uk"):
        assert countries.named(written) == ukrainian


@pytest.mark.parametrize(
    ("written", "kept"),
    (
        ("Німеччина", "Germany"),
        ("кот-д'івуар", "Cote d'Ivoire"),
        ("Germany", "Germany"),
        ("germany", "germany"),
        ("Türkiye", "Türkiye"),
        ("Атлантида", "Атлантида"),
    ),
)
@pytest.mark.parametrize("language", ("en", "uk"))
def test_a_name_in_any_language_leads_back_to_the_english_one(written, kept, language):
    with translation.override(language):
        assert countries.in_english(written) == kept


@pytest.mark.parametrize(
    ("written", "expected"),
    (
        ("USA", "United States"),
        ("united states of america", "United States"),
        ("Türkiye", "Turkey"),
        ("Narnia", "Narnia"),
    ),
)
def test_codes_and_spellings_come_to_one_name(written, expected):
    assert countries.in_one_spelling(written) == expected
    assert countries.key(f" {written} ") == countries.key(expected)


@pytest.mark.parametrize("language", ("en", "uk"))
def test_every_name_leads_back_to_itself(language):
    with translation.override(language):
        back = {name: countries.in_english(countries.named(name)) for name in countries.NAMES.values()}

    assert {name: found for name, found in back.items() if found != name} == {}


def test_every_country_of_the_sandbox_has_a_translation():
    with translation.override("uk"):
        untranslated = [place[0] for place in PLACES if countries.named(place[0]) == place[0]]

    assert untranslated == []


def test_other_spellings_belong_to_listed_countries():
    assert set(countries.ALSO.values()) <= countries.NAMES.keys()
    assert not countries.ALSO.keys() & set(countries.NAMES.values())
