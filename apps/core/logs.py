"""Logs: one JSON object a line, each with the id of the request or task it belongs to."""

import json
import logging
import re
import uuid
from contextvars import ContextVar
from typing import Final

from apps.core import masking

_request_id: ContextVar[str] = ContextVar("request_id", default="")
HEADER: Final = "X-Request-ID"
# PostgreSQL quotes rows and parameters here; a traceback goes on after it with the next error of its chain
_QUOTED_ROW: Final = re.compile(
    r"(?:DETAIL|CONTEXT):.*?(?=\n\n(?:The above exception was|During handling of the above)|\Z)", re.DOTALL
)


def request_id() -> str:
    return _request_id.get()


def start_request(given: str = "") -> str:
    """Take over the id that a proxy gave when it looks like one, else make one."""
    # anybody may send the header: what is taken over must not forge a line of the log
    accepted = given if given.replace("-", "").isalnum() and 8 <= len(given) <= 64 else uuid.uuid4().hex
    _request_id.set(accepted)
    return accepted


def without_rows(text: str) -> str:
    """An error of the database without what it quotes of people's data."""
    return _QUOTED_ROW.sub("[removed]", text)


def public(text: str) -> str:
    """What may stand in a log or leave in a report."""
    return masking.public(without_rows(text))


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": public(record.getMessage()),
            "request_id": request_id(),
        }
        if record.exc_info:
            line["error"] = public(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
