"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

import importlib
import logging.config
import os
import threading
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun, worker_ready
from django.conf import settings

from apps.core import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("bidwright")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def keep_our_logging(**_signal: Any) -> None:
    """Celery leaves the logging to settings.LOGGING."""
    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect  # type: ignore[untyped-decorator]  # as above
def name_the_task(task_id: str, **_signal: Any) -> None:
    logs.start_request(task_id)


@worker_ready.connect  # type: ignore[untyped-decorator]  # as above
def load_the_writers(**_signal: Any) -> None:
    """The vendors' SDKs take seconds to import; a worker does it at leisure, before the first letter is asked for."""
    for sdk in ("openai", "anthropic"):
        threading.Thread(target=importlib.import_module, args=(sdk,), daemon=True).start()
