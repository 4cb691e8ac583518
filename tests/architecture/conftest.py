import pytest


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Uploads of the walks go away with them."""
    settings.MEDIA_ROOT = tmp_path / "media"
