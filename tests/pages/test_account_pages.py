"""The pages of the account library in our look: they render, they say our words, and they work without a script."""

import re
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings as product
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User

pytestmark = pytest.mark.django_db
EMAIL = "olena@pryklad.dev"
PASSWORD = "Walnut-olena-9"
TEMPLATES = Path(product.BASE_DIR) / "templates"
OUR_SCRIPTS = {f'<script src="/static/{name}.js" defer>' for name in ("dist/bidwright", "js/passkeys")}


@pytest.fixture
def person() -> User:
    user = User.objects.create_user(EMAIL, PASSWORD)
    EmailAddress.objects.create(user=user, email=EMAIL, primary=True, verified=True)
    return user


@pytest.fixture
def signed_in(client, person):
    """Signed in, and asked once more as the sensitive pages want it."""
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def link_in(message: mail.EmailMultiAlternatives) -> str:
    return re.search(r"https?://testserver(/\S+)", message.body)[1]


@pytest.mark.parametrize(
    ("name", "heading"),
    (
        ("account_login", "Welcome back"),
        ("account_signup", "Create your account"),
        ("account_reset_password", "Reset the password"),
        ("account_reset_password_done", "Look into your mail"),
        ("account_email_verification_sent", "Look into your mail"),
        ("account_inactive", "This account is switched off"),
        ("account_reset_password_from_key_done", "The password is changed"),
    ),
)
def test_pages_before_the_log_in(client, name, heading):
    page = client.get(reverse(name)).content.decode()

    assert f"<h1>{heading}</h1>" in page
    assert 'class="auth-card"' in page


@pytest.mark.parametrize(
    ("name", "heading"),
    (
        ("account_email", "E-mail addresses"),
        ("account_change_password", "Change the password"),
        ("accounts:security", "Ways to sign in"),
        ("mfa_activate_totp", "Set up the authenticator app"),
        ("mfa_list_webauthn", "Passkeys and security keys"),
        ("mfa_add_webauthn", "Add a passkey or a security key"),
    ),
)
def test_pages_of_sign_in_and_devices(signed_in, name, heading):
    page = signed_in.get(reverse(name)).content.decode()

    assert re.search(rf"<h2[^>]*>{heading}</h2>", page)
    assert '<a href="/settings/security/" aria-current="page">' in page


def test_second_factor_has_no_page_of_its_own(signed_in):
    assert signed_in.get(reverse("mfa_index")).url == reverse("accounts:security")


@pytest.mark.parametrize("name", ("account_login", "account_signup", "account_reset_password"))
def test_no_page_before_the_log_in_loads_a_script_of_the_library(client, name):
    page = client.get(reverse(name)).content.decode()

    assert set(re.findall(r"<script[^>]*>", page)) <= OUR_SCRIPTS


@pytest.mark.parametrize("name", ("mfa_add_webauthn", "mfa_activate_totp", "account_email"))
def test_no_page_of_an_account_loads_a_script_of_the_library(signed_in, name):
    page = signed_in.get(reverse(name)).content.decode()

    assert set(re.findall(r"<script[^>]*>", page)) <= OUR_SCRIPTS
    assert "data:image" not in page


def test_log_in_does_not_say_which_half_was_wrong(client, person):
    response = client.post(reverse("account_login"), {"login": EMAIL, "password": "wrong"})

    page = response.content.decode()
    assert 'class="callout bad" role="alert"' in page
    assert f'value="{EMAIL}"' in page
    assert "wrong" not in page


def test_log_in_offers_a_passkey_only_where_a_script_can_ask_for_it(client):
    page = client.get(reverse("account_login")).content.decode()

    button = re.search(r"<button[^>]*data-passkey[^>]*>", page)[0]
    assert " hidden" in button
    assert "<noscript>" in page


def test_log_in_lets_the_browser_fill_in_a_passkey(client):
    page = client.get(reverse("account_login")).content.decode()

    assert 'autocomplete="username webauthn"' in re.search(r'<input[^>]*name="login"[^>]*>', page)[0]
    assert 'autocomplete="current-password"' in re.search(r'<input[^>]*name="password"[^>]*>', page)[0]


@pytest.mark.parametrize("name", ("account_signup", "account_change_password"))
def test_new_passwords_show_their_rules_before_anything_is_typed(signed_in, client, name):
    browser = signed_in if name == "account_change_password" else Client()

    page = browser.get(reverse(name)).content.decode()

    assert re.findall(r'data-rule="(\w+)"', page) == ["length", "kinds", "personal"]
    assert "data-state=" not in page


def test_sign_up_shows_the_rules_and_sends_the_link(client):
    page = client.get(reverse("account_signup")).content.decode()
    rules = re.findall(r'data-rule="(\w+)"', page)

    response = client.post(reverse("account_signup"), {"email": "new@pryklad.dev", "password1": PASSWORD}, follow=True)

    assert rules == ["length", "kinds", "personal"]
    assert "<h1>Look into your mail</h1>" in response.content.decode()
    assert mail.outbox[0].subject == "Confirm your e-mail address"


def test_sign_up_says_at_the_field_what_is_wrong(client):
    page = client.post(reverse("account_signup"), {"email": "new@pryklad.dev", "password1": "short"}).content.decode()

    assert 'id="id_password1_error"' in page
    assert 'aria-invalid="true"' in page


