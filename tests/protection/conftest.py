"""The cast for what protects all of them."""

import pytest
from django.urls import reverse

from apps.core import throttle
from tests.accounts.factories import PASSWORD, StaffFactory, UserFactory, add_totp, totp_code


@pytest.fixture
def person(db):
    return UserFactory(email="person@example.com")


@pytest.fixture
def staff(db):
    return StaffFactory(email="staff@example.com")


@pytest.fixture
def verified(client, staff):
    """A client whose session has passed the second factor of staff."""
    add_totp(staff)
    client.post(reverse("account_login"), {"login": staff.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": totp_code()})
    return client


@pytest.fixture(autouse=True)
def redis_asked_again():
    """A test in which Redis was away must not open the limits for the next."""
    throttle._asked_again_at[0] = 0.0
    yield
    throttle._asked_again_at[0] = 0.0
