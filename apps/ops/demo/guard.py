"""The demo world is made only where somebody asked for one."""

from django.conf import settings
from django.core.management.base import CommandError


def ensure_demo() -> None:
    """Refuse outside of the demo: these commands make accounts whose passwords everybody knows."""
    if not settings.DEMO:
        raise CommandError("This is not a demo installation. Set DEMO=1 only where nobody's real data is kept.")
