"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun
from django.conf import settings

from apps.core import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("bidwright")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def keep_our_logging(**_signal: Any) -> None:
    """Celery leaves the logging to settings.LOGGING."""
    import logging.config  # noqa: PLC0415 only a worker needs it

    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect  # type: ignore[untyped-decorator]  # as above
def name_the_task(task_id: str, **_signal: Any) -> None:
    logs.start_request(task_id)
