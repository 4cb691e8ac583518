"""What beat starts, and how often. Written to the database at start; only `enabled` is changed in the admin."""

from typing import Any

from apps.core.enums import Queues

SWEEP_SECONDS = 15.0


def build_schedule(*, poll_seconds: int) -> dict[str, dict[str, Any]]:
    """The table of periodic work; a sync looks for due rows four times in the time in which one becomes due."""
    look = max(2.0, poll_seconds / 4)
    rows = (
        ("jobs.sync_due_searches", look, Queues.SYNC),
        ("jobs.match_waiting", SWEEP_SECONDS, Queues.MATCH),
        ("jobs.purge_expired", 300.0, Queues.SYNC),
        ("upwork.refresh_connections", 600.0, Queues.SYNC),
        ("proposals.sync_due_connections", look, Queues.SYNC),
        ("proposals.write_waiting", SWEEP_SECONDS, Queues.AI),
        ("proposals.send_due", 2.0, Queues.SYNC),
        ("proposals.forget_questions", 300.0, Queues.SYNC),
        ("accounts.make_waiting_exports", SWEEP_SECONDS, Queues.REPORTS),
        ("accounts.erase_due", 300.0, Queues.REPORTS),
        ("accounts.retain", 3600.0, Queues.REPORTS),
        ("notifications.deliver_waiting", SWEEP_SECONDS, Queues.MAIL),
        ("core.forget_policy_reports", 6 * 3600.0, Queues.SYNC),
    )
    return {
        name: {
            "task": f"apps.{name.replace('.', '.tasks.')}",
            "schedule": seconds,
            "options": {"queue": queue, "expire_seconds": max(seconds, 10.0)},
        }
        for name, seconds, queue in rows
    }
