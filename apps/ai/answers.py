"""The letter and the answers in one stream: where the letter ends, and which answer belongs to which question."""

import re
from typing import Final

ANSWERS_LINE: Final = "===ANSWERS==="
_DRESS: Final = "=*#_-: \t"
_MARKER: Final = re.compile(r"^[=*#_\- \t]*ANSWERS[=*#_\-: \t]*$", re.MULTILINE | re.IGNORECASE)
_BRACKETED: Final = re.compile(r"^[ \t]*\**\[(\d+)\]\**[ \t:.)]*", re.MULTILINE)
_NUMBERED: Final = re.compile(
    r"^[ \t]*\**(?:(?:Q(?:uestion)?|A(?:nswer)?)[ \t]*)?(\d+)[.):]\**[ \t]*", re.MULTILINE | re.I
)


def letter_so_far(raw: str) -> str:
    """The part of an unfinished stream that surely belongs to the letter; it only ever grows."""
    text = raw.lstrip()
    if marker := _MARKER.search(text):
        return text[: marker.start()].rstrip()
    head, newline, last = text.rpartition("\n")
    dressed = last.strip(_DRESS).upper()
    return head.rstrip() if newline and "ANSWERS".startswith(dressed) else text


def split_reply(raw: str, *, questions: int) -> tuple[str, list[str]]:
    """The letter and one answer for each question, empty where the model gave none."""
    marker = _MARKER.search(raw)
    if not marker:
        return raw.strip(), [""] * questions
    return raw[: marker.start()].strip(), _answers(raw[marker.end() :].strip(), questions)


def _answers(tail: str, questions: int) -> list[str]:
    found = _blocks(tail, _BRACKETED) or _blocks(tail, _NUMBERED)
    if found:
        return [found.get(number, "") for number in range(1, questions + 1)]
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", tail) if part.strip()]
    if questions == 1:
        return [tail]
    return paragraphs if len(paragraphs) == questions else [""] * questions


def _blocks(tail: str, heading: re.Pattern[str]) -> dict[int, str]:
    """Numbers in order only, so that a list inside an answer does not start the next one."""
    marks: list[re.Match[str]] = []
    for mark in heading.finditer(tail):
        if int(mark[1]) == len(marks) + 1:
            marks.append(mark)
    ends = [*(mark.start() for mark in marks[1:]), len(tail)] if marks else []
    return {int(mark[1]): tail[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)}
