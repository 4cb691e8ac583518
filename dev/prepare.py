"""Between the engines and the processes: migrations, static files, the demo world. One start of Django for all."""

import hashlib
import importlib.metadata
import io
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from dev.homes import LOCAL, alone


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        prepare()
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(
            f"The database does not answer: {error}\nCheck DATABASE_URL, or leave it out: then a database is started here."
        )


def prepare() -> None:
    django.setup()
    call_command("check", databases=["default"], stdout=io.StringIO())  # what is wrong is raised
    migrate()
    collect_static()
    call_command("demo", stage="season", seed=1, once=True)


def migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Applying migrations…", flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Shared by all runs of the checkout. Hashed names and compressed copies, made anew only when a file or Django changed."""
    with alone(LOCAL / "static.lock"):
        _collect_static_if_changed()


def _collect_static_if_changed() -> None:
    digest = hashlib.sha256(importlib.metadata.version("django").encode())
    for folder in settings.STATICFILES_DIRS:
        for file in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
            digest.update(f"{file.relative_to(folder)} {file.stat().st_size} {file.stat().st_mtime_ns}\n".encode())
    stamp = LOCAL / "static.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and Path(settings.STATIC_ROOT).exists():
        return
    print("Collecting static files…", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)  # a product that runs beside keeps its files
    stamp.write_text(digest.hexdigest())


if __name__ == "__main__":
    main()
