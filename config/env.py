"""Reading the environment: every missing or bad value is collected, and the start stops with one list."""

import re
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

Number = TypeVar("Number", int, float)


class Environment:
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self._values.get(name, default).strip()

    def required(self, name: str, advice: str) -> str:
        value = self.text(name)
        if not value:
            self.problem(name, f"is missing: {advice}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name).lower()
        if value not in {"", "0", "1", "true", "false", "yes", "no"}:
            self.problem(name, f"is {value!r}: write 1 or 0")
        return default if not value else value in {"1", "true", "yes"}

    def number(self, name: str, default: Number, *, least: Number) -> Number:
        value = self.text(name)
        try:
            number = type(default)(value) if value else default
        except ValueError:
            self.problem(name, f"is {value!r}: write a number")
            return default
        if number < least:
            self.problem(name, f"is {number}: it must be at least {least}")
        return number

    def items(self, name: str, *, shape: str = "", example: str = "") -> list[str]:
        """What stands between commas; each must have the shape (a regular expression), where one is given."""
        items = [item.strip() for item in self.text(name).split(",") if item.strip()]
        if any(shape and not re.fullmatch(shape, item) for item in items):
            self.problem(name, f"is {self.text(name)!r}: write it like {example}")
        return items

    def url(
        self, name: str, default: str = "", *, schemes: tuple[str, ...] = ("http", "https"), required: str = ""
    ) -> str:
        """An address, empty where it is wrong; `required` is the advice for one that must be given.

        It may hold a password, so the problem names no more than its beginning.
        """
        value = (self.required(name, required) if required else self.text(name, default)).rstrip("/")
        if not value:
            return ""
        scheme = value.partition("://")[0] if "://" in value else ""
        try:
            parts = urlsplit(value)
            is_right = parts.scheme in schemes and bool(parts.netloc or parts.path) and parts.port != 0
        except ValueError:  # a port that is no number, a bracket that is not closed
            is_right = False
        if not is_right:
            advice = f"write an address like {schemes[-1]}://name:port with a port between 1 and 65535"
            self.problem(name, f"is malformed (it begins with {scheme!r}): {advice}")
            return ""
        return value

    def problem(self, name: str, what: str) -> None:
        self._problems.append(f"{name} {what}")

    def finish(self) -> None:
        """Raise one error with everything that is wrong; pass when nothing is."""
        if self._problems:
            lines = "\n".join(f"  - {problem}" for problem in self._problems)
            raise ImproperlyConfigured(f"The environment is not complete (see .env.example):\n{lines}")


def redis(url: str) -> str:
    """A rediss:// URL says to every client that the certificate is looked at, unless it says something else itself."""
    if not url.startswith("rediss://") or "ssl_cert_reqs=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}ssl_cert_reqs=required"


def database(url: str, *, pool_size: int, row_security: bool) -> dict[str, object]:
    """Django's DATABASES entry for a postgres:// URL; `pool_size` 0 goes without a pool.

    Without row security nothing is told to the database, and its policies, where they are still on, let all through.
    """
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    if pool_size:
        options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 15}
    if not row_security:
        options["options"] = f"{options.get('options', '')} -c bidwright.owner=*".strip()
    return {
        "ENGINE": "apps.core.postgresql" if row_security else "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }
