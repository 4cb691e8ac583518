"""Writing the archive: one pass over each table, in portions, into a ZIP that grows on the disk and not in memory."""

import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.privacy.registry import Holding, holdings
from apps.accounts.privacy.tables import PORTION, Column, Table, Upload
from apps.core import sheets

READABLE_ROWS: Final = 100  # of each table on the page; all of them are in the files
TEMPLATES: Final = {"index.html": "accounts/archive/index.html", "style.css": "accounts/archive/style.css"}


@dataclass(slots=True)
class Part:
    """One table as the page of the archive shows it."""

    table: Table
    count: int = 0
    sample: list[tuple[object, ...]] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where its two files lie, without their endings."""
        return f"data/{self.table.name}"

    @property
    def columns(self) -> list[Column]:
        return [column for column in self.table.columns if column.name in self.table.shown]

    @property
    def lines(self) -> Iterator[list[str]]:
        places = [place for place, column in enumerate(self.table.columns) if column.name in self.table.shown]
        for row in self.sample:
            yield [_in_words(row[place], self.table.columns[place]) for place in places]


@dataclass(slots=True)
class Section:
    holding: Holding
    parts: list[Part] = field(default_factory=list)


def write(stream: IO[bytes], *, owner: User, tick: Callable[[int, int], None]) -> None:
    """Everything that the rooms hold of the person, in the language that is active.

    `tick(done, of)` is called often: between the holdings, and after each portion of rows.
    """
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        sections = []
        every = holdings()
        for done, holding in enumerate(every):
            section = Section(holding)
            for table in holding.export(owner.pk):
                section.parts.append(_add(archive, table, partial(tick, done, len(every))))
            sections.append(section)
        context = {"person": owner, "made_at": timezone.now(), "sections": sections, "most": READABLE_ROWS}
        for name, template in TEMPLATES.items():
            with _entry(archive, name) as entry:
                entry.write(render_to_string(template, context).encode())
        tick(len(every), len(every))


def _add(archive: ZipFile, table: Table, tick: Callable[[], None]) -> Part:
    part, uploads = Part(table), list[Upload]()
    names = [column.name for column in table.columns]
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as sheet:
        write_row = sheets.begin_csv(sheet, names)
        with _entry(archive, f"{part.place}.json") as entry:
            written = io.TextIOWrapper(entry, encoding="utf-8", write_through=True)
            written.write("[")
            for portion in _portions(table):
                tick()
                for row in portion:
                    uploads += [value for value in row if isinstance(value, Upload)]
                    plain = tuple(value.place if isinstance(value, Upload) else value for value in row)
                    written.write(",\n" if part.count else "\n")
                    json.dump(dict(zip(names, plain, strict=True)), written, cls=DjangoJSONEncoder, ensure_ascii=False)
                    write_row([_in_a_cell(value) for value in plain])
                    if part.count < READABLE_ROWS:
                        part.sample.append(plain)
                    part.count += 1
            written.write("\n]\n")
            written.detach()
        sheet.seek(0)
        with _entry(archive, f"{part.place}.csv") as entry:
            while text := sheet.read(1 << 16):
                entry.write(text.encode())
    for upload in uploads:
        _copy(archive, upload)
    return part


def _portions(table: Table) -> Iterator[list[tuple[object, ...]]]:
    rows = iter(table.rows)
    while portion := list(islice(rows, PORTION)):
        yield portion


def _copy(archive: ZipFile, upload: Upload) -> None:
    """A file that is gone from the store is no reason to give nothing."""
    if not upload.storage.exists(upload.name):
        return
    with upload.storage.open(upload.name) as source, _entry(archive, upload.place, is_packed=True) as entry:
        shutil.copyfileobj(source, entry)


@contextmanager
def _entry(archive: ZipFile, name: str, *, is_packed: bool = False) -> Iterator[IO[bytes]]:
    info = ZipInfo(name, timezone.localtime().timetuple()[:6])
    info.compress_type = ZIP_STORED if is_packed else ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as entry:
        yield entry


def _in_a_cell(value: object) -> object:
    """Lists and nested values as JSON, moments in the one form that every program reads."""
    if value is None or isinstance(value, str | int | float):
        return value
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return json.loads(text) if text.startswith('"') else text


def _in_words(value: object, column: Column) -> str:
    """For a person's eyes: the words of a choice, moments in their own zone."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j E Y, H:i")
    if isinstance(value, list):
        return ", ".join(str(inner) for inner in value)
    return str(column.choices[value]) if isinstance(value, str) and value in column.choices else str(value)
