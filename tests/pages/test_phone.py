"""A phone has no rail: what stands there alone on a wide screen has its place in the page too."""

import pytest
from django.urls import reverse

from tests.accounts.factories import ProfileFactory, UserFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ("jobs:feed", "proposals:pipeline", "accounts:portfolio-list", "accounts:ai", "notifications:preferences")
)
def test_the_bell_is_in_the_page(client, name):
    person = UserFactory()
    ProfileFactory(owner=person)
    client.force_login(person)

    _rail, _main, page = client.get(reverse(name)).content.decode().partition("<main")

    assert f'href="{reverse("notifications:list")}" aria-label="Notifications"' in page
