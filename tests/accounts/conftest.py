"""The cast of three: whose things they are, who must not see them, who works here."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.accounts.factories import StaffFactory, UserFactory


@pytest.fixture
def owner(db):
    return UserFactory(email="owner@example.com")


@pytest.fixture
def stranger(db):
    return UserFactory(email="stranger@example.com")


@pytest.fixture
def staff(db):
    return StaffFactory(email="staff@example.com")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Uploads of a test go away with it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def picture():
    """Makes an upload: a picture of the size, in the format, under the name asked for."""

    def make(*, size=(900, 600), kind="JPEG", name="me.jpg", **options):
        drawn = BytesIO()
        Image.new("RGB", size, (40, 90, 200)).save(drawn, kind, **options)
        return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/jpeg")

    return make