def test_the_link_of_the_mail_confirms_after_one_more_click(client):
    client.post(reverse("account_signup"), {"email": "new@pryklad.dev", "password1": PASSWORD})
    address = link_in(mail.outbox[0])

    page = client.get(address).content.decode()
    client.post(address)

    assert "<h1>Confirm your address</h1>" in page
    assert EmailAddress.objects.get(email="new@pryklad.dev").verified


def test_confirmation_mail_has_both_forms_and_whole_addresses(client):
    client.post(reverse("account_signup"), {"email": "new@pryklad.dev", "password1": PASSWORD})

    message = mail.outbox[0]
    html = message.alternatives[0][0]
    assert link_in(message) in html
    assert 'src="http://testserver/static/img/logo-mail.png"' in html
    assert "One click, and your Bidwright account is ready." in message.body


def test_a_used_up_confirmation_link_says_so(client):
    page = client.get(reverse("account_confirm_email", args=["nonsense"])).content.decode()

    assert "<h1>This link no longer works</h1>" in page


def test_a_forgotten_password_is_replaced_through_the_mail(client, person):
    client.post(reverse("account_reset_password"), {"email": EMAIL})
    form = client.get(link_in(mail.outbox[0]), follow=True)

    client.post(form.request["PATH_INFO"], {"password1": "Pear-tree-77", "password2": "Pear-tree-77"})

    assert "<h1>A new password</h1>" in form.content.decode()
    assert User.objects.get().check_password("Pear-tree-77")


@pytest.mark.parametrize(
    ("address", "subject"),
    ((EMAIL, "A new password for Bidwright"), ("nobody@pryklad.dev", "No account with this address")),
)
def test_reset_answers_the_same_on_the_page_and_differently_by_mail(client, person, address, subject):
    response = client.post(reverse("account_reset_password"), {"email": address}, follow=True)

    assert "<h1>Look into your mail</h1>" in response.content.decode()
    assert [message.subject for message in mail.outbox] == [subject]


def test_signing_up_with_a_known_address_tells_its_owner_alone(client, person):
    response = client.post(reverse("account_signup"), {"email": EMAIL, "password1": PASSWORD}, follow=True)

    assert "<h1>Look into your mail</h1>" in response.content.decode()
    assert mail.outbox[0].subject == "You already have an account"


def test_a_spent_reset_link_offers_a_new_one(client):
    page = client.get(reverse("account_reset_password_from_key", args=["1", "x-y"])).content.decode()

    assert "<h1>This link no longer works</h1>" in page


def test_authenticator_app_is_set_up_with_a_picture_of_our_own(signed_in, settings, django_capture_on_commit_callbacks):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    page = signed_in.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'id="totp-secret">(\w+)<', page)[1]

    picture = signed_in.get(reverse("accounts:second-factor-qr"))
    signed_in.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert picture["Content-Type"] == "image/svg+xml"
    assert Authenticator.objects.filter(type="totp").count() == 1


@pytest.fixture
def protected(person) -> str:
    """The person with an authenticator app and recovery codes; gives the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


def test_second_step_asks_for_the_code_and_can_be_left(client, protected):
    response = client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD}, follow=True)

    page = response.content.decode()
    assert "<h1>One more step</h1>" in page
    assert 'autocomplete="one-time-code"' in page
    assert f'action="{reverse("account_logout")}"' in page


def test_second_step_says_at_the_field_that_the_code_is_wrong(client, protected):
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})

    page = client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()

    assert 'aria-describedby="id_code_error"' in page
    assert 'id="id_code_error"' in page


def test_recovery_codes_are_shown_to_their_owner(client, protected):
    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_of(protected)})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    questions = [
        client.get(reverse(name)).content.decode() for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp")
    ]

    assert len(re.findall(r"<li>[\w-]{8,}</li>", page)) == 10
    assert "The codes you have stop working at once." in questions[0]
    assert "danger-zone" in questions[1]


def test_a_sensitive_step_asks_once_more(client, person):
    client.force_login(person)

    page = client.get(reverse("mfa_activate_totp"), follow=True).content.decode()

    assert "<h1>Is it you?</h1>" in page
    assert 'type="password"' in page


def test_a_changed_password_is_told_by_mail(signed_in, settings):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True

    signed_in.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "Pear-tree-77", "password2": "Pear-tree-77"},
    )

    assert mail.outbox[-1].subject == "Your password was changed"
    assert "If that was not you" in mail.outbox[-1].body


def test_a_second_address_is_listed_until_it_is_confirmed(signed_in):
    signed_in.post(reverse("account_email"), {"action_add": "", "email": "second@pryklad.dev"})

    page = signed_in.get(reverse("account_email")).content.decode()

    assert "second@pryklad.dev" in page
    assert "Not confirmed" in page


def test_leaving_is_a_click_and_never_a_link(signed_in):
    page = signed_in.get(reverse("account_logout")).content.decode()

    assert "<h1>Sign out?</h1>" in page
    assert signed_in.get(reverse("accounts:profile")).status_code == 200


@pytest.mark.parametrize(
    "template", sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/email/[!b]*_message.*"))
)
@pytest.mark.parametrize("language", ("en", "uk"))
def test_every_mail_has_one_subject_line_and_leaves_no_gap(template, language):
    context = {
        name: f"<{name}>"
        for name in ("activate_url", "password_reset_url", "signup_url", "ip", "user_agent", "timestamp", "not_me_url")
    }

    with translation.override(language):
        subject = render_to_string(template.rpartition("_message.")[0] + "_subject.txt", context).strip()
        body = render_to_string(template, context)

    assert subject
    assert "\n" not in subject
    assert product.BASE_URL in body
    assert ("&lt;" in body) is template.endswith(".html")
