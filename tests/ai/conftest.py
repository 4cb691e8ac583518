import json

import pytest

from apps.accounts.models import User
from apps.core.tenancy import owner_scope
from tests.ai_sandbox.conftest import ai_sandbox, shared_ai_sandbox  # noqa: F401 fixtures are shared by importing them


@pytest.fixture
def providers(ai_sandbox, settings):  # noqa: F811 the fixture above
    """The product reaches the sandbox as it would reach the vendors."""
    settings.OPENAI_BASE_URL = ai_sandbox.openai_url
    settings.ANTHROPIC_BASE_URL = ai_sandbox.anthropic_url
    settings.OUTBOUND_PRIVATE_ALLOW = [ai_sandbox.address]
    settings.OPENAI_MODEL = "gpt-6.1-sol"
    settings.OPENAI_FALLBACK_MODEL = "gpt-5.4-mini"
    settings.ANTHROPIC_MODEL = "claude-sonnet-5-5"
    return ai_sandbox


@pytest.fixture
def owner(db):
    return User.objects.create_user("olena@example.com", "secret-Pass-1")


@pytest.fixture
def stranger(db):
    return User.objects.create_user("stranger@example.com", "secret-Pass-1")


@pytest.fixture
def scope(owner):
    """The test runs as a task of the owner would."""
    with owner_scope(owner.pk):
        yield owner


@pytest.fixture
def frames(valkey):
    """What the page of a person was told, in order."""

    def read(owner):
        return [json.loads(fields["body"]) for _cursor, fields in valkey.xrange(f"live:{owner.pk}")]

    return read
