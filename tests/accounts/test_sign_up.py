"""From nothing to a signed-in person, over the pages and the mails."""

import re

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.urls import reverse

from apps.accounts import selectors
from apps.accounts.models import Profile, Settings, User
from apps.core.tenancy import owner_scope
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def sign_up(client, email="new@example.com", password=PASSWORD, **fields):
    return client.post(reverse("account_signup"), {"email": email, "password1": password, **fields})


def link_in(letter) -> str:
    return re.search(r"http://testserver(/\S+)", letter.body).group(1)


def test_newcomer_gets_from_sign_up_to_onboarding(client):
    answer = sign_up(client)
    assert answer.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session

    confirmed = client.post(link_in(mail.outbox[0]))

    assert confirmed.url == reverse("welcome:skills")
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_profile_and_settings_are_there_at_once(client):
    sign_up(client)

    user = User.objects.get(email="new@example.com")
    with owner_scope(user.pk):
        assert Profile.objects.count() == Settings.objects.count() == 1


def test_failed_settings_leave_no_person(client, owner, monkeypatch):
    """All three rows or none: the database refuses the settings, and the person is not there either."""
    settings = Settings._meta.get_field("words_min")
    monkeypatch.setattr(settings, "default", 5000)

    with pytest.raises(Exception, match="settings_words_in_order"):
        User.objects.create_user("half@example.com", PASSWORD)

    monkeypatch.undo()
    assert not User.objects.filter(email="half@example.com").exists()


@pytest.mark.parametrize(
    ("accept", "named", "language", "time_zone"),
    [
        ("uk", "", "uk", "Europe/Kyiv"),
        ("en", "", "en", "UTC"),
        ("en", "America/New_York", "en", "America/New_York"),
        ("uk", "Mars/Olympus", "uk", "Europe/Kyiv"),
    ],
)
def test_language_and_time_zone_come_from_the_browser(client, accept, named, language, time_zone):
    client.post(
        reverse("account_signup"),
        {"email": "new@example.com", "password1": PASSWORD, "time_zone": named},
        headers={"accept-language": accept},
    )

    user = User.objects.get()
    assert (user.language, user.time_zone) == (language, time_zone)


@pytest.mark.parametrize(
    "password", ["Sh0rt!", "Password1", "alllower-2026!", "ALLUPPER-2026!", "No-digits-here!", "Nospecial2026"]
)
def test_weak_passwords_are_refused_with_the_rule(client, password):
    answer = sign_up(client, password=password)

    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"password1"}
    assert not User.objects.exists()


def test_password_is_kept_as_bcrypt(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]

    user = UserFactory()

    assert user.password.startswith("bcrypt_sha256$")
    assert user.check_password(PASSWORD)


def test_older_hash_becomes_bcrypt_at_the_next_sign_in(client, owner, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    owner.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    owner.save(update_fields=["password"])

    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})

    owner.refresh_from_db()
    assert owner.password.startswith("bcrypt_sha256$")
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_wrong_password_upgrades_nothing(client, owner, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    owner.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    owner.save(update_fields=["password"])

    client.post(reverse("account_login"), {"login": owner.email, "password": "Wrong-pass-2026!"})

    owner.refresh_from_db()
    assert owner.password.startswith("pbkdf2_sha256$")


def test_known_address_is_told_by_mail_and_not_on_the_page(client, owner):
    answer = sign_up(client, email=owner.email.upper())

    assert answer.url == reverse("account_email_verification_sent")
    assert [letter.to for letter in mail.outbox] == [[owner.email]]
    assert User.objects.count() == 1


def test_unverified_person_cannot_log_in_and_gets_the_link_again(client):
    sign_up(client)
    client.cookies.clear()

    answer = client.post(reverse("account_login"), {"login": "new@example.com", "password": PASSWORD})

    assert answer.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session


def test_onboarding_is_over_after_it_was_completed(client, owner):
    answer = client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})

    assert answer.url == reverse("jobs:feed")


