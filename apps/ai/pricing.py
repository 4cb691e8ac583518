"""What a call costs: list prices of the vendors, which an installation can extend with AI_PRICES."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.conf import settings

from apps.ai.facts import LetterFacts
from apps.ai.prompts import Prompt

MILLION: Final = Decimal(1_000_000)
CENT_OF_CENT: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    prompt: Decimal
    completion: Decimal


# Published list prices for short prompts, November 2026. A model that is not here has no known price.
_LIST: Final = {
    "gpt-6.1-sol": ("2", "10"),
    "gpt-6-sol": ("2", "10"),
    "gpt-6-luna": ("0.10", "0.50"),
    "gpt-5.4-mini": ("0.75", "4.50"),
    "gpt-5.2": ("1.75", "14"),
    "gpt-5-mini": ("0.25", "2"),
    "gpt-4o-mini": ("0.15", "0.60"),
    "claude-sonnet-5-5": ("2", "10"),
    "claude-sonnet-5": ("2", "10"),
    "claude-sonnet-4-6": ("3", "15"),
    "claude-opus-5-5": ("4", "20"),
    "claude-opus-5": ("5", "25"),
    "claude-haiku-4-5": ("1", "5"),
    "claude-fable-5-1": ("10", "50"),
}


def price_of(model: str) -> Price | None:
    """By the model's name without a date and without a sandbox's fault; None where the price is not known."""
    own = {name: (prompt, completion) for name, prompt, completion in map(_entry, settings.AI_PRICES)}
    name = re.sub(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})$", "", model.partition("@")[0])
    found = own.get(model) or own.get(name) or _LIST.get(name)
    return Price(Decimal(found[0]), Decimal(found[1])) if found else None


def cost_of(model: str, *, prompt_tokens: int, completion_tokens: int) -> Decimal | None:
    price = price_of(model)
    if price is None:
        return None
    total = price.prompt * prompt_tokens + price.completion * completion_tokens
    return (total / MILLION).quantize(CENT_OF_CENT)


def tokens_in(text: str) -> int:
    """A guess for what was not metered: four Latin characters to a token, two of any other script."""
    latin = sum(character.isascii() for character in text)
    return math.ceil(latin / 4 + (len(text) - latin) / 2)


def expected_tokens(facts: LetterFacts, prompt: Prompt) -> tuple[int, int]:
    """Prompt and completion of a letter before it is written: the longest asked for, and a line for each answer."""
    completion = facts.style.words_max * 3 // 2 + 80 * len(facts.job.questions)
    return tokens_in(prompt.system + prompt.user), completion


def _entry(text: str) -> tuple[str, str, str]:
    """`model=prompt/completion`, as AI_PRICES lists them."""
    name, _, prices = text.rpartition("=")
    prompt, _, completion = prices.partition("/")
    return name, prompt, completion
