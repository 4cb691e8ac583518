"""Countries in the jobs room: shown in the reader's language, kept and compared in the marketplace's."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.core.tenancy import owner_scope
from apps.jobs import flags, wording
from apps.jobs.matching.rules import Refusal
from apps.jobs.models import Job, SavedSearch
from tests.jobs.factories import MatchFactory, SearchFactory

pytestmark = pytest.mark.django_db
FILLED = {"name": "Shops", "any_words": "django", "alert_threshold": "70", "is_active": "on"}


@pytest.fixture
def ukrainian(client, owner) -> Client:
    owner.language = "uk"
    owner.save()
    client.force_login(owner)
    return client


def test_excluded_countries_may_be_written_in_ukrainian(ukrainian, owner):
    ukrainian.post(reverse("jobs:search-create"), {**FILLED, "exclude_countries": "Німеччина, India, Нарнія"})

    with owner_scope(owner.pk):
        assert SavedSearch.objects.get().exclude_countries == ["Germany", "India", "Нарнія"]


def test_excluded_countries_are_shown_in_the_language_of_the_reader(ukrainian, owner):
    search = SearchFactory(owner=owner, exclude_countries=["Germany"])

    page = ukrainian.get(reverse("jobs:search-edit", args=[search.public_id])).content.decode()

    assert 'name="exclude_countries" value="Німеччина"' in page


def test_job_names_its_country_in_the_language_of_the_reader(ukrainian, owner):
    match = MatchFactory(owner=owner, job__client_country="United Kingdom")

    page = ukrainian.get(reverse("jobs:detail", args=[match.job.public_id])).content.decode()

    assert "Велика Британія" in page
    assert "United Kingdom" not in page


def test_preferred_countries_are_compared_in_english_and_said_in_the_language():
    job = Job(preferred_countries=["Ukraine", "Poland"], cover_letter_required=True)

    with translation.override("uk"):
        at_home = flags.notes(job, country="Україна")
        (elsewhere,) = flags.notes(job, country="Іспанія")

    assert at_home == []
    assert elsewhere.advice == "Україна, Польща"


def test_preferred_countries_are_the_same_in_any_spelling():
    job = Job(preferred_countries=["UKR", "Türkiye"], cover_letter_required=True)

    assert [flags.notes(job, country=country) for country in ("Ukraine", "Turkey", "Україна")] == [[], [], []]
    assert len(flags.notes(job, country="Poland")) == 1


def test_refusal_names_the_country_and_leaves_other_values_alone():
    with translation.override("uk"):
        assert wording.refusal(Refusal.COUNTRY, "India") == "країна клієнта: Індія"
        assert wording.refusal(Refusal.EXCLUDED, "India") == "є слово «India»"
