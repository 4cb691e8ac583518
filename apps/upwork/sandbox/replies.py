"""The real server's answers when it does not answer."""

import math
from typing import Any, Final

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

CHALLENGE: Final = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body><p>Enable JavaScript and cookies to continue</p></body></html>"
)


def failure(message: str, classification: str = "ExecutionAborted", **extra: Any) -> dict[str, Any]:
    """One entry of `errors`."""
    return {"message": message, "extensions": {"classification": classification}, **extra}


def failed(message: str) -> Response:
    return JSONResponse({"data": None, "errors": [failure(message, "DataFetchingException")]})


def challenge() -> Response:
    return HTMLResponse(CHALLENGE, 403)


def too_many(wait: float | None = None) -> Response:
    headers = {"Retry-After": str(math.ceil(wait))} if wait is not None else None
    return PlainTextResponse("Too Many Requests", 429, headers=headers)


def broken(kind: str) -> Response | None:
    """What an ordered fault answers; None for the kinds that let the call go on."""
    match kind:
        case "500":
            return PlainTextResponse("Internal Server Error", 500)
        case "429":
            return too_many()
        case "html":
            return challenge()
        case "errors":
            return failed("Exception occurred")
        case "transform-timeout":
            return failed("Transform timeout")
    return None
