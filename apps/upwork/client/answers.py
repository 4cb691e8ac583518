"""Reading an answer of the API: every field is checked as it is taken, and an error names the place."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from apps.core.errors import OutsideError, TemporaryError
from apps.upwork.errors import BadAnswerError, MissingScopeError, RequestRefusedError

_SCOPES: Final = re.compile(r"permissions?/scopes? to access: \[([^\]]*)\]")
_PASSING: Final = ("Transform timeout", "Exception occurred")
_LARGEST_COUNT: Final = 2**31 - 1
_YEARS: Final = range(2000, 2101)
_PASSING_CLASSES: Final = frozenset({"INTERNAL_ERROR", "DataFetchingException", "TIMEOUT"})


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON object of the answer and where it stands there."""

    value: dict[str, object]
    path: str

    def text(self, name: str) -> str:
        value = self.value.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)  # an ID may come as a number
        if not isinstance(value, str):
            raise self._bad(name)
        return value

    def optional_text(self, name: str) -> str:
        return "" if self.value.get(name) is None else self.text(name)

    def symbol(self, name: str, form: re.Pattern[str]) -> str:
        """A text of few letters that has to have a certain form, such as an id or a currency."""
        value = self.text(name)
        if not form.fullmatch(value):
            raise self._bad(name)
        return value

    def integer(self, name: str) -> int:
        value = self.optional_integer(name)
        if value is None:
            raise self._bad(name)
        return value

    def optional_integer(self, name: str) -> int | None:
        """A count: never below zero, never more than a column holds."""
        value = self.value.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_COUNT:
            raise self._bad(name)
        return value

    def number(self, name: str) -> float:
        value = self.value.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            raise self._bad(name)
        return float(value)

    def flag(self, name: str) -> bool:
        value = self.value.get(name)
        if value is not None and not isinstance(value, bool):
            raise self._bad(name)
        return bool(value)

    def amount(self, name: str, *, below: int = 10**8) -> Decimal | None:
        """The figure of a Money object: `rawValue` is a decimal string, and no sum is negative."""
        money = self.optional_child(name)
        if money is None:
            return None
        try:
            figure = Decimal(money.text("rawValue"))
        except InvalidOperation:
            raise money._bad("rawValue") from None
        if not figure.is_finite() or not 0 <= figure <= below - 1:
            raise money._bad("rawValue")
        return figure

    def moment(self, name: str) -> datetime:
        """An ISO 8601 time; one without a zone is UTC."""
        moment = self.optional_moment(name)
        if moment is None:
            raise self._bad(name)
        return moment

    def optional_moment(self, name: str) -> datetime | None:
        text = self.optional_text(name)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self._bad(name) from None
        if moment.year not in _YEARS:
            raise self._bad(name)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def optional_epoch(self, name: str) -> datetime | None:
        """A DateTime object: `rawValue` counts milliseconds since 1970."""
        stamp = self.optional_child(name)
        if stamp is None:
            return None
        try:
            return datetime.fromtimestamp(int(stamp.text("rawValue")) / 1000, tz=UTC)
        except (ValueError, OverflowError, OSError):
            raise stamp._bad("rawValue") from None

    def child(self, name: str) -> "Node":
        child = self.optional_child(name)
        if child is None:
            raise self._bad(name)
        return child

    def optional_child(self, name: str) -> "Node | None":
        value = self.value.get(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._bad(name)
        return Node(value, f"{self.path}.{name}")

    def children(self, name: str) -> Iterator["Node"]:
        """The objects of a list; gaps that Upwork leaves where it may not show a thing are passed over."""
        for place, value in enumerate(self._list(name)):
            if isinstance(value, dict):
                yield Node(value, f"{self.path}.{name}[{place}]")

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self._list(name) if isinstance(value, str))

    def _list(self, name: str) -> list[object]:
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._bad(name)
        return value

    def _bad(self, name: str) -> BadAnswerError:
        return BadAnswerError(f"{self.path}.{name}")


def explain(errors: list[object]) -> OutsideError:
    """What the `errors` of a GraphQL answer mean for us."""
    message, classification = _first_of(errors)
    if found := _SCOPES.search(message):
        return MissingScopeError(tuple(name.strip() for name in found[1].split(",") if name.strip()))
    if classification == "ValidationError":
        return RequestRefusedError(
            _("Upwork's API has changed and Bidwright has to follow: %(message)s") % {"message": message[:200]}
        )
    if classification in _PASSING_CLASSES or any(words in message for words in _PASSING):
        return TemporaryError(_("Upwork could not answer just now; it goes on by itself."))
    if "Authorization failed" in message:
        return MissingScopeError(())
    return RequestRefusedError(_("Upwork refused: %(message)s") % {"message": message[:200] or "?"})


def _first_of(errors: list[object]) -> tuple[str, object]:
    """The message of the first error and its class, neither of which Upwork promises."""
    first = errors[0] if errors and isinstance(errors[0], dict) else {}
    extensions = first.get("extensions")
    return str(first.get("message", "")), extensions.get("classification") if isinstance(extensions, dict) else None
