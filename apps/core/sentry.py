"""Error reports by SENTRY_DSN, with personal data and secrets taken out before anything leaves."""

import re
from collections.abc import Mapping
from typing import Any, Final

import sentry_sdk

from apps.core import logs

MASK: Final = "[removed]"
_SECRET_NAME: Final = re.compile(
    r"pass|secret|token|key|cookie|authorization|session|csrf|dsn|email|mail|phone|letter|text|body|content|description|overview|title|name|answer|question|prompt|message",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_TOKEN: Final = re.compile(r"oauth2v2_\w+|sk-[\w-]{8,}|Bearer\s+\S+|v1\.[\w-]+\.[\w-]+\.[\w-]+")


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
    """Keep what helps to repair: types, frames, the request id, and the person's id as a number."""
    event["tags"] = {**event.get("tags", {}), "request_id": logs.request_id()}
    if request := event.get("request"):
        event["request"] = {"url": request.get("url", "").partition("?")[0], "method": request.get("method")}
    event.pop("user", None)
    event.pop("server_name", None)
    for part in ("extra", "contexts", "breadcrumbs", "logentry", "exception"):
        if part in event:
            event[part] = _scrub(event[part], keep_names=part in {"exception", "contexts", "logentry", "breadcrumbs"})
    return event


def _scrub(value: Any, *, keep_names: bool = False) -> Any:
    match value:
        case str():
            return _TOKEN.sub(MASK, _MAIL.sub(MASK, logs.without_rows(value)))
        case Mapping():
            return {
                key: MASK if not keep_names and _SECRET_NAME.search(str(key)) else _scrub(item, keep_names=keep_names)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_scrub(item, keep_names=keep_names) for item in value]
        case _:
            return value
