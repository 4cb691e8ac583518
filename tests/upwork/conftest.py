"""A running sandbox marketplace, the settings that lead to it, and people with and without a connection."""

from urllib.parse import urlsplit

import pytest

from apps.core.tenancy import owner_scope
from apps.upwork import services
from apps.upwork.enums import KeyChoice
from tests.accounts.factories import UserFactory
from tests.upwork.scripted import ScriptedServer
from tests.upwork_sandbox.server import CALLBACK, running_sandbox


@pytest.fixture(scope="module")
def running():
    with running_sandbox(backlog=60) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running, settings):
    """The module's sandbox without faults, and the product pointed at it."""
    running.control("faults/clear")
    point_at(settings, running.url)
    return running


@pytest.fixture
def scripted(settings):
    """A server that answers exactly what the test says."""
    with ScriptedServer() as server:
        point_at(settings, server.url)
        yield server


def point_at(settings, url: str) -> None:
    settings.UPWORK_API_URL = settings.UPWORK_AUTH_URL = settings.SANDBOX_URL = settings.UPWORK_SITE_URL = url
    settings.UPWORK_TOKEN_URL = f"{url}/api/v3/oauth2/token"
    settings.OUTBOUND_PRIVATE_ALLOW = [urlsplit(url).netloc]
    settings.UPWORK_CLIENT_ID, settings.UPWORK_CLIENT_SECRET = "sandbox-full", "sandbox-full-secret"
    settings.UPWORK_PER_SECOND, settings.UPWORK_PER_MINUTE = 10_000, 100_000


def make_person(email: str = "ada@example.com"):
    return UserFactory(email=email)


@pytest.fixture
def person(db):
    """The owner, in scope."""
    person = make_person()
    with owner_scope(person.pk):
        yield person


def connect(sandbox, person, *, profile: str = "full"):
    """Connect as the product does, with the consent given straight to the sandbox."""
    attempt = services.start_attempt(
        owner_id=person.pk,
        choice=KeyChoice.OWN,
        client_id=f"sandbox-{profile}",
        client_secret=f"sandbox-{profile}-secret",
        redirect_uri=CALLBACK,
        next_url="",
    )
    return services.connect(
        owner_id=person.pk, attempt=attempt, state=attempt.state, code=sandbox.consent(profile=profile)
    )


@pytest.fixture
def connection(sandbox, person):
    return connect(sandbox, person)


@pytest.fixture
def client_of_upwork(connection):
    return services.client_for(connection.pk)
