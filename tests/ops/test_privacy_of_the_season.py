"""The demo's freelancer after a season: the archive is complete, and erasing leaves nothing that names them."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.accounts import tasks
from apps.accounts.models import Profile, User
from apps.accounts.privacy import exporting
from apps.core.tenancy import owner_scope
from apps.jobs.services import searches
from apps.ops.demo import people
from apps.ops.demo.season import PROPOSALS, make_season
from apps.ops.management.commands.demo import SEARCHES
from apps.upwork.enums import ConnectionState
from apps.upwork.models import Connection
from apps.upwork.sandbox.market import Market
from tests.accounts.factories import ErasureFactory
from tests.architecture.test_privacy import places_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def freelancer(tmp_path, settings):
    """The season as `make run` makes it; the permission is written down instead of fetched."""
    settings.MEDIA_ROOT = tmp_path / "media"
    user = people.make_freelancer(with_profile=True)
    with owner_scope(user.pk):
        Connection.objects.create(
            owner=user, state=ConnectionState.CONNECTED, access_token="sealed", upwork_name="Andrii Kovalenko",
            expires_at=timezone.now(), connected_at=timezone.now(),
        )  # fmt: skip
        for search in SEARCHES:
            searches.create_search(actor=user, fields=search)
        make_season(user=user, market=Market.open(tmp_path / "market.sqlite3", backlog=60), seed=1)
    return user


def test_archive_opens_and_holds_the_season(freelancer):
    with owner_scope(freelancer.pk):
        export = exporting.ask_export(actor=freelancer)
        exporting.make_export(export_id=export.pk)

    archive = zipfile.ZipFile(io.BytesIO(default_storage.open(export.path).read()))

    counts = {name: len(json.loads(archive.read(f"data/{name}.json"))) for name in ("proposal", "version", "approval")}
    assert archive.testzip() is None
    assert counts == dict.fromkeys(counts, PROPOSALS)
    assert len(json.loads(archive.read("data/portfolioitem.json"))) == len(people.PORTFOLIO)


def test_erasing_leaves_nothing_that_names_them(freelancer, django_capture_on_commit_callbacks):
    with owner_scope(freelancer.pk):
        profile = Profile.objects.get()
    words = [freelancer.email, profile.full_name, profile.last_name, "Kovalenko"]
    assert places_of(*words)

    erasure = ErasureFactory(owner=freelancer, due_at=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.erase_account(erasure_id=erasure.pk, owner_id=freelancer.pk)

    assert not User.objects.filter(pk=freelancer.pk).exists()
    assert places_of(*words) == []
