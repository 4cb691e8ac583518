"""A sign-in from a new device is told by mail, and disowned by one click, whatever the intruder did meanwhile."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import sessions
from apps.accounts.models import User
from apps.core.audit import Action
from tests.accounts.factories import PASSWORD, UserFactory, add_totp
from tests.accounts.test_devices import MAC
from tests.trail import trail

pytestmark = pytest.mark.django_db
SUBJECT = "New sign-in to your account"


@pytest.fixture
def owner(db):
    return UserFactory(email="owner@example.com", last_login=timezone.now(), time_zone="Europe/Kyiv")


def sign_in(user, browser=None, password=PASSWORD, **headers):
    browser = browser or Client(headers=headers)
    browser.post(reverse("account_login"), {"login": user.email, "password": password})
    return browser


def alarms():
    return [letter for letter in mail.outbox if letter.subject == SUBJECT]


def link_in(letter):
    return re.search(r"http://testserver(/settings/security/not-me/\S+)", letter.body)[1]


@pytest.fixture
def intruder(owner):
    """Somebody who has the password, on a device of their own."""
    return sign_in(owner, user_agent=MAC)


@pytest.fixture
def link(intruder):
    return link_in(alarms()[0])


def disown(link):
    return Client().post(link)


def test_new_device_is_told_with_what_is_known_of_it(intruder, owner):
    (letter,) = alarms()

    html = letter.alternatives[0][0]
    assert letter.to == [owner.email]
    assert "Device: Firefox on macOS\nPlace: 127.0.0.1\nTime: " in letter.body
    assert link_in(letter) in html
    assert "<b>Firefox on macOS</b>" in html


def test_time_is_told_on_the_persons_own_clock(owner, time_machine):
    time_machine.move_to("2026-11-20 23:30:00+00:00", tick=False)

    sign_in(owner)

    assert "Nov. 21, 2026, 1:30 a.m." in alarms()[0].body


def test_mail_is_in_the_persons_language(owner):
    owner.language = "uk"
    owner.save(update_fields=["language"])

    sign_in(owner, user_agent=MAC)

    (letter,) = mail.outbox
    assert letter.subject == "Новий вхід у ваш акаунт"
    assert "Firefox на macOS" in letter.body


def test_first_sign_in_after_sign_up_is_no_news(client):
    newcomer = UserFactory()

    sign_in(newcomer)

    assert alarms() == []


def test_known_device_is_no_news(owner):
    browser = sign_in(owner)
    browser.post(reverse("account_logout"))

    sign_in(owner, browser)

    assert len(alarms()) == 1


def test_device_of_one_person_is_new_to_another(owner):
    browser = sign_in(owner)
    other = UserFactory(last_login=timezone.now())
    browser.post(reverse("account_logout"))

    sign_in(other, browser)
    browser.post(reverse("account_logout"))
    sign_in(owner, browser)

    assert [letter.to for letter in alarms()] == [[owner.email], [other.email]]


def test_forged_cookie_is_no_proof(owner):
    browser = Client()
    browser.cookies["devices"] = "eyJ4IjoieSJ9:1tZ:forged"

    sign_in(owner, browser)

    assert len(alarms()) == 1


def test_password_change_keeps_this_device_and_forgets_the_others(owner):
    here, there = sign_in(owner), sign_in(owner)
    changed = {"oldpassword": PASSWORD, "password1": "Other-pass-2026!", "password2": "Other-pass-2026!"}
    here.post(reverse("account_change_password"), changed)
    here.post(reverse("account_logout"))
    mail.outbox.clear()

    sign_in(owner, here, "Other-pass-2026!")
    told_here = len(alarms())
    sign_in(owner, there, "Other-pass-2026!")

    assert (told_here, len(alarms())) == (0, 1)


def test_wrong_password_is_not_told_as_a_sign_in(owner):
    sign_in(owner, password="Wrong-pass-2026!")

    assert alarms() == []


def test_page_marks_the_new_device(intruder, owner):
    (session,) = sessions.sessions_of(owner)

    assert session.is_new_device


def test_link_asks_before_it_does_anything(link, intruder):
    page = Client().get(link).content.decode()

    assert "<h1>This was not you?</h1>" in page
    assert intruder.get("/settings/security/").status_code == 200


def test_disowning_ends_every_session_and_the_password(link, intruder, owner):
    answer = disown(link)

    owner.refresh_from_db()
    assert "<h1>Nobody is signed in any more</h1>" in answer.content.decode()
    assert intruder.get("/settings/security/").status_code == 302
    assert sessions.sessions_of(owner) == []
    assert not owner.has_usable_password()
    assert [entry[0] for entry in trail(owner)][-2:] == [Action.SESSION_ENDED, Action.SIGN_IN_DISOWNED]


def test_person_comes_back_through_the_mail(link, owner):
    disown(link)
    browser = Client()
    form = browser.get(re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1], follow=True)

    browser.post(form.request["PATH_INFO"], {"password1": "Other-pass-2026!", "password2": "Other-pass-2026!"})
    sign_in(owner, browser, "Other-pass-2026!")

    assert mail.outbox[1].to == [owner.email]
    assert browser.get("/settings/security/").status_code == 200


def test_link_works_once(link):
    disown(link)
    letters = len(mail.outbox)

    again, page = disown(link), Client().get(link)

    assert (again.status_code, page.status_code, len(mail.outbox)) == (410, 410, letters)
    assert "<h1>This link no longer works</h1>" in page.content.decode()


def test_link_is_good_for_a_week(link, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=6), tick=False)
    in_time = Client().get(link).status_code
    time_machine.shift(timedelta(days=2))

    assert (in_time, Client().get(link).status_code) == (200, 410)


@pytest.mark.parametrize("token", ["x", "v1.test.AAAA.BBBB", "v9.a.b.c", "%00"])
def test_made_up_link_opens_nothing(db, token):
    assert Client().get(f"/settings/security/not-me/{token}/").status_code == 410


def test_link_survives_a_password_that_the_intruder_has_changed(link, intruder, owner):
    intruder.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "Mine-now-2026!", "password2": "Mine-now-2026!"},
    )

    disown(link)

    owner.refresh_from_db()
    assert not owner.check_password("Mine-now-2026!")
    assert intruder.get("/settings/security/").status_code == 302


def test_address_that_the_intruder_has_put_in_is_taken_out(link, owner):
    EmailAddress.objects.filter(user=owner).delete()
    EmailAddress.objects.create(user=owner, email="mine@evil.example", verified=True, primary=True)
    User.objects.filter(pk=owner.pk).update(email="mine@evil.example")

    disown(link)

    owner.refresh_from_db()
    addresses = EmailAddress.objects.filter(user=owner).values_list("email", "verified", "primary")
    assert owner.email == "owner@example.com"
    assert list(addresses) == [("owner@example.com", True, True)]
    assert mail.outbox[-1].to == ["owner@example.com"]


def test_factors_added_since_go_and_older_ones_stay(link, owner):
    day = timedelta(days=1)
    mine = Authenticator.objects.create(user=owner, type="webauthn", data={}, created_at=timezone.now() - day)
    add_totp(owner)
    RecoveryCodes.activate(owner)

    disown(link)

    assert list(Authenticator.objects.filter(user=owner)) == [mine]


def test_address_that_is_somebody_elses_by_now_is_not_taken_back(link, owner):
    EmailAddress.objects.filter(user=owner).update(email="moved@example.com")
    User.objects.filter(pk=owner.pk).update(email="moved@example.com")
    UserFactory(email="owner@example.com")

    disown(link)

    owner.refresh_from_db()
    assert owner.email == "moved@example.com"
    assert not owner.has_usable_password()
