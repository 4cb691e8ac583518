"""Guessing and flooding are stopped, by account and by address, in a sentence; nobody learns who has an account."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.accounts.factories import PASSWORD, UserFactory, add_totp, totp_code

pytestmark = pytest.mark.django_db
PAUSE = "Too many failed login attempts. Try again in about five minutes."
TOO_FAST = "<h1>That was too fast</h1>"


@pytest.fixture
def behind_proxy(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1


def from_address(number):
    return {"x-forwarded-for": f"198.51.100.{number}"}


def log_in(email, password=PASSWORD, **options):
    return Client().post(reverse("account_login"), {"login": email, "password": password}, **options)


def test_account_is_paused_whichever_address_guesses(owner, behind_proxy):
    for number in range(6):
        log_in(owner.email, "Wrong-pass-2026!", headers=from_address(number))

    answer = log_in(owner.email, headers=from_address(100))

    assert PAUSE in str(answer.context["form"].errors)


def test_address_is_paused_whichever_account_it_guesses_at(owner, behind_proxy):
    for number in range(11):
        log_in(f"person{number}@example.com", "Wrong-pass-2026!", headers=from_address(7))

    guesser, other = log_in(owner.email, headers=from_address(7)), log_in(owner.email, headers=from_address(8))

    assert PAUSE in str(guesser.context["form"].errors)
    assert other.url == reverse("jobs:feed")


def test_pause_of_an_account_says_nothing_about_whether_it_exists(owner, behind_proxy):
    for number in range(6):
        log_in(owner.email, "Wrong-pass-2026!", headers=from_address(number))
        log_in("nobody@example.com", "Wrong-pass-2026!", headers=from_address(number + 50))

    known = log_in(owner.email, "Wrong-pass-2026!", headers=from_address(100))
    unknown = log_in("nobody@example.com", "Wrong-pass-2026!", headers=from_address(101))

    assert str(known.context["form"].errors) == str(unknown.context["form"].errors)


def test_pause_is_said_in_the_readers_language(owner):
    for _number in range(6):
        log_in(owner.email, "Wrong-pass-2026!")

    page = log_in(owner.email, headers={"accept-language": "uk"}).content.decode()

    assert "Забагато невдалих спроб" in page


def test_codes_cannot_be_guessed(owner):
    add_totp(owner)
    browser = Client()
    browser.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    for number in range(6):
        browser.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})

    answer = browser.post(reverse("mfa_authenticate"), {"code": totp_code()})

    assert PAUSE in str(answer.context["form"].errors)
    assert "_auth_user_id" not in browser.session


def test_password_cannot_be_guessed_at_the_second_question(client, owner):
    client.force_login(owner)
    for _number in range(11):
        answer = client.post(reverse("account_reauthenticate"), {"password": "Wrong-pass-2026!"})

    assert PAUSE in answer.content.decode() or TOO_FAST in answer.content.decode()


def test_nobody_is_flooded_with_links(owner, behind_proxy):
    answers = [
        Client().post(reverse("account_reset_password"), {"email": owner.email}, headers=from_address(number))
        for number in range(8)
    ]

    assert len(mail.outbox) == 5
    assert answers[-1].status_code == 429
    assert TOO_FAST in answers[-1].content.decode()


def test_sign_up_from_one_address_is_bounded(behind_proxy, db):
    answers = [
        Client().post(
            reverse("account_signup"),
            {"email": f"person{number}@example.com", "password1": PASSWORD},
            headers=from_address(7),
        )
        for number in range(12)
    ]

    assert [answer.status_code for answer in answers] == [302] * 10 + [429] * 2


def test_sign_up_and_reset_look_the_same_for_known_and_unknown(owner):
    seen = {}
    for email in (owner.email, "nobody@example.com"):
        up = Client().post(reverse("account_signup"), {"email": email, "password1": PASSWORD}, follow=True)
        reset = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        seen[email] = [
            (answer.redirect_chain, answer.status_code, answer.content.decode().replace(email, "X"))
            for answer in (up, reset)
        ]

    known, unknown = seen.values()
    assert [answer[:2] for answer in known] == [answer[:2] for answer in unknown]
    assert [_without_token(answer[2]) for answer in known] == [_without_token(answer[2]) for answer in unknown]


def test_log_in_of_an_unverified_person_tells_only_who_knows_the_password():
    UserFactory(email="verified@example.com")
    Client().post(reverse("account_signup"), {"email": "new@example.com", "password1": PASSWORD})

    wrong = log_in("new@example.com", "Wrong-pass-2026!")
    unknown = log_in("nobody@example.com", "Wrong-pass-2026!")

    assert str(wrong.context["form"].errors) == str(unknown.context["form"].errors)


def _without_token(page):
    """A page without what differs from one answer to the next."""
    return re.sub(r'(csrfmiddlewaretoken" value=|since=|nonce=)"?[^"&]*', "", page)
