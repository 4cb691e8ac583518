"""What the benchmarks of single pages and services share: a database of their own, and tables."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit


@contextlib.contextmanager
def throwaway_database() -> Iterator[str]:
    """A migrated database, on throw-away engines unless DATABASE_URL and REDIS_URL name others; yields its URL."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    from dev import pytest_engines  # noqa: F401 importing it starts the engines and sets what the settings need

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS.append("testserver")
    own = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    finally:
        connection.creation.destroy_test_db(own, verbosity=0)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table in Markdown; numbers without their fractions."""
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(f"{cell:,.0f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")
