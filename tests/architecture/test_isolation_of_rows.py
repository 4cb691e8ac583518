"""The walk past the pages: every owned table by raw SQL, every task and every socket, as a stranger."""

import asyncio
import inspect

import pytest
from celery import current_app
from channels.db import database_sync_to_async
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

from apps.core import realtime
from apps.core.enums import Event
from apps.core.tenancy import Reason, everyone_scope, owner_scope
from apps.notifications.urls import websocket_urlpatterns
from tests.accounts.factories import UserFactory
from tests.architecture.tables import OWNED, fill_every_table
from tests.architecture.world import MARK, build_world
from tests.notifications.live_socket import open_socket

pytestmark = pytest.mark.django_db

FOR_EVERYONE = {
    "apps.jobs.tasks.match": "jobs are shared; a match is written for whoever was shown the job",
}
IDLE = {
    "apps.proposals.tasks.write_draft": "nobody asked for a letter",
    "apps.upwork.tasks.care_for_connection": "the tokens of this world do not open",
}
EVERYTHING = "SELECT * FROM {table} WHERE owner_id = %s ORDER BY 1"
SOCKETS = {"ws/live/": "walked below"}

current_app.loader.import_default_modules()
current_app.autodiscover_tasks(force=True)
TASKS = {name: task for name, task in current_app.tasks.items() if name.startswith("apps.")}
WITH_IDS = sorted(name for name, task in TASKS.items() if inspect.signature(task.run).parameters)


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def ids(world):
    return fill_every_table(world)


@pytest.fixture
def stranger(world):
    return UserFactory(email="stranger@example.com")


def every_row_of(owner) -> dict[str, list[tuple]]:
    """Past all scopes, in the words of the database."""
    found = {}
    with everyone_scope(Reason.ADMIN), connection.cursor() as cursor:
        for model in OWNED:
            cursor.execute(EVERYTHING.format(table=model._meta.db_table), [owner.pk])
            found[model._meta.label] = cursor.fetchall()
    return found


def touched(statement: str, owner) -> dict[str, int]:
    """How many rows a statement about the owner's rows finds in each table, in the scope that is entered."""
    counts = {}
    with connection.cursor() as cursor:
        for model in OWNED:
            cursor.execute(statement.format(table=model._meta.db_table), [owner.pk])
            counts[model._meta.label] = cursor.rowcount
    return counts


def arguments_of(name: str, ids: dict[str, object], person) -> dict[str, object]:
    """The owner's rows, and this person as the one whose they are said to be."""
    known = ids | {"owner_id": person.pk}
    return {argument: known[argument] for argument in inspect.signature(TASKS[name].run).parameters}


def test_world_has_a_row_in_every_owned_table(world, ids):
    """A new owned table gets a row in world.py or in tables.py, or the walks below prove nothing about it."""
    assert [label for label, rows in every_row_of(world.owner).items() if not rows] == []


@pytest.mark.parametrize("who", ["stranger", "nobody"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM {table} WHERE owner_id = %s",
        "UPDATE {table} SET owner_id = owner_id WHERE owner_id = %s",
        "DELETE FROM {table} WHERE owner_id = %s",
    ],
)
def test_raw_sql_reaches_no_row_of_the_owner(world, ids, stranger, statement, who):
    before = every_row_of(world.owner)

    with owner_scope(stranger.pk if who == "stranger" else None):
        counts = touched(statement, world.owner)

    assert {label: count for label, count in counts.items() if count} == {}
    assert every_row_of(world.owner) == before


def test_raw_sql_reaches_every_row_in_the_scope_of_the_owner(world, ids):
    """The walk proves nothing if the statement were wrong."""
    with owner_scope(world.owner.pk):
        counts = touched("SELECT * FROM {table} WHERE owner_id = %s", world.owner)

    assert counts == {label: len(rows) for label, rows in every_row_of(world.owner).items()}


@pytest.mark.parametrize("name", [name for name in WITH_IDS if name not in FOR_EVERYONE])
def test_task_in_the_scope_of_a_stranger_changes_nothing_of_the_owner(world, ids, stranger, name):
    """As if a message on the queue named rows of one person and another as their owner."""
    wanted = arguments_of(name, ids, stranger)
    before = every_row_of(world.owner)

    try:
        TASKS[name](**wanted)
    except ObjectDoesNotExist:
        assert wanted.keys() != {"owner_id"}  # a row was named, and it was not there

    assert every_row_of(world.owner) == before


@pytest.mark.parametrize("name", [name for name in WITH_IDS if name not in FOR_EVERYONE | IDLE])
def test_task_in_the_scope_of_the_owner_does_its_work(world, ids, name):
    """The walk proves nothing if there was nothing to do."""
    wanted = arguments_of(name, ids, world.owner)
    before = every_row_of(world.owner)

    TASKS[name](**wanted)

    assert every_row_of(world.owner) != before


def test_lists_of_tasks_name_tasks_that_exist():
    assert (FOR_EVERYONE.keys() | IDLE.keys()) - TASKS.keys() == set()


def test_every_socket_is_walked():
    assert {str(entry.pattern) for entry in websocket_urlpatterns} == SOCKETS.keys()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("since", ["0", "0-0"])
def test_socket_of_a_stranger_hears_nothing_of_the_owner(client, since):
    """Neither what was said before, whose cursor it names, nor what is said meanwhile, whatever it asks for."""
    owner, stranger = UserFactory(), UserFactory()
    client.force_login(stranger)
    realtime.publish(owner_id=owner.pk, event=Event.NEW_JOB, title=MARK)

    async def listen():
        async with open_socket(client, since=since) as live:
            for command in ("subscribe", "join", "since"):
                await live.say(
                    text=f'{{"{command}": "live:{owner.pk}", "owner_id": {owner.pk}, "group": "{owner.pk}"}}'
                )
            await database_sync_to_async(realtime.publish)(owner_id=owner.pk, event=Event.MESSAGE, title=MARK)
            await database_sync_to_async(realtime.publish)(owner_id=stranger.pk, event=Event.NEW_JOB, title="mine")
            first = await live.frame()
            return first, await live.receive_nothing(timeout=0.5)

    first, is_silent = asyncio.run(listen())
    assert (first["event"], first["title"], is_silent) == ("new_job", "mine", True)
