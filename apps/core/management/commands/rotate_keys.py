"""`manage.py rotate_keys`: seal every stored secret with the first key; `--check` tells which keys are still needed."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import crypto, rotation


class Command(BaseCommand):
    help = "Seals every stored secret with the first key of ENCRYPTION_KEYS. May be interrupted and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count what each key has sealed")
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="rows in one transaction")

    def handle(self, **options: Any) -> None:
        if not options["check"]:
            self._rotate(max(1, options["batch"]))
        self._count()

    def _rotate(self, batch: int) -> None:
        self.stdout.write(f"Sealing with the key {crypto.ring().writing_id!r}.")
        locked: Counter[str] = Counter()
        shown = ""
        try:
            for progress in rotation.rotate(batch=batch):
                if progress.column != shown and shown:
                    self.stdout.write("")
                shown = progress.column
                self.stdout.write(f"\r  {shown}: {progress.done} sealed anew", ending="")
                self.stdout.flush()
                locked.update(progress.locked)
                progress.locked.clear()
        except KeyboardInterrupt:
            self.stdout.write("")
            raise CommandError("Interrupted. Nothing is lost; run it again to go on.") from None
        self.stdout.write("")
        if locked:
            missing = ", ".join(f"{key_id!r} ({number})" for key_id, number in sorted(locked.items()))
            raise CommandError(
                f"{locked.total()} values do not open, and were left as they are. They were sealed by: {missing}. "
                "Put those keys back into ENCRYPTION_KEYS, after the first one, and run it again."
            )

    def _count(self) -> None:
        columns = rotation.count()
        total: Counter[str] = sum(columns.values(), Counter())
        ring = crypto.ring()
        for key_id in [*ring.keys, *sorted(total.keys() - ring.keys.keys())]:
            self.stdout.write(f"{key_id}: {total[key_id]} values, {_state(key_id, total[key_id], ring)}")
            for name, tokens in columns.items():
                if tokens[key_id]:
                    self.stdout.write(f"  {name}: {tokens[key_id]}")


def _state(key_id: str, number: int, ring: crypto.KeyRing) -> str:
    if key_id not in ring.keys:
        return "MISSING from ENCRYPTION_KEYS: put it back"
    if key_id == ring.writing_id:
        return "the key that writes"
    return "still needed" if number else "may be taken out of ENCRYPTION_KEYS"
