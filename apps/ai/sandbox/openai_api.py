"""`/openai/v1/…`: chat completions as api.openai.com answers them, streamed or whole, errors included."""

import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from apps.ai.sandbox.faults import Control, Fault, Rule
from apps.ai.sandbox.reply import StreamBreakError, knows_key, reply_to, text_of, tokens_in, words_of

Json = dict[str, Any]
MODELS: Final = ("gpt-6-luna", "gpt-6-sol", "gpt-6.1-sol", "gpt-6.1-terra")
# fault: (status, type, code, param, message)
_ERRORS: Final[dict[Fault, tuple[int, str, str | None, str | None, str]]] = {
    Fault.RATE_LIMIT: (
        429,
        "requests",
        "rate_limit_exceeded",
        None,
        "Rate limit reached for requests per min. Please try again in 1s.",
    ),
    Fault.QUOTA: (
        429,
        "insufficient_quota",
        "insufficient_quota",
        None,
        "You exceeded your current quota, please check your plan and billing details.",
    ),
    Fault.BAD_KEY: (401, "invalid_request_error", "invalid_api_key", None, "Incorrect API key provided."),
    Fault.NO_MODEL: (
        404,
        "invalid_request_error",
        "model_not_found",
        None,
        "The model does not exist or you do not have access to it.",
    ),
    Fault.TOO_LONG: (
        400,
        "invalid_request_error",
        "context_length_exceeded",
        "messages",
        "This model's maximum context length is 128000 tokens.",
    ),
    Fault.SERVER_ERROR: (
        500,
        "server_error",
        None,
        None,
        "The server had an error while processing your request. Sorry about that!",
    ),
    Fault.OVERLOADED: (
        503,
        "service_unavailable_error",
        None,
        None,
        "The engine is currently overloaded, please try again later.",
    ),
}
_STREAM_ERROR: Final = {
    "message": "The server had an error while processing your request.",
    "type": "server_error",
    "code": None,
}
_STOPS: Final[dict[Fault | None, str]] = {Fault.LENGTH: "length"}
_NO_TEMPERATURE: Final = (
    400, "invalid_request_error", "unsupported_value", "temperature",
    "Unsupported value: 'temperature' does not support this value with this model. Only the default (1) value is supported.",
)  # fmt: skip


async def list_models(request: Request) -> Response:
    if refusal := _refusal(request):
        return refusal
    return JSONResponse(
        {
            "object": "list",
            "data": [{"id": name, "object": "model", "created": 0, "owned_by": "sandbox"} for name in MODELS],
        }
    )


async def chat_completions(request: Request) -> Response:
    if refusal := _refusal(request):
        return refusal
    control: Control = request.app.state.control
    body: Json = await request.json()
    control.remember("openai", body)
    if not body.get("model") or not body.get("messages"):
        return _error(400, "invalid_request_error", None, "model", "you must provide a model parameter and messages")
    rule = control.rule_for("openai", body["model"])
    if failure := _failure(rule, body):
        return failure
    prompt = "\n".join(text_of(message["content"]) for message in body["messages"])
    text = _cut_to_limit(reply_to(prompt), body)
    if body.get("stream"):
        return StreamingResponse(_events(body, prompt, text, control, rule), media_type="text/event-stream")
    words = "".join([word async for word in words_of(text, control=control, rule=rule)])
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": words, "refusal": None},
        "logprobs": None,
        "finish_reason": "stop",
    }
    return JSONResponse({**_head("chat.completion", body), "choices": [choice], "usage": _usage(prompt, words)})


def _failure(rule: Rule | None, body: Json) -> Response | None:
    if rule is None:
        return None
    if rule.fault is Fault.HTML:
        return HTMLResponse(
            "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", status_code=200
        )
    if rule.fault is Fault.NO_TEMPERATURE and body.get("temperature") not in (None, 1):
        return _error(*_NO_TEMPERATURE)
    if rule.fault not in _ERRORS:
        return None
    return _error(*_ERRORS[rule.fault], headers={"retry-after": "1"} if rule.fault is Fault.RATE_LIMIT else None)


async def _events(body: Json, prompt: str, text: str, control: Control, rule: Rule | None) -> AsyncIterator[str]:
    head = _head("chat.completion.chunk", body)
    with_usage = (body.get("stream_options") or {}).get("include_usage")
    fault = rule.fault if rule else None
    said = ""

    def chunk(delta: Json, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data({**head, "choices": [choice], **({"usage": None} if with_usage else {})})

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    if fault is Fault.REFUSED:
        yield chunk({"refusal": "I'm sorry, I can't help with that request."})
        text = ""
    try:
        async for word in words_of(text, control=control, rule=rule):
            said += word
            yield chunk({"content": word})
    except StreamBreakError as broken:
        if broken.fault is Fault.CUT:
            raise
        if broken.fault is Fault.STREAM_ERROR:
            yield _data({"error": _STREAM_ERROR})
        return
    yield chunk({}, _STOPS.get(fault, "stop"))
    if with_usage:
        yield _data({**head, "choices": [], "usage": _usage(prompt, said)})
    yield "data: [DONE]\n\n"


def _head(kind: str, body: Json) -> Json:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": body["model"],
        "service_tier": "default",
    }


def _usage(prompt: str, text: str) -> Json:
    asked, said = tokens_in(prompt), tokens_in(text)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _data(payload: Json) -> str:
    return f"data: {json.dumps(payload)}\n\n"


def _cut_to_limit(text: str, body: Json) -> str:
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    return text[: limit * 4] if limit else text


def _refusal(request: Request) -> Response | None:
    return None if knows_key(request) else _error(*_ERRORS[Fault.BAD_KEY])


def _error(
    status: int, kind: str, code: str | None, param: str | None, message: str, headers: dict[str, str] | None = None
) -> Response:
    return JSONResponse(
        {"error": {"message": message, "type": kind, "param": param, "code": code}}, status_code=status, headers=headers
    )


routes = [
    Route("/openai/v1/models", list_models),
    Route("/openai/v1/chat/completions", chat_completions, methods=["POST"]),
]
