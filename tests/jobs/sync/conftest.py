"""Somebody connected to the sandbox, with a search for a word that only this test uses."""

import pytest

from apps.core.tenancy import owner_scope
from tests.accounts.factories import ProfileFactory, UserFactory
from tests.jobs.factories import SearchFactory
from tests.upwork.conftest import connect, point_at
from tests.upwork_sandbox.server import running_sandbox, unmoved_clock


@pytest.fixture(scope="module")
def running():
    with running_sandbox(backlog=5, clock=unmoved_clock) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running, settings):
    """The module's sandbox, and the product pointed at it; every test looks for a word of its own."""
    running.control("faults/clear")
    point_at(settings, running.url)
    return running


@pytest.fixture
def person(sandbox, db):
    """Somebody who is connected to the sandbox."""
    person = UserFactory()
    ProfileFactory(owner=person, skills=("Zig",))
    with owner_scope(person.pk):
        connect(sandbox, person)
        yield person


@pytest.fixture
def word(request):
    return "".join(filter(str.isalnum, request.node.name.removeprefix("test_")))[-60:]


@pytest.fixture
def search(person, word):
    return SearchFactory(owner=person, any_words=[word])
