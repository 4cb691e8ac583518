"""Sealing everything anew with the first key of ENCRYPTION_KEYS.

There is nothing to keep about how far it came: what the first key has sealed is done, whatever is left is to do. So it can
be interrupted at any moment and run again, beside working processes, and a value that no key opens stays as it is.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from apps.core import crypto, sealed_columns
from apps.core.sealed_columns import Column, Sealed
from apps.core.tenancy import Reason, everyone_scope

BATCH: Final = 200


@dataclass(slots=True)
class Progress:
    """How far one column is. `locked` counts, by the id of their key, values that the keys at hand do not open."""

    column: str
    done: int
    locked: Counter[str]


def rotate(*, batch: int = BATCH) -> Iterator[Progress]:
    """Go through every column; yields after each batch, which is a transaction of its own."""
    writing = crypto.ring().writing_id
    for name, column in sealed_columns.registered().items():
        progress, after = Progress(name, 0, Counter()), 0
        while True:
            with everyone_scope(Reason.ROTATION), transaction.atomic():
                found = column.batch(after=after, most=batch, unless_by=writing)
                for value in found:
                    _seal_anew(column, value, progress)
            if not found:
                break
            after = found[-1].pk
            yield progress
        yield progress


def count() -> Mapping[str, Counter[str]]:
    """For each column how many values each key has sealed."""
    with everyone_scope(Reason.ROTATION):
        return {name: column.tokens() for name, column in sealed_columns.registered().items()}


def _seal_anew(column: Column, value: Sealed, progress: Progress) -> None:
    """A value that a worker has replaced meanwhile is left to the next run: it is newer than what was read."""
    try:
        text = crypto.decrypt(value.token, owner_id=value.owner_id, purpose=value.purpose)
    except crypto.DecryptionError:
        progress.locked[crypto.key_id_of(value.token)] += 1
        return
    token = crypto.encrypt(text, owner_id=value.owner_id, purpose=value.purpose)
    progress.done += column.swap(value, token)
