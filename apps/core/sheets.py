"""Tables as files: CSV that a spreadsheet opens without running what people have typed."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TextIO

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """With a byte-order mark, by which spreadsheets know the encoding."""
    written = io.StringIO()
    write_row = begin_csv(written, header)
    for row in rows:
        write_row(row)
    return written.getvalue()


def begin_csv(stream: TextIO, header: Sequence[str]) -> Callable[[Sequence[object]], None]:
    """The same row by row, for what is too long to be held at once; gives what writes a row."""
    stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow(header)
    return lambda row: writer.writerow([_safe(value) for value in row])


def _safe(value: object) -> object:
    """A text that begins like a formula is kept a text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
