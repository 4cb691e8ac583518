"""The answer to a prompt, and its way to the reader: word by word, at the pace of a person reading along."""

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request

from apps.ai.answers import ANSWERS_LINE
from apps.ai.facts import LetterFacts
from apps.ai.sandbox.faults import Control, Fault, Rule
from apps.ai.sandbox.writer.answers import write_answers
from apps.ai.sandbox.writer.compose import lay_out, write_letter

_FACTS: Final = re.compile(r"<facts>\s*(\{.*\})\s*</facts>", re.DOTALL)
_LETTER_BREAKS: Final = frozenset({Fault.CUT, Fault.EARLY_END, Fault.STREAM_ERROR})


class StreamBreakError(Exception):
    """Raised inside a stream to end it in the way `fault` says."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def reply_to(prompt: str) -> str:
    """A letter with its answers where the prompt carries facts; else one line that says who answers."""
    found = _FACTS.search(prompt)
    if not found:
        return "This is the sandbox: it writes letters from the facts in a prompt, and this prompt carries none."
    desk = lay_out(LetterFacts.from_json(json.loads(found[1])))
    letter = write_letter(desk)
    answers = [f"[{number}] {answer}" for number, answer in enumerate(write_answers(desk), start=1)]
    return "\n".join([letter, "", ANSWERS_LINE, *answers]) if answers else letter


def knows_key(request: Request) -> bool:
    """Any key is good but none and those that begin with "bad"; both SDKs send it as a bearer, older ones as `x-api-key`."""
    key = request.headers.get("authorization", "").partition(" ")[2] or request.headers.get("x-api-key", "")
    return bool(key) and not key.startswith("bad")


def text_of(content: str | list[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


def tokens_in(text: str) -> int:
    """About four characters to a token, as the vendors' rule of thumb has it."""
    return math.ceil(len(text) / 4)


async def words_of(text: str, *, control: Control, rule: Rule | None) -> AsyncIterator[str]:
    """Pieces that join to `text`; the delays and the breaks of `rule` happen in here."""
    if rule and rule.fault is Fault.EMPTY:
        return
    if rule and rule.fault is Fault.SLOW:
        await asyncio.sleep(rule.seconds)
    for number, word in enumerate(re.findall(r"\s*\S+\s*$|\s*\S+", text)):
        if rule and number == rule.after_words:
            await _break(rule)
        yield word
        if control.words_per_second:
            await asyncio.sleep(1 / control.words_per_second)


async def _break(rule: Rule) -> None:
    """What the rule has happen in the middle of a letter."""
    if rule.fault is Fault.STALL:
        await asyncio.sleep(rule.seconds)
    elif rule.fault in _LETTER_BREAKS:
        raise StreamBreakError(rule.fault)
