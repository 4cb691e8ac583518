"""The archive of everything: asked for once more, made in the background, complete, without secrets, and gone in time."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from apps.accounts import tasks
from apps.accounts.audit.models import AuditEntry
from apps.accounts.models import Export, PortfolioItem, Profile, SecretKey
from apps.accounts.privacy import exporting, holdings
from apps.accounts.privacy.enums import ExportState
from apps.core import sealed_columns
from apps.core.audit import Action
from apps.core.errors import DomainError
from apps.core.tenancy import owner_scope
from apps.notifications.models import Delivery
from tests.accounts.factories import (
    TOTP_SECRET,
    ExportFactory,
    ProfileFactory,
    UserFactory,
    add_totp,
    confirm,
    make_session,
)
from tests.architecture.tables import fill_every_table
from tests.architecture.world import MARK, build_world
from tests.jobs.factories import SightingFactory
from tests.trail import trail

pytestmark = pytest.mark.django_db


def make(owner) -> Export:
    """Asked for and made at once."""
    with owner_scope(owner.pk):
        export = exporting.ask_export(actor=owner)
        exporting.make_export(export_id=export.pk)
        export.refresh_from_db()
    return export


def opened(export: Export) -> zipfile.ZipFile:
    with default_storage.open(export.path) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def rows_of(archive: zipfile.ZipFile, table: str) -> list[dict]:
    return json.loads(archive.read(f"data/{table}.json"))


@pytest.fixture
def full():
    """Somebody with a row in every table."""
    world = build_world()
    fill_every_table(world)
    with owner_scope(world.owner.pk):
        Export.objects.all().delete()
    return world.owner


def test_archive_holds_every_table_twice_and_a_page(full):
    archive = opened(make(full))

    names = {name for name in archive.namelist() if not name.startswith("files/")}
    with owner_scope(full.pk):
        tables = {table.name for holding in holdings() for table in holding.export(full.pk)}
    assert names == {"index.html", "style.css"} | {
        f"data/{table}.{kind}" for table in tables for kind in ("json", "csv")
    }
    assert archive.testzip() is None


def test_archive_holds_a_row_of_every_table_that_has_one(full):
    archive = opened(make(full))

    empty = {name for name in archive.namelist() if name.endswith(".json") and not json.loads(archive.read(name))}
    assert empty == {
        "data/authenticator.json", "data/socialaccount.json", "data/logentry.json",
    }  # fmt: skip


def test_archive_says_what_the_person_wrote(full):
    archive = opened(make(full))

    assert [row["first_name"] for row in rows_of(archive, "profile")] == [MARK]
    assert [row["text"] for row in rows_of(archive, "version")] == [f"Dear client, {MARK} is what I do."]
    assert [row["email"] for row in rows_of(archive, "user")] == [full.email]


def test_sheets_hold_the_same_rows(full):
    archive = opened(make(full))

    for name in (name for name in archive.namelist() if name.endswith(".json")):
        rows = json.loads(archive.read(name))
        sheet = list(csv.DictReader(io.StringIO(archive.read(name.replace(".json", ".csv")).decode("utf-8-sig"))))
        assert len(sheet) == len(rows), name
        assert not rows or list(sheet[0]) == list(rows[0]), name


def test_archive_holds_no_secret(full):
    add_totp(full)
    session = make_session(full)
    with owner_scope(full.pk):
        sealed = list(SecretKey.objects.values_list("sealed", flat=True))
    archive = opened(make(full))

    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert len(sealed) == 1
    assert str(session.id) in everything  # its name, by which nobody gets in
    assert not [secret for secret in (*sealed, full.password, TOTP_SECRET, '"v1.') if secret in everything]


def test_no_sealed_column_is_in_the_archive(full):
    archive = opened(make(full))

    given = {
        (name.split("/")[1].split(".")[0], column)
        for name in archive.namelist()
        if name.endswith(".csv")
        for column in archive.read(name).decode("utf-8-sig").splitlines()[0].split(",")
    }
    sealed = {tuple(name.lower().split(".")[1:]) for name in sealed_columns.registered()}
    assert given & sealed == set()


def test_pages_of_the_archive_speak_the_persons_language():
    owner = ProfileFactory(first_name="Олена", owner=UserFactory(language="uk")).owner

    page = opened(make(owner)).read("index.html").decode()

    assert '<html lang="uk">' in page
    assert "Олена" in page
    assert "<script" not in page


def test_page_escapes_what_people_typed(owner):
    ProfileFactory(owner=owner, overview="<script>alert(1)</script>")

    archive = opened(make(owner))

    assert b"<script>" not in archive.read("index.html")
    assert rows_of(archive, "profile")[0]["overview"] == "<script>alert(1)</script>"


def test_sheet_runs_nothing_that_people_typed(owner):
    ProfileFactory(owner=owner, title="=HYPERLINK(1)")

    sheet = opened(make(owner)).read("data/profile.csv").decode()

    assert "'=HYPERLINK(1)" in sheet


def test_uploads_go_along(owner):
    with owner_scope(owner.pk):
        profile = Profile.objects.get()
        profile.picture.save("me.webp", ContentFile(b"pixels"))

    archive = opened(make(owner))

    place = rows_of(archive, "profile")[0]["picture"]
    assert archive.read(place) == b"pixels"


def test_upload_that_is_gone_from_the_store_spoils_nothing(owner):
    with owner_scope(owner.pk):
        PortfolioItem.objects.create(owner=owner, title="Shop", picture="portfolio/gone.webp")

    export = make(owner)

    assert export.state == ExportState.READY
    assert not [name for name in opened(export).namelist() if name.startswith("files/")]


def test_archive_holds_nothing_of_others(owner, full):
    archive = opened(make(owner))

    assert not [name for name in archive.namelist() if MARK.encode() in archive.read(name)]


def test_rows_are_read_in_portions(owner, django_assert_max_num_queries):
    SightingFactory.create_batch(3, owner=owner)
    with owner_scope(owner.pk):
        export = exporting.ask_export(actor=owner)
        with django_assert_max_num_queries(90):
            exporting.make_export(export_id=export.pk)

    assert len(rows_of(opened(export), "sighting")) == 3


def test_person_is_told_in_the_page_and_by_mail(owner):
    make(owner)

    with owner_scope(owner.pk):
        told = Delivery.objects.filter(key__startswith="export-ready").order_by("channel")
        assert [(delivery.channel, delivery.context["path"]) for delivery in told] == [
            ("email", reverse("accounts:privacy")),
            ("inpage", reverse("accounts:privacy")),
        ]


def test_asking_twice_makes_one(owner):
    with owner_scope(owner.pk):
        first, second = (exporting.ask_export(actor=owner) for _ in range(2))

    assert first == second
    assert [action for action, *_ in trail(owner) if action == Action.EXPORT_ASKED] == [Action.EXPORT_ASKED]


def test_five_a_day_are_enough(owner):
    for _ in range(5):
        make(owner)

    with owner_scope(owner.pk), pytest.raises(DomainError):
        exporting.ask_export(actor=owner)


def test_second_worker_leaves_it_to_the_first(owner):
    export = ExportFactory(owner=owner, claimed_until=timezone.now() + timedelta(seconds=30))

    tasks.make_export(export_id=export.pk, owner_id=owner.pk)

    with owner_scope(owner.pk):
        export.refresh_from_db()
    assert (export.state, export.attempts) == (ExportState.WAITING, 0)


def test_work_of_a_dead_worker_is_begun_anew(owner, monkeypatch):
    export = ExportFactory(
        owner=owner, claimed_until=timezone.now() - timedelta(seconds=1), attempts=1, done=3, total=9
    )

    tasks.make_waiting_exports()
    tasks.make_export(export_id=export.pk, owner_id=owner.pk)

    with owner_scope(owner.pk):
        export.refresh_from_db()
    assert (export.state, export.attempts, export.done) == (ExportState.READY, 2, export.total)


def test_after_three_deaths_it_is_given_up_and_said(owner):
    export = ExportFactory(owner=owner, attempts=3)

    tasks.make_export(export_id=export.pk, owner_id=owner.pk)

    with owner_scope(owner.pk):
        export.refresh_from_db()
        assert export.state == ExportState.FAILED
        assert Delivery.objects.filter(key__startswith="export-failed").count() == 2


def test_archive_whose_row_goes_while_it_is_made_leaves_no_file(owner, media):
    with owner_scope(owner.pk):
        export = exporting.ask_export(actor=owner)
        Export.objects.filter(pk=export.pk).update(state=ExportState.EXPIRED)

        with pytest.raises(exporting.LostError):
            exporting._keep(export, ContentFile(b"zip"))

    assert not default_storage.exists(export.path)


def test_file_is_deleted_when_its_time_is_over(owner):
    export = make(owner)
    with owner_scope(owner.pk):
        Export.objects.update(ready_at=timezone.now() - timedelta(days=3), expires_at=timezone.now())

    tasks.make_waiting_exports()

    with owner_scope(owner.pk):
        export.refresh_from_db()
    assert (export.state, default_storage.exists(export.path)) == (ExportState.EXPIRED, False)


def test_new_archive_ends_the_one_before(owner):
    first, second = make(owner), make(owner)

    tasks.make_waiting_exports()

    assert (default_storage.exists(first.path), default_storage.exists(second.path)) == (False, True)


# The pages


def test_asking_needs_the_password_once_more(client, owner):
    client.force_login(owner)

    response = client.post(reverse("accounts:export-create"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    with owner_scope(owner.pk):
        assert not Export.objects.exists()


def test_asked_archive_is_shown_in_the_making(client, owner):
    client.force_login(owner)
    confirm(client, owner)

    page = client.post(reverse("accounts:export-create"), follow=True).content.decode()

    assert "Your archive is being made" in page
    assert 'hx-trigger="every 2s"' in page
    with owner_scope(owner.pk):
        assert Export.objects.get().state == ExportState.WAITING


def test_progress_comes_as_a_fragment(client, owner):
    ExportFactory(owner=owner, done=4, total=12)
    client.force_login(owner)

    page = client.get(
        reverse("accounts:privacy"), headers={"HX-Request": "true", "HX-Target": "section#export"}
    ).content.decode()

    assert "4 of 12" in page
    assert "<html" not in page


def test_owner_downloads_the_file_and_it_is_written_down(client, owner):
    export = make(owner)
    client.force_login(owner)

    response = client.get(reverse("accounts:export-download", args=[export.public_id]))

    assert response["Content-Disposition"] == f'attachment; filename="{export.file_name}"'
    assert zipfile.ZipFile(io.BytesIO(response.getvalue())).testzip() is None
    with owner_scope(owner.pk):
        assert AuditEntry.objects.filter(action=Action.EXPORT_DOWNLOADED, target_id=str(export.public_id)).exists()
        assert Export.objects.get().downloaded_at


def test_stranger_and_staff_get_no_file(client, owner, stranger, staff):
    export = make(owner)

    for person in (stranger, staff):
        client.force_login(person)
        assert client.get(reverse("accounts:export-download", args=[export.public_id])).status_code == 404


def test_link_is_dead_after_its_time_even_before_the_sweep(client, owner):
    export = make(owner)
    with owner_scope(owner.pk):
        Export.objects.update(ready_at=timezone.now() - timedelta(days=3), expires_at=timezone.now())
    client.force_login(owner)

    response = client.get(reverse("accounts:export-download", args=[export.public_id]), follow=True)

    assert response.redirect_chain == [(reverse("accounts:privacy"), 302)]
    assert "This archive is not there any more" in response.content.decode()
