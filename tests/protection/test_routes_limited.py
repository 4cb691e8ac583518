"""Every address that works for visitors has a closer limit than the general one: by address, and by account where one is named."""

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from tests.accounts.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "Fresh-word-2026!"


@pytest.fixture(autouse=True)
def no_general_limit(settings):
    settings.RATE_LIMIT_ANONYMOUS = 0


def _post(client, address, fields, number):
    filled = {name: value.format(number=number) for name, value in fields.items()}
    return client.post(address, filled, REMOTE_ADDR="192.0.2.1")


CASES = {
    "log-in": ("account_login", {"login": "nobody{number}@example.com", "password": "wrong"}, 10),
    "sign-up": ("account_signup", {"email": "not an address {number}", "password1": NEW}, 10),
    "reset of a password": ("account_reset_password", {"email": "nobody{number}@example.com"}, 10),
    "theme": ("accounts:theme", {"theme": "dark"}, 30),
    "language": ("accounts:language", {"language": "uk"}, 30),
}


@pytest.mark.parametrize(("name", "fields", "most"), CASES.values(), ids=CASES)
def test_one_address_cannot_go_on_and_on(client, name, fields, most):
    address = reverse(name)
    earlier = [_post(client, address, fields, number) for number in range(most)]

    answer = _post(client, address, fields, most)

    assert 429 not in {response.status_code for response in earlier}
    assert answer.status_code == 429 or "Too many failed login attempts" in answer.content.decode()


def test_one_account_is_guarded_from_many_addresses(client, person):
    address = reverse("account_login")
    for number in range(5):
        client.post(address, {"login": person.email, "password": "wrong"}, REMOTE_ADDR=f"192.0.2.{number}")

    answer = client.post(address, {"login": person.email, "password": PASSWORD}, REMOTE_ADDR="192.0.2.99")

    assert "Too many failed login attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_one_account_gets_few_mails_from_many_addresses(client, person, mailoutbox):
    address = reverse("account_reset_password")

    seen = [
        client.post(address, {"email": person.email}, REMOTE_ADDR=f"192.0.2.{number}").status_code
        for number in range(8)
    ]

    assert seen[:5] == [302] * 5
    assert set(seen[5:]) == {429}
    assert len(mailoutbox) == 5


def test_keys_of_a_reset_cannot_be_guessed_on_and_on(client, person):
    uid = user_pk_to_url_str(person)
    for number in range(20):
        client.get(reverse("account_reset_password_from_key", args=(uid, f"abc{number}-{'0' * 32}")))

    page = client.get(reverse("account_reset_password_from_key", args=(uid, f"abc-{'0' * 32}")))

    assert page.status_code in {200, 429}
    assert "password1" not in page.content.decode()


def test_refusal_of_the_sign_in_says_when_to_come_back(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    client.post(reverse("account_signup"), {})

    answer = client.post(reverse("account_signup"), {})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
