"""Both languages are complete: every string stands in the catalogue, translated, and compiled."""

import os
import re
import shutil
import subprocess
import sys

import polib
import pytest

from tests.architecture.sources import ROOT

CATALOGUE = ROOT / "locale" / "uk" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def _key(entry: polib.POEntry) -> tuple[str | None, str, str]:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def test_catalogue_holds_every_string_of_the_tree(tmp_path, catalogue):
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is missing: apt-get install gettext")
    for folder in ("apps", "config", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "sandbox"))
    (tmp_path / "locale").mkdir()
    shutil.copy(ROOT / "manage.py", tmp_path)

    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "uk", "--no-location", "--no-wrap"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
    )

    found = polib.pofile(str(tmp_path / "locale" / "uk" / "LC_MESSAGES" / "django.po"))
    assert {_key(entry) for entry in found if not entry.obsolete} == {_key(entry) for entry in catalogue}


def test_every_string_is_translated(catalogue):
    missing = [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy]

    assert missing == []


def test_plurals_have_all_forms_of_ukrainian(catalogue):
    short = [entry.msgid for entry in catalogue if entry.msgid_plural and len(entry.msgstr_plural) < 3]

    assert short == []


def test_placeholders_survive_translation(catalogue):
    broken = [
        entry.msgid
        for entry in catalogue
        for text in (entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        if set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        or (not entry.msgid_plural and set(PLACEHOLDER.findall(entry.msgid)) != set(PLACEHOLDER.findall(text)))
    ]

    assert broken == []


def test_compiled_catalogue_is_current(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    assert {(*_key(entry), entry.msgstr) for entry in compiled} == {
        (*_key(entry), entry.msgstr) for entry in catalogue if entry.translated()
    }
