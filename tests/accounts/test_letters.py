"""Mails about the account: to whom they go, in which words, and both forms of each."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from tests.accounts.factories import PASSWORD, UserFactory, confirm
from tests.accounts.test_devices import MAC

pytestmark = pytest.mark.django_db
NEW = "new@example.com"


@pytest.fixture
def owner(db):
    return UserFactory(email="owner@example.com", last_login=timezone.now(), time_zone="Europe/Kyiv")


@pytest.fixture
def browser(owner):
    """The owner's, known and just confirmed."""
    browser = Client(headers={"user-agent": MAC})
    browser.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})
    confirm(browser, owner)
    mail.outbox.clear()
    return browser


def link_in(letter, part):
    return re.search(rf"http://testserver(/\S*{part}\S+)", letter.body)[1]


def html_of(letter):
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    return html


def change_address(browser):
    browser.post(reverse("account_email"), {"action_add": "", "email": NEW})
    browser.post(link_in(mail.outbox[-1], "confirm-email"))
    mail.outbox.clear()
    browser.post(reverse("account_email"), {"action_primary": "", "email": NEW})


def test_change_of_address_is_told_to_both(browser, owner):
    change_address(browser)

    owner.refresh_from_db()
    said = "The main address of your account was changed from owner@example.com to new@example.com."
    assert owner.email == NEW
    assert sorted(letter.to[0] for letter in mail.outbox) == [NEW, "owner@example.com"]
    assert all(said in letter.body and said in html_of(letter) for letter in mail.outbox)


def test_only_the_old_address_can_take_the_change_back(browser, owner):
    change_address(browser)
    old, new = sorted(mail.outbox, key=lambda letter: letter.to != ["owner@example.com"])

    Client().post(link_in(old, "not-me"))

    owner.refresh_from_db()
    assert "not-me" not in new.body
    assert owner.email == "owner@example.com"
    assert not owner.has_usable_password()
    assert [address.email for address in EmailAddress.objects.filter(user=owner)] == ["owner@example.com"]


def test_address_must_be_confirmed_before_it_can_be_the_main_one(browser, owner):
    browser.post(reverse("account_email"), {"action_add": "", "email": NEW})

    browser.post(reverse("account_email"), {"action_primary": "", "email": NEW})

    owner.refresh_from_db()
    assert owner.email == "owner@example.com"


def test_address_of_somebody_else_is_not_given_away_and_not_taken(browser, stranger):
    page = browser.post(reverse("account_email"), {"action_add": "", "email": stranger.email}, follow=True)
    known = re.sub(re.escape(stranger.email), "X", page.content.decode())
    page = browser.post(reverse("account_email"), {"action_add": "", "email": NEW}, follow=True)
    unknown = re.sub(re.escape(NEW), "X", page.content.decode())

    said = [re.findall(r'class="error"><svg.*?<span>(.*?)</span>', text) for text in (known, unknown)]
    assert said[0] == said[1] == []
    assert not EmailAddress.objects.filter(email=stranger.email).exclude(user=stranger).filter(verified=True).exists()


def test_changed_password_is_told_with_a_link_for_whoever_it_was_not(browser, owner):
    changed = {"oldpassword": PASSWORD, "password1": "Other-pass-2026!", "password2": "Other-pass-2026!"}
    browser.post(reverse("account_change_password"), changed)
    (letter,) = mail.outbox

    Client().post(link_in(letter, "not-me"))

    assert letter.subject == "Your password was changed"
    assert "Device: Firefox on macOS" in letter.body
    assert browser.get(reverse("accounts:security")).status_code == 302


def test_times_in_mails_are_on_the_persons_own_clock(browser, owner, time_machine):
    time_machine.move_to("2026-11-20 23:30:00+00:00", tick=False)
    changed = {"oldpassword": PASSWORD, "password1": "Other-pass-2026!", "password2": "Other-pass-2026!"}

    browser.post(reverse("account_change_password"), changed)

    assert "Time: Nov. 21, 2026, 1:30 a.m." in mail.outbox[0].body


def test_reset_is_asked_for_done_and_told(owner):
    visitor = Client(headers={"accept-language": "en"})
    User.objects.filter(pk=owner.pk).update(language="uk")
    visitor.post(reverse("account_reset_password"), {"email": owner.email})
    form = visitor.get(link_in(mail.outbox[0], "reset"), follow=True)

    visitor.post(form.request["PATH_INFO"], {"password1": "Other-pass-2026!", "password2": "Other-pass-2026!"})

    assert [letter.to for letter in mail.outbox] == [[owner.email]] * 2
    assert all('<html lang="uk">' in html_of(letter) for letter in mail.outbox)


def test_reset_link_works_once(owner):
    visitor = Client()
    visitor.post(reverse("account_reset_password"), {"email": owner.email})
    link = link_in(mail.outbox[0], "reset")
    form = visitor.get(link, follow=True)
    visitor.post(form.request["PATH_INFO"], {"password1": "Other-pass-2026!", "password2": "Other-pass-2026!"})

    again = Client().get(link, follow=True).content.decode()

    assert "<h1>This link no longer works</h1>" in again


def test_password_of_the_reset_keeps_the_rules(owner):
    visitor = Client()
    visitor.post(reverse("account_reset_password"), {"email": owner.email})
    form = visitor.get(link_in(mail.outbox[0], "reset"), follow=True)

    page = visitor.post(form.request["PATH_INFO"], {"password1": "password", "password2": "password"})

    owner.refresh_from_db()
    assert page.context["form"].errors.keys() == {"password1"}
    assert owner.check_password(PASSWORD)


def test_every_mail_of_the_account_has_both_forms(browser, owner):
    change_address(browser)
    browser.post(reverse("account_email"), {"action_remove": "", "email": "owner@example.com"})
    browser.post(reverse("account_reset_password"), {"email": NEW})

    assert len(mail.outbox) >= 3
    for letter in mail.outbox:
        html = html_of(letter)
        assert letter.subject in html
        assert "{{" not in html + letter.body
