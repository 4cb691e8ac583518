"""Background work: every task names its queue and takes keyword-only ids, and the schedule is true."""

import ast
import re

import pytest
from celery import current_app
from django.conf import settings
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from apps.core.enums import Queues
from tests.architecture.sources import APPS, ROOT, name_of, python_files, tree_of


def _tasks() -> list[tuple[str, ast.FunctionDef, ast.expr]]:
    return [
        (name_of(path), node, decorator)
        for path in python_files(APPS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if "shared_task" in ast.unparse(decorator)
    ]


def test_there_are_tasks_to_check():
    assert len(_tasks()) > 5


@pytest.mark.parametrize(("path", "task", "decorator"), _tasks(), ids=lambda value: getattr(value, "name", ""))
def test_task_names_a_queue(path, task, decorator):
    keywords = {word.arg: ast.unparse(word.value) for word in getattr(decorator, "keywords", ())}

    assert keywords.get("queue", "").removeprefix("Queues.") in {queue.upper() for queue in Queues.ALL}, path


@pytest.mark.parametrize(("path", "task", "decorator"), _tasks(), ids=lambda value: getattr(value, "name", ""))
def test_task_takes_keyword_only_ids(path, task, decorator):
    assert (task.args.args, task.args.vararg) == ([], None), path
    assert all(argument.arg.endswith(("_id", "_ids")) for argument in task.args.kwonlyargs), path


def test_schedule_names_tasks_that_exist_on_their_queue():
    current_app.loader.import_default_modules()
    current_app.autodiscover_tasks(force=True)

    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert current_app.tasks[entry["task"]].queue == entry["options"]["queue"], name


@pytest.mark.django_db(transaction=True)  # beat closes its connection
def test_beat_writes_our_schedule_and_drops_what_nobody_fetched_in_time():
    DatabaseScheduler(app=current_app, lazy=True).setup_schedule()

    stored = dict(PeriodicTask.objects.values_list("name", "expire_seconds"))
    wanted = {name: entry["options"]["expire_seconds"] for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    assert stored == {name: int(seconds) for name, seconds in wanted.items()}


def test_results_are_ignored_in_one_place():
    assert settings.CELERY_TASK_IGNORE_RESULT
    assert [path for path, _task, decorator in _tasks() if "ignore_result" in ast.unparse(decorator)] == []


def test_each_queue_has_one_worker_program_and_letters_hold_up_nothing_quick():
    programs = re.findall(r"^(\w+): celery .* --queues (\S+)$", (ROOT / "Procfile").read_text(), re.MULTILINE)

    assert {name: tuple(queues.split(",")) for name, queues in programs} == {
        "worker": Queues.QUICK,
        "writer": Queues.SLOW,
    }
    assert set(Queues.QUICK) & set(Queues.SLOW) == set()
