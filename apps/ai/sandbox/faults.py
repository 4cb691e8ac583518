"""What the sandbox does wrong on demand: by the model's name (`gpt-6-luna@quota`) or through `/control/fail`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    RATE_LIMIT = "rate_limit"
    QUOTA = "quota"
    BAD_KEY = "bad_key"
    NO_MODEL = "no_model"
    NO_TEMPERATURE = "no_temperature"
    NO_EFFORT = "no_effort"
    TOO_LONG = "too_long"
    LENGTH = "length"  # the answer ends because the tokens are used up
    REFUSED = "refused"
    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"
    HTML = "html"
    EMPTY = "empty"  # ends in good order without a word
    SLOW = "slow"  # the first word comes after `seconds`
    STALL = "stall"  # silence of `seconds` after some words
    CUT = "cut"  # the connection breaks after some words
    EARLY_END = "early_end"  # the stream ends in good order, but without its last events
    STREAM_ERROR = "stream_error"  # an error event after some words


KINDS: Final = frozenset(fault.value for fault in Fault)


@dataclass(slots=True, kw_only=True)
class Rule:
    """`times` is how often it still applies; None means until it is taken away."""

    fault: Fault
    provider: str = ""
    model: str = ""
    times: int | None = None
    seconds: float = 30.0
    after_words: int = 12

    def fits(self, provider: str, model: str) -> bool:
        return self.times != 0 and self.provider in ("", provider) and self.model in ("", model)


@dataclass(slots=True)
class Control:
    """What the sandbox was told to do, and the requests it received; as short-lived as its process."""

    words_per_second: float
    rules: list[Rule] = field(default_factory=list)
    calls: list[dict[str, object]] = field(default_factory=list)

    def rule_for(self, provider: str, model: str) -> Rule | None:
        _, _, suffix = model.partition("@")
        if suffix in KINDS:
            return Rule(fault=Fault(suffix))
        for rule in self.rules:
            if rule.fits(provider, model):
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None

    def remember(self, provider: str, body: dict[str, object]) -> None:
        self.calls.append({"provider": provider, **body})
        del self.calls[:-200]
