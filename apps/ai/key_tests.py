"""Trying a key: the models are listed, and one of them is asked for a word or two.

The list alone proves little: some servers show it to everybody, and none of them says there that the credit is gone.
"""

import json
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from django.conf import settings

from apps.accounts.enums import KeyKind, KeyResult
from apps.accounts.vault.sealing import OpenedKey
from apps.core import http
from apps.core.errors import OutboundRefusedError

TIMEOUT: Final = httpx2.Timeout(10.0, connect=5.0)
PATIENCE_SECONDS: Final = 15.0
ANTHROPIC_VERSION: Final = "2023-06-01"
QUESTION: Final = [{"role": "user", "content": "Say OK."}]
FEW_TOKENS: Final = 16
MOST_BYTES: Final = 2_000_000
_CREDIT: Final = ("insufficient_quota", "credit balance is too low", "insufficient credits")
_BY_STATUS: Final = {
    401: KeyResult.REFUSED,
    402: KeyResult.NO_CREDIT,
    403: KeyResult.REFUSED,
    404: KeyResult.NO_MODEL,
    429: KeyResult.BUSY,
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def check(key: OpenedKey) -> KeyResult:
    """Two requests at most, and no word of the answer is kept."""
    try:
        with http.client(timeout=TIMEOUT, headers=_headers(key)) as client:
            return _list_models(client, key) or _ask(client, key)
    except OutboundRefusedError:
        return KeyResult.ADDRESS
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return KeyResult.NO_ANSWER


def _list_models(client: httpx2.Client, key: OpenedKey) -> KeyResult | None:
    """What is wrong; None when the list came, and so there is something to ask."""
    answer = _fetch(client, "GET", _url(key, "models"))
    if answer.status == 404:
        return KeyResult.STRANGE
    if answer.status != 200:
        return _result(answer)
    listed = _names(answer)
    if listed is None:
        return KeyResult.STRANGE
    if key.kind == KeyKind.COMPATIBLE and not key.secret:
        return KeyResult.WORKS if key.model in listed else KeyResult.NO_MODEL
    return None


def _ask(client: httpx2.Client, key: OpenedKey) -> KeyResult:
    """One short answer. A server that finds fault with the request has accepted the key."""
    path, limit = {
        KeyKind.OPENAI: ("chat/completions", "max_completion_tokens"),
        KeyKind.ANTHROPIC: ("messages", "max_tokens"),
        KeyKind.COMPATIBLE: ("chat/completions", "max_tokens"),
    }[key.kind]
    body = {"model": _model(key), "messages": QUESTION, limit: FEW_TOKENS}
    answer = _fetch(client, "POST", _url(key, path), json=body)
    return KeyResult.WORKS if answer.status == 200 else _result(answer)


def _fetch(client: httpx2.Client, method: str, url: str, **options: Any) -> Answer:
    """The whole answer, if it is short and comes in time: the server may be anybody's."""
    until, body = time.monotonic() + PATIENCE_SECONDS, bytearray()
    with client.stream(method, url, **options) as answer:
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() > until:
                raise httpx2.ReadTimeout("the answer has no end")
    return Answer(answer.status_code, bytes(body))


def _result(answer: Answer) -> KeyResult:
    words = answer.body[:5_000].decode(errors="replace").lower()
    if any(word in words for word in _CREDIT):
        return KeyResult.NO_CREDIT
    if answer.status == 400:
        return KeyResult.WORKS
    return _BY_STATUS.get(answer.status, KeyResult.NO_ANSWER if answer.status >= 500 else KeyResult.STRANGE)


def _names(answer: Answer) -> set[str] | None:
    """The ids of the models; None for an answer that is no such list."""
    try:
        return {str(model["id"]) for model in json.loads(answer.body)["data"]}
    except (ValueError, KeyError, TypeError):
        return None


def _url(key: OpenedKey, path: str) -> str:
    bases = {KeyKind.OPENAI: settings.OPENAI_BASE_URL, KeyKind.ANTHROPIC: f"{settings.ANTHROPIC_BASE_URL}/v1"}
    return f"{bases.get(key.kind, key.base_url)}/{path}"


def _model(key: OpenedKey) -> str:
    models = {KeyKind.OPENAI: settings.OPENAI_MODEL, KeyKind.ANTHROPIC: settings.ANTHROPIC_MODEL}
    return key.model or str(models.get(key.kind, ""))


def _headers(key: OpenedKey) -> dict[str, Any]:
    common = {"User-Agent": http.USER_AGENT}
    if key.kind == KeyKind.ANTHROPIC:
        return {**common, "x-api-key": key.secret, "anthropic-version": ANTHROPIC_VERSION}
    return {**common, "Authorization": f"Bearer {key.secret}"} if key.secret else common
