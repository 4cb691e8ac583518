"""Print the current code of the demo staff's second factor."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from apps.ops.demo.guard import ensure_demo
from apps.ops.demo.people import STAFF, current_code


class Command(BaseCommand):
    help = "Print the current code of the second factor of the demo's member of staff."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        ensure_demo()
        try:
            self.stdout.write(current_code())
        except Authenticator.DoesNotExist:
            raise CommandError(f"{STAFF[0]} does not exist yet; make the demo world first.") from None
