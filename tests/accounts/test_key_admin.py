"""Staff see who uses keys of their own, and nothing of the keys."""

import pytest
from django.urls import reverse

from tests.accounts.factories import OPENAI_KEY, PASSWORD, SecretKeyFactory, add_totp, totp_code

LIST = reverse("admin:accounts_secretkey_changelist")


@pytest.fixture
def boss(client, staff):
    add_totp(staff)
    asked = client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    client.post(asked["Location"], {"code": totp_code()})
    return client


@pytest.fixture
def key(owner):
    return SecretKeyFactory(owner=owner)


def test_key_is_listed_without_a_character_of_it(boss, owner, key):
    shown = boss.get(LIST).content.decode()
    opened = boss.get(reverse("admin:accounts_secretkey_change", args=[key.pk])).content.decode()

    assert owner.email in shown
    for secret in (OPENAI_KEY, "7Qk2", key.sealed):
        assert secret not in shown + opened


@pytest.mark.parametrize("verb", ("change", "delete"))
def test_key_is_changed_by_nobody(boss, key, verb):
    assert boss.post(reverse(f"admin:accounts_secretkey_{verb}", args=[key.pk]), {"kind": "upwork"}).status_code == 403
