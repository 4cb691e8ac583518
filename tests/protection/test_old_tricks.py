"""Tricks that are older than the product: foreign hosts, redirects led astray, sessions given beforehand, forms of other sites."""

import re

import pytest
from django.conf import settings as product
from django.test import Client
from django.urls import reverse

from tests.accounts.factories import PASSWORD

pytestmark = pytest.mark.django_db
ASTRAY = (
    "https://evil.example/", "//evil.example", "///evil.example", "////evil.example/%2f..", "http:evil.example", "http:///evil.example",
    "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "\x00//evil.example", "javascript:alert(1)",
    "data:text/html,<script>1</script>", "https://testserver@evil.example/", "https://testserver.evil.example/", "//testserver:evil@evil.example",
    "https:/\\evil.example", "//evil%E3%80%82example", "ftp://testserver/", " https://evil.example", "http://[::1", "//[evil.example",
)  # fmt: skip


def is_ours(location: str) -> bool:
    return re.match(r"^/(?![/\\\s])", location) is not None and "evil" not in location.partition("?")[0]


@pytest.mark.parametrize("wanted", ASTRAY)
def test_log_in_leads_nowhere_else(client, person, wanted):
    answer = client.post(
        f"{reverse('account_login')}?next={wanted}", {"login": person.email, "password": PASSWORD, "next": wanted}
    )

    assert answer.status_code == 302
    assert is_ours(answer["Location"]), answer["Location"]


@pytest.mark.parametrize("wanted", ASTRAY)
@pytest.mark.parametrize(
    "name", ("account_login", "account_signup", "upwork_login", "account_reset_password", "mfa_login_webauthn")
)
def test_pages_before_the_log_in_survive_any_wish(client, name, wanted):
    answer = client.get(reverse(name), {"next": wanted})

    assert answer.status_code in {200, 302, 405}
    assert "evil.example" not in re.sub(r"\?.*", "", answer.headers.get("Location", ""))


@pytest.mark.parametrize("wanted", ASTRAY)
def test_switches_lead_nowhere_else(client, wanted):
    seen = [
        client.post(reverse("accounts:theme"), {"theme": "dark", "next": wanted})["Location"],
        client.post(reverse("accounts:language"), {"language": "uk", "next": wanted})["Location"],
    ]

    assert all(map(is_ours, seen)), seen


@pytest.mark.parametrize("wanted", ASTRAY)
def test_log_out_leads_nowhere_else(client, person, wanted):
    client.force_login(person)

    answer = client.post(reverse("account_logout"), {"next": wanted})

    assert is_ours(answer["Location"]), answer["Location"]


@pytest.mark.parametrize("name", ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Url", "X-Rewrite-Url"))
def test_link_in_a_mail_is_not_led_astray_by_a_header(client, person, mailoutbox, name):
    client.post(reverse("account_reset_password"), {"email": person.email}, headers={name: "host=evil.example"})

    assert "http://testserver/accounts/password/reset/key/" in mailoutbox[0].body
    assert "evil.example" not in mailoutbox[0].body


def test_foreign_host_sends_no_mail_at_all(client, person, mailoutbox):
    answer = client.post(reverse("account_reset_password"), {"email": person.email}, headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert mailoutbox == []


def test_session_given_beforehand_is_not_the_session_afterwards(client, person):
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "by the attacker"
    session.save()
    client.cookies[product.SESSION_COOKIE_NAME] = planted = session.session_key

    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert client.cookies[product.SESSION_COOKIE_NAME].value != planted
    thief = Client()
    thief.cookies[product.SESSION_COOKIE_NAME] = planted
    assert thief.get(reverse("accounts:profile")).status_code == 302


def test_session_that_somebody_made_up_is_not_taken_over(client, person):
    client.cookies[product.SESSION_COOKIE_NAME] = made_up = "z" * 32

    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})

    assert client.cookies[product.SESSION_COOKIE_NAME].value != made_up


def test_log_out_ends_the_session_on_the_server(client, person):
    client.force_login(person)
    key = client.session.session_key
    client.post(reverse("account_logout"))

    thief = Client()
    thief.cookies[product.SESSION_COOKIE_NAME] = key

    assert thief.get(reverse("accounts:profile")).status_code == 302


def test_cookies_are_no_business_of_scripts_and_other_sites(client, person):
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    client.post(reverse("accounts:theme"), {"theme": "dark"})
    client.post(reverse("accounts:language"), {"language": "uk"})

    flags = {
        name: (bool(cookie["httponly"]), cookie["samesite"]) for name, cookie in client.cookies.items() if cookie.value
    }

    assert {"sessionid", "csrftoken", "theme", product.LANGUAGE_COOKIE_NAME} <= flags.keys()
    assert set(flags.values()) == {(True, "Lax")}


FORMS = ("account_login", "account_signup", "account_reset_password", "account_logout", "accounts:theme", "accounts:language",
         "accounts:profile", "accounts:preferences", "accounts:ai", "proposals:draft-create", "jobs:weights")  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("origin", ("https://evil.example", "null", ""))
def test_form_of_another_site_is_refused(person, name, origin):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)

    answer = browser.post(reverse(name), {"theme": "dark"}, headers={"origin": origin} if origin else {})

    assert answer.status_code == 403
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_token_of_one_visitor_does_not_open_the_form_of_another():
    first, second = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    page = first.get(reverse("account_login")).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    second.get(reverse("account_login"))

    answer = second.post(reverse("accounts:theme"), {"theme": "dark", "csrfmiddlewaretoken": token})

    assert answer.status_code == 403


def test_log_in_takes_as_long_for_an_address_that_nobody_has(client, person, mailoutbox):
    """Neither the page nor the mail tells a stranger who has an account."""
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in (person.email, "nobody@example.com")
    ]
    wrong = [
        client.post(reverse("account_login"), {"login": email, "password": "wrong"})
        .content.decode()
        .count('class="error"')
        for email in (person.email, "nobody@example.com")
    ]

    assert {answer["Location"] for answer in answers} == {reverse("account_reset_password_done")}
    assert len(set(wrong)) == 1
