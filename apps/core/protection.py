"""What every answer carries for the browser's protection, and how large a request may be."""

import re
from collections.abc import Callable, MutableMapping
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver

Handler = Callable[[HttpRequest], HttpResponse]
UNUSED: Final = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen",
    "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
    "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "web-share", "xr-spatial-tracking",
)  # fmt: skip
USED: Final = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([*(f"{name}=()" for name in UNUSED), *(f"{name}=(self)" for name in USED)]),
    "Reporting-Endpoints": 'csp="/health/csp/"',
}
UNREADABLE: Final = re.compile(
    r"^(maximum recursion depth exceeded while decoding a JSON|Exceeds the limit \(\d+ digits\))"
)
SHOWN_IN_MAILS: Final = "/static/img/logo-mail"
SIGN_IN: Final = "/accounts/"  # its addresses and pages hold tokens, also before the log-in


def headers(get_response: Handler) -> Handler:
    """On whatever answers below: pages, errors, static files, redirects. What a view has set itself stays."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


class Bounded:
    """Refuse what no form of ours can be: too long before anything of it is kept, too deep when a view reads it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if size_of(request.META.get("CONTENT_LENGTH")) <= settings.REQUEST_MOST_BYTES:
            return self.get_response(request)
        return _refusal(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Thousands of brackets or digits: Python's readers say it by errors that no form expects."""
        if isinstance(exception, RecursionError | ValueError) and UNREADABLE.search(str(exception)):
            return _refusal(request, HTTPStatus.BAD_REQUEST)
        return None


def _refusal(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    page: Any = get_resolver().resolve_error_handler(HTTPStatus.BAD_REQUEST)
    response: HttpResponse = page(request)
    response.status_code = status
    return response


def unstored(get_response: Handler) -> Handler:
    """Pages of a person and of the sign-in are kept by no cache: not even the browser's, which others may use next."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response.headers and _is_personal(request):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware


def add_static_headers(headers: MutableMapping[str, str], _path: str, url: str) -> None:
    """Mail programs on the web show our logo from an address of their own."""
    if url.startswith(SHOWN_IN_MAILS):
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def size_of(named: str | None) -> int:
    """The length that a request announces; none is 0, as Django reads it."""
    return int(named) if named and named.isascii() and named.isdigit() else 0


def _is_personal(request: HttpRequest) -> bool:
    return request.path_info.startswith(SIGN_IN) or request.user.is_authenticated
