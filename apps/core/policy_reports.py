"""What browsers report of the Content-Security-Policy: read with distrust, counted by kind, forgotten after a while.

Anybody can send such a report, so nothing of it is kept as it came: a page by the pattern of its address, whatever
was refused by its origin, and no more kinds than a person could read.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db.models import F
from django.http.request import validate_host
from django.urls import Resolver404, resolve
from django.utils import timezone

from apps.core.models import PolicyReport

MOST_BYTES: Final = 16_000
MOST_IN_ONE: Final = 20
MOST_KINDS: Final = 500
MOST_LINE: Final = 1_000_000
TYPES: Final = frozenset({"application/csp-report", "application/reports+json", "application/json"})
_WORD: Final = re.compile(r"[a-z-]{2,40}")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]{1,30}")
_HOST: Final = re.compile(r"[a-z0-9.:\[\]-]{1,120}")
NOT_OURS: Final = re.compile(r"(chrome|moz|safari-web|ms-browser)-extension|safari-extension")


@dataclass(frozen=True, slots=True)
class Violation:
    """One report, reduced to what may be kept."""

    directive: str
    blocked: str
    page: str
    source: str
    line: int

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256("\n".join(map(str, asdict(self).values())).encode()).hexdigest()


def read(body: bytes) -> list[Violation]:
    """The reports of one request, in the older form of `report-uri` or the newer of `report-to`; ValueError for anything else."""
    try:
        sent = json.loads(body)
    except RecursionError as error:
        raise ValueError("The report is nested too deeply.") from error
    raw = sent if isinstance(sent, list) else [sent]
    found = (_violation(facts) for facts in _facts(raw[:MOST_IN_ONE]))
    return [violation for violation in found if violation]


def keep(violations: list[Violation]) -> None:
    """Count each. A new kind gets a row as long as there are not too many."""
    now = timezone.now()
    for violation in violations:
        same = PolicyReport.objects.filter(fingerprint=violation.fingerprint)
        if same.update(count=F("count") + 1, last_seen_at=now) or PolicyReport.objects.count() >= MOST_KINDS:
            continue
        row = PolicyReport(**asdict(violation), fingerprint=violation.fingerprint, first_seen_at=now, last_seen_at=now)
        PolicyReport.objects.bulk_create([row], ignore_conflicts=True)  # another may have been quicker
        same.update(count=F("count") + 1)


def forget_old() -> int:
    """Remove the kinds that nobody has reported for a while."""
    until = timezone.now() - timedelta(days=settings.CSP_REPORT_DAYS)
    return PolicyReport.objects.filter(last_seen_at__lt=until).delete()[0]


def _facts(raw: list[Any]) -> Iterator[Mapping[str, Any]]:
    """The five facts under one set of names."""
    for one in raw:
        if not isinstance(one, Mapping):
            continue
        new, old = one.get("body"), one.get("csp-report")
        if one.get("type") == "csp-violation" and isinstance(new, Mapping):
            names = ("effectiveDirective", "blockedURL", "documentURL", "sourceFile", "lineNumber")
            yield dict(zip(("directive", "blocked", "page", "source", "line"), map(new.get, names), strict=True))
        elif isinstance(old, Mapping):
            directive = old.get("effective-directive") or str(old.get("violated-directive")).partition(" ")[0]
            older = ("blocked-uri", "document-uri", "source-file", "line-number")
            yield {"directive": directive} | dict(
                zip(("blocked", "page", "source", "line"), map(old.get, older), strict=True)
            )


def _violation(facts: Mapping[str, Any]) -> Violation | None:
    """None for what cannot be ours: another host's page, a browser's extension, words that are no directive."""
    directive, page = _text(facts["directive"]), _split(facts["page"])
    blocked, source, line = _place(facts["blocked"]), _place(facts["source"]), facts["line"]
    if not (_WORD.fullmatch(directive) and page and validate_host(page.hostname or "", settings.ALLOWED_HOSTS)):
        return None
    if not blocked or NOT_OURS.match(blocked) or NOT_OURS.match(source):
        return None
    number = line if isinstance(line, int) and 0 <= line <= MOST_LINE else 0
    return Violation(directive, blocked, _pattern(page.path), source, number)


def _place(value: object) -> str:
    """A keyword such as `inline`, an origin, or the scheme alone; a file of ours by its path."""
    text = _text(value)
    if _WORD.fullmatch(text):
        return text
    parts = _split(text)
    if parts is None or not _SCHEME.fullmatch(parts.scheme):
        return ""
    if parts.scheme not in {"http", "https", "ws", "wss"}:
        return parts.scheme
    if not _HOST.fullmatch(parts.netloc.lower()):  # also one with a name and password before the host
        return parts.scheme
    if validate_host(parts.hostname or "", settings.ALLOWED_HOSTS):
        return _pattern(parts.path)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _pattern(path: str) -> str:
    """Which page it is, without the ids and tokens in its address."""
    if path.startswith(settings.STATIC_URL):
        return path[:160] if re.fullmatch(r"[\w./-]+", path, re.ASCII) else settings.STATIC_URL
    try:
        return f"/{resolve(path).route}"[:160]
    except Resolver404:
        return "/…"


def _split(value: object) -> SplitResult | None:
    try:
        parts = urlsplit(_text(value))
    except ValueError:
        return None
    return parts if parts.hostname or parts.scheme else None


def _text(value: object) -> str:
    return value[:2_000] if isinstance(value, str) else ""
