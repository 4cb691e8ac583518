"""Waiting for what happens in another connection of the database."""

import time

from django.db import connection

PATIENCE_SECONDS = 20


def wait_until_somebody_is_blocked():
    """Return as soon as a lock is waited for; a test whose other side never comes so far fails here."""
    end = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise TimeoutError("Nobody waits for a lock.")
