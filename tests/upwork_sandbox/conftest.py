"""One running sandbox for each test module; a test that needs options starts its own."""

import pytest

from tests.upwork_sandbox.server import running_sandbox


@pytest.fixture(scope="module")
def sandbox():
    with running_sandbox() as sandbox:
        yield sandbox
