import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english():
    """The language that a page of another test was asked in stays behind in this thread."""
    with translation.override("en"):
        yield
