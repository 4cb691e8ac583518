"""The demo world: made once, said only when it is made."""

import io

import pytest
from django.core.management import call_command

from apps.accounts.models import User
from apps.ops.demo import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True

    def run():
        said = io.StringIO()
        call_command("demo", stage="empty", once=True, stdout=said)
        return said.getvalue()

    return run


def test_second_start_says_nothing(demo):
    assert demo().startswith("Making the demo world…")
    assert demo() == ""


def test_start_after_one_that_was_broken_off_makes_the_whole_world(demo):
    half_made = people.make_freelancer(with_profile=False)

    said = demo()

    made = User.objects.get(email=people.FREELANCER[0])
    assert said.startswith("Making the demo world…")
    assert made.pk != half_made.pk
    assert User.objects.filter(email=people.STAFF[0]).exists()


def test_world_that_somebody_uses_is_not_made_anew(demo, client):
    demo()
    client.force_login(User.objects.get(email=people.FREELANCER[0]))
    User.objects.filter(email=people.STAFF[0]).update(email="renamed@bidwright.example")

    assert demo() == ""
    assert User.objects.filter(email=people.FREELANCER[0], last_login__isnull=False).exists()


def test_demo_follows_the_browsers_language(demo, client):
    demo()
    client.force_login(User.objects.get(email=people.FREELANCER[0]))

    page = client.get("/accounts/settings/preferences/", headers={"accept-language": "uk"}, follow=True)

    assert '<html lang="uk"' in page.content.decode()
