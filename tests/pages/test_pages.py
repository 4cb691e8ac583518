"""The front page, the error pages, the gallery, and the frame around every page."""

import re

import pytest
from django.test import Client, override_settings
from django.urls import path, reverse
from django.utils import translation

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core import realtime
from apps.core.enums import Event
from apps.core.tenancy import owner_scope
from apps.pages import views

pytestmark = pytest.mark.django_db
PASSWORD = "Only-for-tests-1"
COMPONENTS = (
    "ring hi lg",
    "job-hero",
    "verdict",
    "stack-bar",
    "client-view",
    "pcard",
    "empty-art",
    "toast",
    "choice",
    "token-box",
    "callout bad",
)


def fail(_request):
    raise RuntimeError("on purpose")


urlpatterns = [path("fails/", fail), path("", views.landing)]
handler500 = "apps.pages.views.server_error"


@pytest.fixture
def person() -> User:
    return User.objects.create_user("olena@pryklad.dev", PASSWORD)


@pytest.fixture
def staff() -> User:
    return User.objects.create_user("staff@bidwright.example", PASSWORD, role=Role.SUPPORT)


def test_landing_lets_a_visitor_in(client):
    page = client.get(reverse("pages:landing")).content.decode()

    assert f'href="{reverse("account_signup")}"' in page
    assert f'href="{reverse("account_login")}"' in page
    assert reverse("jobs:feed") not in page


def test_landing_leads_a_signed_in_person_to_the_feed(client, person):
    client.force_login(person)

    page = client.get(reverse("pages:landing")).content.decode()

    assert f'href="{reverse("jobs:feed")}"' in page
    assert reverse("account_signup") not in page


@pytest.mark.parametrize("is_demo", (True, False))
def test_only_a_demo_offers_to_look_around(client, settings, is_demo):
    settings.DEMO = is_demo

    page = client.get(reverse("pages:landing")).content.decode()

    assert (views.DEMO_LOGIN["password"] in page) is is_demo


def test_landing_calls_its_picture_an_example(client):
    page = client.get(reverse("pages:landing")).content.decode()

    picture = page.split('<div class="sample" inert>')[1].split("</figure>")[0]
    assert ">Example</span>" in picture
    assert "open source" not in page.lower()


def test_landing_speaks_ukrainian(client):
    page = client.get(reverse("pages:landing"), headers={"Accept-Language": "uk"}).content.decode()

    assert '<html lang="uk">' in page
    assert "inter-cyrillic" in page.split("</head>")[0]
    picture = page.split('<div class="sample" inert>')[1].split("</figure>")[0]
    assert "2 хв" in picture
    assert re.findall(r"[a-z]{3,} [a-z]{3,}", re.sub(r"<[^>]+>", " ", picture)) == []


@pytest.mark.parametrize(
    ("view", "status", "title"),
    (
        (views.bad_request, 400, "This request makes no sense here"),
        (views.forbidden, 403, "You may not do this"),
        (views.csrf_failure, 403, "This form is too old"),
        (views.not_found, 404, "No match for this address"),
        (views.too_many, 429, "That was too fast"),
        (views.server_error, 500, "This one is on us"),
    ),
)
def test_error_pages_say_what_happened_and_what_to_do(rf, view, status, title):
    response = view(rf.get("/"))

    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in page
    assert 'class="btn primary"' in page


def test_an_unknown_address_gets_our_page(client):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "No match for this address" in response.content.decode()


@override_settings(ROOT_URLCONF=__name__)
def test_a_crash_gives_the_number_to_quote():
    client = Client(raise_request_exception=False)

    response = client.get("/fails/", headers={"X-Request-ID": "abcdef0123456789"})

    assert response.status_code == 500
    assert '<code id="request-id">abcdef0123456789</code>' in response.content.decode()


def test_a_form_that_is_too_old_is_told_so():
    client = Client(enforce_csrf_checks=True)

    response = client.post(reverse("accounts:theme"), {"theme": "dark"})

    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()


def test_too_many_tries_in_a_short_time_get_our_page(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}

    answers = [client.post(reverse("account_signup"), {"email": "no address"}) for _try in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "<h1>That was too fast</h1>" in answers[1].content.decode()
    assert 'id="request-id"' in answers[1].content.decode()


def test_gallery_is_for_staff_with_a_second_factor(client, person, staff):
    client.force_login(person)
    stranger = client.get(reverse("pages:gallery"), follow=True)
    client.force_login(staff)
    half_way = client.get(reverse("pages:gallery"), follow=True)

    assert stranger.status_code == 404
    assert half_way.redirect_chain[-1][0].startswith(("/accounts/2fa/", "/accounts/reauthenticate/"))


def test_gallery_shows_every_component(rf, staff):
    request = rf.get(reverse("pages:gallery"))
    request.user = staff

    with owner_scope(staff.pk):
        page = views.gallery(request).content.decode()

    for part in COMPONENTS:
        assert f'class="{part}' in page, part


def test_gallery_names_its_parts_in_ukrainian(rf, staff):
    request = rf.get(reverse("pages:gallery"))
    request.user = staff

    with owner_scope(staff.pk), translation.override("uk"):
        page = views.gallery(request).content.decode()

    labels = re.findall(
        r'(?:aria-label|placeholder)="([^"]+)"', page.split('<div class="page wide">')[1].split("</main>")[0]
    )
    assert [label for label in labels if re.fullmatch(r"[A-Z][a-z ,]+", label)] == []


@pytest.mark.parametrize(
    ("theme", "attribute"),
    (("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("system", ""), ("<x>", "")),
)
def test_theme_of_a_visitor_comes_from_the_cookie(client, theme, attribute):
    client.cookies["theme"] = theme

    page = client.get(reverse("pages:landing")).content.decode()

    assert f'<html lang="en"{attribute}>' in page


def test_theme_of_a_person_wins_over_the_cookie(client, person):
    person.theme = "dark"
    person.save(update_fields=["theme"])
    client.force_login(person)
    client.cookies["theme"] = "light"

    page = client.get(reverse("accounts:profile")).content.decode()

    assert 'data-theme="dark"' in page.split(">", 2)[1]


def test_frame_says_where_the_live_events_stand(client, person):
    cursor = realtime.publish(owner_id=person.pk, event=Event.NEW_JOB, id="1")
    client.force_login(person)

    page = client.get(reverse("accounts:profile")).content.decode()

    assert f'hx-ws:connect="/ws/live/?since={cursor}"' in page


@pytest.mark.parametrize(("has_shortcuts", "state"), ((True, "on"), (False, "off")))
def test_single_keys_follow_the_person(client, person, has_shortcuts, state):
    User.objects.update(has_shortcuts=has_shortcuts)
    client.force_login(person)

    page = client.get(reverse("accounts:profile")).content.decode()

    assert f'data-keys="{state}"' in page


def test_messages_become_toasts(client, person):
    client.force_login(person)

    client.post(
        reverse("accounts:preferences"),
        {"language": "en", "time_zone": "Europe/Kyiv", "theme": "light", "has_shortcuts": "on"},
    )
    page = client.get(reverse("accounts:preferences")).content.decode()

    assert 'class="toast" data-toast="6"' in page


@pytest.mark.parametrize("language", ("en", "uk"))
def test_titles_end_with_the_name_of_the_product(client, language):
    with translation.override(language):
        page = client.get(reverse("account_login"), headers={"Accept-Language": language}).content.decode()

    assert " · Bidwright</title>" in page


def test_browsers_that_guess_the_icon_are_led_to_it(client):
    answer = client.get("/favicon.ico")

    assert answer["Location"].endswith("img/logo.svg")
