"""People to tell things to, and a mail server that answers as the test wants."""

import json

import pytest

from apps.core.tenancy import Reason, everyone_scope
from apps.notifications.models import Delivery
from tests.accounts.factories import StaffFactory, UserFactory
from tests.notifications.smtp import running_mail_server


@pytest.fixture
def owner(db):
    return UserFactory(email="owner@example.com")


@pytest.fixture
def stranger(db):
    return UserFactory(email="stranger@example.com")


@pytest.fixture
def staff(db):
    return StaffFactory(email="staff@example.com")


@pytest.fixture
def mail_server(settings):
    """The product's mails go to a real SMTP server on loopback."""
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
        yield server


@pytest.fixture
def rows():
    """The deliveries of everybody that fit the conditions, oldest first."""

    def read(**conditions):
        with everyone_scope(Reason.SWEEP):
            return list(Delivery.objects.filter(**conditions).order_by("pk"))

    return read


@pytest.fixture
def frames(valkey):
    """What stands on a person's live stream."""

    def read(user):
        return [json.loads(fields["body"]) for _cursor, fields in valkey.xrange(f"live:{user.pk}")]

    return read
