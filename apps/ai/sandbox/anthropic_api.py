"""`/anthropic/v1/messages` as api.anthropic.com answers it: the same events in the same order, errors included."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from apps.ai.sandbox.faults import Control, Fault, Rule
from apps.ai.sandbox.reply import StreamBreakError, knows_key, reply_to, text_of, tokens_in, words_of

Json = dict[str, Any]
MODELS: Final = ("claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-4-5")
_ERRORS: Final[dict[Fault, tuple[int, str, str]]] = {
    Fault.RATE_LIMIT: (429, "rate_limit_error", "This request would exceed your organization's rate limit."),
    Fault.QUOTA: (
        400,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
    ),
    Fault.BAD_KEY: (401, "authentication_error", "invalid x-api-key"),
    Fault.NO_MODEL: (404, "not_found_error", "model: not found"),
    Fault.TOO_LONG: (400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
    Fault.SERVER_ERROR: (500, "api_error", "Internal server error"),
    Fault.OVERLOADED: (529, "overloaded_error", "Overloaded"),
}
_STOPS: Final = {Fault.REFUSED: "refusal", Fault.LENGTH: "max_tokens"}
_GONE: Final = ("temperature", "top_p", "top_k")


async def messages(request: Request) -> Response:
    if not knows_key(request):
        return _error(*_ERRORS[Fault.BAD_KEY])
    control: Control = request.app.state.control
    body: Json = await request.json()
    control.remember("anthropic", body)
    if wrong := _wrong_input(request, body):
        return _error(400, "invalid_request_error", wrong)
    rule = control.rule_for("anthropic", body["model"])
    if failure := _failure(rule, body):
        return failure
    prompt = "\n".join(
        [text_of(body.get("system", "")), *(text_of(message["content"]) for message in body["messages"])]
    )
    text = reply_to(prompt)[: body["max_tokens"] * 4]
    if body.get("stream"):
        return StreamingResponse(_events(body, prompt, text, control, rule), media_type="text/event-stream")
    words = "".join([word async for word in words_of(text, control=control, rule=rule)])
    message = _message(body, prompt)
    message["content"], message["stop_reason"] = [{"type": "text", "text": words}], "end_turn"
    message["usage"]["output_tokens"] = tokens_in(words)
    return JSONResponse(message)


def _failure(rule: Rule | None, body: Json) -> Response | None:
    """The whole answer of a rule that lets nothing be written at all."""
    if rule is None:
        return None
    if rule.fault is Fault.NO_EFFORT and "output_config" in body:
        return _error(400, "invalid_request_error", "This model does not support the effort parameter.")
    if rule.fault is Fault.HTML:
        return HTMLResponse(
            "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", status_code=200
        )
    if rule.fault not in _ERRORS:
        return None
    return _error(*_ERRORS[rule.fault], headers={"retry-after": "1"} if rule.fault is Fault.RATE_LIMIT else None)


async def _events(body: Json, prompt: str, text: str, control: Control, rule: Rule | None) -> AsyncIterator[str]:
    refused = bool(rule and rule.fault is Fault.REFUSED)
    said = ""
    yield _event("message_start", message=_message(body, prompt))
    yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield _event("ping")
    try:
        async for word in words_of("" if refused else text, control=control, rule=rule):
            said += word
            yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": word})
    except StreamBreakError as broken:
        if broken.fault is Fault.CUT:
            raise
        if broken.fault is Fault.STREAM_ERROR:
            yield _event("error", error={"type": "overloaded_error", "message": "Overloaded"})
        return
    yield _event("content_block_stop", index=0)
    stop = _STOPS.get(rule.fault, "end_turn") if rule else "end_turn"
    yield _event(
        "message_delta", delta={"stop_reason": stop, "stop_sequence": None}, usage={"output_tokens": tokens_in(said)}
    )
    yield _event("message_stop")


def _message(body: Json, prompt: str) -> Json:
    usage = {
        "input_tokens": tokens_in(prompt),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 1,
    }
    return {
        "id": f"msg_{uuid.uuid4().hex[:24]}", "type": "message", "role": "assistant", "model": body["model"],
        "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage,
    }  # fmt: skip


def _wrong_input(request: Request, body: Json) -> str:
    if "anthropic-version" not in request.headers:
        return "anthropic-version: header is required"
    for name in ("model", "max_tokens", "messages"):
        if not body.get(name):
            return f"{name}: Field required"
    gone = [name for name in _GONE if name in body]
    return f"{gone[0]}: Extra inputs are not permitted" if gone else ""


def _event(kind: str, **payload: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **payload})}\n\n"


def _error(status: int, kind: str, message: str, headers: dict[str, str] | None = None) -> Response:
    request_id = f"req_{uuid.uuid4().hex[:24]}"
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}
    return JSONResponse(body, status_code=status, headers={"request-id": request_id, **(headers or {})})


async def list_models(request: Request) -> Response:
    if not knows_key(request):
        return _error(*_ERRORS[Fault.BAD_KEY])
    found = [{"type": "model", "id": name, "display_name": name} for name in MODELS]
    return JSONResponse({"data": found, "has_more": False, "first_id": MODELS[0], "last_id": MODELS[-1]})


routes = [
    Route("/anthropic/v1/messages", messages, methods=["POST"]),
    Route("/anthropic/v1/models", list_models),
]
