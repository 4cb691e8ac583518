"""The cast: somebody with a profile and one search, and a stranger."""

import pytest
from django.utils import timezone

from apps.core.tenancy import owner_scope
from apps.upwork.enums import ConnectionState
from apps.upwork.models import Connection
from tests.accounts.factories import ProfileFactory, StaffFactory, UserFactory
from tests.jobs.factories import SearchFactory


@pytest.fixture
def owner(db):
    person = UserFactory(email="owner@example.com")
    ProfileFactory(owner=person)
    return person


@pytest.fixture
def stranger(db):
    return UserFactory(email="stranger@example.com")


@pytest.fixture
def staff(db):
    return StaffFactory(email="staff@example.com")


@pytest.fixture
def search(owner):
    return SearchFactory(owner=owner, name="Django")


@pytest.fixture
def in_scope(owner):
    """The owner's rows are in sight."""
    with owner_scope(owner.pk):
        yield owner


@pytest.fixture
def connection(owner):
    """The owner's connection to Upwork, in good order."""
    now = timezone.now()
    with owner_scope(owner.pk):
        return Connection.objects.create(
            owner=owner, state=ConnectionState.CONNECTED, access_token="x", expires_at=now, connected_at=now
        )
