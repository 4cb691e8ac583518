"""Tables as files: CSV that a spreadsheet opens without running what people have typed."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """With a byte-order mark, by which spreadsheets know the encoding."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return f"\ufeff{written.getvalue()}"


def _safe(value: object) -> object:
    """A text that begins like a formula is kept a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