def test_newcomer_who_left_onboarding_is_led_back(client):
    newcomer = UserFactory(is_onboarded=False)

    answer = client.post(reverse("account_login"), {"login": newcomer.email, "password": PASSWORD})

    assert answer.url == reverse("welcome:skills")


def test_wrong_password_does_not_say_which_half_is_wrong(client, owner):
    wrong = client.post(reverse("account_login"), {"login": owner.email, "password": "Wrong-pass-2026!"})
    unknown = client.post(reverse("account_login"), {"login": "nobody@example.com", "password": PASSWORD})

    said = [list(answer.context["form"].non_field_errors()) for answer in (wrong, unknown)]
    assert len(said[0]) == 1
    assert said[0] == said[1]


def test_guessing_is_stopped(client, owner):
    attempt = {"login": owner.email, "password": "Wrong-pass-2026!"}
    for _ in range(12):
        client.post(reverse("account_login"), attempt)

    answer = client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert "Try again in about five minutes." in str(answer.context["form"].errors)


def test_limit_behind_a_proxy_is_for_one_address_alone(client, owner, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(12):
        guess = {"login": f"person{number}@example.com", "password": "Wrong-pass-2026!"}
        client.post(reverse("account_login"), guess, headers={"x-forwarded-for": "198.51.100.7"})
    right = {"login": owner.email, "password": PASSWORD}

    guesser = client.post(reverse("account_login"), right, headers={"x-forwarded-for": "1.1.1.1, 198.51.100.7"})
    other = client.post(reverse("account_login"), right, headers={"x-forwarded-for": "203.0.113.9"})

    assert "Too many failed login attempts" in str(guesser.context["form"].errors)
    assert other.url == reverse("jobs:feed")


def test_log_out_ends_the_session(client, owner):
    client.force_login(owner)

    answer = client.post(reverse("account_logout"))

    assert answer.url == reverse("pages:landing")
    assert client.get(reverse("accounts:profile")).url.startswith(reverse("account_login"))


def test_password_reset_over_the_mail(client, owner):
    client.post(reverse("account_reset_password"), {"email": owner.email})
    form = client.get(link_in(mail.outbox[0]), follow=True)

    client.post(form.request["PATH_INFO"], {"password1": "Other-pass-2026!", "password2": "Other-pass-2026!"})

    owner.refresh_from_db()
    assert owner.check_password("Other-pass-2026!")


def test_reset_for_an_unknown_address_looks_the_same(client, owner):
    known = client.post(reverse("account_reset_password"), {"email": owner.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})

    assert known.url == unknown.url


def test_mails_are_in_the_language_of_the_person_not_of_the_visitor(client, owner):
    owner.language = "uk"
    owner.save(update_fields=["language"])

    client.post(reverse("account_reset_password"), {"email": owner.email}, headers={"accept-language": "en"})

    html, _kind = mail.outbox[0].alternatives[0]
    assert '<html lang="uk">' in html


def test_mail_server_that_is_down_is_told_and_the_account_is_kept(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    answer = sign_up(client)

    texts = [str(message) for message in answer.wsgi_request._messages]
    assert any("try again in a few minutes" in text for text in texts)
    assert User.objects.filter(email="new@example.com").exists()


def test_log_in_opens_the_scope_for_the_rest_of_the_request(client):
    """The middleware ran before the log-in; without the adapter's set_owner the redirect could not read settings."""
    owner = UserFactory()

    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD})

    with owner_scope(owner.pk):
        assert selectors.settings_of(owner.pk).onboarded_at is not None


def test_typing_at_the_door_begins_with_the_email(client, db):
    page = client.get(reverse("account_login")).content.decode()

    field = re.search(r'<input[^>]*name="login"[^>]*>', page)[0]
    assert "autofocus" in field
    assert page.count("autofocus") == 1
