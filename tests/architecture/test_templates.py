"""Templates: nothing inline that the Content-Security-Policy would refuse, nothing marked safe by hand."""

import re

import pytest

from tests.architecture.sources import name_of, python_files, template_files

MAIL = ("templates/mail/", "templates/account/email/", "templates/notifications/mail/")
SAFE_PLACES: dict[str, str] = {}

INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "an inline style block": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an on… handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "code in hx-on, hx-vals or a trigger filter": re.compile(r"hx-on[:=]|hx-vals=['\"]?js:|hx-trigger=['\"][^'\"]*\["),
    "an address of another site": re.compile(r"(?:src|href)=['\"]https?://", re.IGNORECASE),
}


def _pages() -> list:
    return [path for path in template_files() if path.suffix == ".html" and not name_of(path).startswith(MAIL)]


@pytest.mark.parametrize("what", sorted(INLINE))
def test_page_templates_carry_nothing_of_the_kind(what):
    offenders = [
        f"{name_of(path)}:{number}"
        for path in _pages()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if INLINE[what].search(line)
    ]

    assert offenders == []


def test_nothing_is_marked_safe_outside_the_list():
    marked = re.compile(r"\|\s*safe\b|mark_safe\(|autoescape off")
    sources = [*template_files(), *python_files()]

    found = {name_of(path) for path in sources if path.suffix != ".txt" and marked.search(path.read_text())}

    assert found == SAFE_PLACES.keys()


def test_templates_stay_short_enough_to_read():
    too_long = {name_of(path): lines for path in template_files() if (lines := path.read_text().count("\n")) > 200}

    assert too_long == {}


def test_every_visible_word_is_translatable():
    """Text between tags, outside of translation tags: a cheap look that finds what was forgotten."""
    tags = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
    blocks = re.compile(
        r"{%\s*(blocktranslate|blocktrans|comment)\b.*?{%\s*end\1\s*%}|<(code|kbd|samp|pre)\b.*?</\2>", re.DOTALL
    )
    words = re.compile(r">([^<>]*[A-Za-z]{3,}[^<>]*)<")
    allowed = {"Bidwright", "Upwork", "OpenAI", "Anthropic"}

    offenders = [
        f"{name_of(path)}: {text.strip()[:60]}"
        for path in _pages()
        for text in words.findall(tags.sub("", blocks.sub("", path.read_text())))
        if re.sub(r"&\w+;|[^A-Za-z ]", "", text).strip()
        and text.strip() not in allowed
        and re.search(r"[A-Za-z]{3,}", re.sub(r"&\w+;", "", text))
    ]

    assert offenders == []
