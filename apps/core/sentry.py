"""Error reports by SENTRY_DSN, with personal data and secrets taken out before anything leaves."""

import re
from collections.abc import Mapping
from typing import Any, Final

import sentry_sdk

from apps.core import logs, masking

MASK: Final = masking.HIDDEN
_SECRET_NAME: Final = re.compile(
    r"pass|secret|token|key|cookie|authorization|session|csrf|dsn|email|mail|phone|letter|text|body|content|description|overview|title|name|answer|question|prompt|message",
    re.IGNORECASE,
)
# What an event may hold at all: a part that a later version of the SDK adds stays here until somebody has looked at it
KEPT: Final = frozenset(
    {
        "breadcrumbs", "contexts", "environment", "event_id", "exception", "extra", "fingerprint", "level", "logentry", "logger",
        "message", "modules", "platform", "release", "sdk", "tags", "threads", "timestamp", "transaction", "transaction_info", "type",
    }
)  # fmt: skip
_SCRUBBED: Final = ("breadcrumbs", "extra", "fingerprint", "logentry", "message", "tags", "transaction")


def start(*, dsn: str, environment: str, release: str) -> None:
    """Begin to report errors; without a DSN nothing is sent."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release,
        data_collection={
            "user_info": False,
            "http_bodies": [],
            "stack_frame_variables": False,
            "database_query_data": False,
            "queues": False,
            "gen_ai": {"inputs": False, "outputs": False},
        },
        before_send=_before_send,
        before_breadcrumb=lambda crumb, _hint: _scrub(crumb),
    )


def _before_send(event: Any, _hint: Any) -> Any:
    """Keep what helps to repair: types, frames, the address without its query, and the request id."""
    kept = {part: event[part] for part in KEPT & event.keys()}
    request = event.get("request") or {}
    if url := request.get("url"):
        kept["request"] = {"url": logs.public(str(url).partition("?")[0]), "method": request.get("method")}
    for part in _SCRUBBED:
        if part in kept:
            kept[part] = _scrub(kept[part], keep_names=part in {"logentry", "breadcrumbs"})
    kept["contexts"] = {
        name: facts if name in {"trace", "runtime"} else _scrub(facts)
        for name, facts in kept.get("contexts", {}).items()
    }
    for error in _values(kept.get("exception")) + _values(kept.get("threads")):
        _without_values(error)
    kept["tags"] = {**kept.get("tags", {}), "request_id": logs.request_id()}
    return kept


def _values(part: Any) -> list[Any]:
    return list((part or {}).get("values") or ())


def _without_values(error: Any) -> None:
    """The frames are our own source and stay as they are; what the error says is scrubbed, and variables never leave."""
    error.update({name: _scrub(error[name], keep_names=True) for name in ("value", "mechanism") if name in error})
    for frame in (error.get("stacktrace") or {}).get("frames") or ():
        frame.pop("vars", None)


def _scrub(value: Any, *, keep_names: bool = False) -> Any:
    match value:
        case str():
            return logs.public(value)
        case Mapping():
            return {
                key: MASK if not keep_names and _SECRET_NAME.search(str(key)) else _scrub(item, keep_names=keep_names)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_scrub(item, keep_names=keep_names) for item in value]
        case _:
            return value
