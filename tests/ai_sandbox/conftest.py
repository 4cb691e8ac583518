import pytest

from tests.ai_sandbox.server import running_ai_sandbox


@pytest.fixture(scope="session")
def shared_ai_sandbox():
    with running_ai_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def ai_sandbox(shared_ai_sandbox):
    """A sandbox that remembers nothing of the test before."""
    shared_ai_sandbox.reset()
    return shared_ai_sandbox
