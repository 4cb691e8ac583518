"""Everything with a way to a person is in the registry, and after erasing nothing names them anywhere."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.utils import timezone, translation
from psycopg import sql

from apps.accounts import tasks
from apps.accounts.models import Erasure, User
from apps.accounts.privacy import holdings
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from tests.accounts.factories import ErasureFactory, StaffFactory, add_totp, make_session
from tests.architecture.tables import fill_every_table
from tests.architecture.world import MARK, build_world

pytestmark = pytest.mark.django_db

NUMBERS = {"owner_id", "actor_id", "user_id"}
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
      AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'inet', 'tsvector', 'bytea')
"""


def leads_to_a_person(model: type[models.Model], known: set[type[models.Model]]) -> bool:
    return any(
        field.attname in NUMBERS or (field.is_relation and field.related_model in known)
        for field in model._meta.concrete_fields
    )


def personal_models() -> set[type[models.Model]]:
    """The user, what points at them by key or by number, and what points at that."""
    known = {apps.get_model(settings.AUTH_USER_MODEL)}
    while more := {model for model in apps.get_models() if leads_to_a_person(model, known)} - known:
        known |= more
    return known


def registered() -> list[str]:
    return [label for holding in holdings() for label in holding.models]


def test_every_table_with_a_way_to_a_person_is_registered():
    """A new table of a person's belongs into the registry: `apps/<app>/privacy.py`, or accounts/privacy/held.py."""
    assert {model._meta.label for model in personal_models()} - set(registered()) == set()


def test_registry_names_each_table_once_and_only_those():
    assert len(registered()) == len(set(registered()))
    assert set(registered()) - {model._meta.label for model in personal_models()} == set()


def test_registry_has_its_rooms_in_the_order_of_their_levels():
    assert [holding.name for holding in holdings()] == [
        "account", "sign_in", "profile", "settings", "keys", "activity", "messages", "archives",
        "upwork", "ai", "searches", "postings", "proposals",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "uk"])
def test_each_holding_says_all_four_things(language):
    with translation.override(language):
        words = [str(word) for held in holdings() for word in (held.label, held.purpose, held.kept, held.shared_with)]

    assert [word for word in words if not word.strip() or "%" in word] == []


def test_what_is_exported_covers_every_registered_table(db):
    """One table in the archive for each model; details stand in the row of their entry, and tokens nowhere."""
    world = build_world()
    with owner_scope(world.owner.pk):
        given = {table.name for held in holdings() for table in held.export(world.owner.pk)}

    named = {label.split(".")[1].lower() for label in registered()}
    assert given - named == {"session"}
    assert named - given == {"auditdetail", "emailconfirmation", "socialtoken"}


def places_of(*words: str) -> list[str]:
    """Every column of every table in which one of the words stands, whatever its case; past all scopes."""
    found = []
    with everyone_scope(Reason.ADMIN), connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, column in cursor.fetchall():
            one = sql.SQL("{}::text ILIKE %s").format(sql.Identifier(column))
            either = sql.SQL(" OR ").join([one] * len(words))
            question = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(sql.Identifier(table), either)
            cursor.execute(question, [f"%{word}%" for word in words])
            found += [f"{table}.{column}"] if cursor.fetchone()[0] else []
    return found


def erase(owner: User, capture) -> None:
    with owner_scope(owner.pk):
        Erasure.objects.all().delete()
    erasure = ErasureFactory(owner=owner, due_at=timezone.now() - timedelta(seconds=1))
    with capture(execute=True):
        tasks.erase_account(erasure_id=erasure.pk, owner_id=owner.pk)


@pytest.fixture
def owner(db, settings, tmp_path):
    """Somebody with a row in every table, a second factor, sessions, and staff who had to do with them."""
    settings.MEDIA_ROOT = tmp_path
    world = build_world()
    fill_every_table(world)
    add_totp(world.owner)
    make_session(world.owner)
    about = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=StaffFactory(),
        content_type=about,
        object_id=world.owner.pk,
        object_repr=str(world.owner),
        action_flag=CHANGE,
    )
    return world.owner


def test_search_finds_the_person_before(owner):
    """The search proves nothing if it were blind."""
    found = places_of(MARK)

    assert {"accounts_user.email", "accounts_profile.first_name", "proposals_version.text", "jobs_job.title"} <= set(
        found
    )
    assert {"accounts_auditdetail.after", "django_admin_log.object_repr", "upwork_connection.upwork_name"} <= set(found)


def test_nothing_names_an_erased_person_in_any_table(owner, django_capture_on_commit_callbacks):
    erase(owner, django_capture_on_commit_callbacks)

    assert places_of(MARK, owner.email) == []


def test_uploads_of_an_erased_person_are_gone(owner, tmp_path, django_capture_on_commit_callbacks):
    before = [path for path in tmp_path.rglob("*") if path.is_file()]

    erase(owner, django_capture_on_commit_callbacks)

    assert before
    assert [path for path in before if path.exists()] == []


def test_no_row_belongs_to_an_erased_person_but_the_bare_trail(owner, django_capture_on_commit_callbacks):
    erase(owner, django_capture_on_commit_callbacks)

    with everyone_scope(Reason.ADMIN):
        left = {
            model._meta.label
            for model in personal_models()
            for field in model._meta.concrete_fields
            if (field.attname in NUMBERS or field.related_model is User)
            and model._default_manager.filter(**{field.attname: owner.pk}).exists()
        }
    assert left == {"accounts.AuditEntry"}
