"""The public page about privacy: the registry in words, for everybody, in both languages."""

import pytest
from django.urls import reverse
from django.utils import translation

from apps.accounts.privacy import holdings
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "uk"])
def test_visitor_reads_everything_that_is_registered(client, language):
    page = client.get(reverse("pages:privacy"), headers={"accept-language": language})

    content = page.content.decode()
    with translation.override(language):
        assert [str(held.label) for held in holdings() if str(held.label) not in content] == []
    assert page.status_code == 200


def test_page_names_the_installations_own_times_and_contact(client, settings):
    settings.RETENTION_DAYS, settings.ERASURE_GRACE_DAYS = 365, 7
    settings.PRIVACY_CONTACT = "Bids Ltd, privacy@bids.example"

    content = client.get(reverse("pages:privacy")).content.decode()

    assert "1 year after your last visit" in content
    assert "7 days in which you can take it back" in content
    assert "Bids Ltd, privacy@bids.example" in content


@pytest.mark.parametrize("name", ["account_signup", "pages:landing"])
def test_page_is_linked_where_people_come_in(client, name):
    content = client.get(reverse(name)).content.decode()

    assert f'href="{reverse("pages:privacy")}"' in content


def test_own_page_says_the_same(client):
    client.force_login(UserFactory())

    content = client.get(reverse("accounts:privacy")).content.decode()

    assert [str(held.purpose) for held in holdings() if str(held.purpose).replace("'", "&#x27;") not in content] == []
