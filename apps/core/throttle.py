"""How often one visitor or one account may ask: a general limit before every page, closer ones on single routes.

An account is counted wherever it comes from, a visitor by address; of the long addresses a whole network counts as
one visitor, for that is what one gets from a provider. Without Redis nothing is limited: better that than no pages.
"""

import ipaddress
import logging
import math
import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Final, ParamSpec

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from redis.exceptions import RedisError

from apps.core import audit, limits
from apps.core.limits import Limit

logger = logging.getLogger(__name__)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
EXEMPT: Final = "/health/"  # for balancers and monitors; static files are answered before they come here
NETWORK_BITS: Final = 64
PAUSE_SECONDS: Final = 5.0
_asked_again_at: list[float] = [0.0]  # of this process, by its clock


def throttled(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The general limit. It stands where the session is known; the person is not read from the database for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(EXEMPT):
            return get_response(request)
        who = name_of(request)
        most = settings.RATE_LIMIT_ACCOUNT if who.startswith("account") else settings.RATE_LIMIT_ANONYMOUS
        wait = wait_for(Limit(who, most=most, seconds=60)) if most else 0
        return refusal(request, wait) if wait else get_response(request)

    return middleware


def limited(name: str, *, most: int, seconds: int) -> Callable[[View[P]], View[P]]:
    """Let one account or address through so often and no more: for views that do work for visitors."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            wait = wait_for(Limit(f"{name}:{name_of(request)}", most=most, seconds=seconds))
            return refusal(request, wait) if wait else view(request, *args, **kwargs)

        return wrapped

    return decorate


def name_of(request: HttpRequest) -> str:
    """The account of the session, or the visitor's address."""
    account = request.session.get(SESSION_KEY)
    return f"account:{account}" if account else f"address:{network_of(audit.address_of(request))}"


def network_of(address: str) -> str:
    """What counts as one visitor."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:  # a Unix socket has none
        return "unknown"
    if isinstance(known, ipaddress.IPv4Address):
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.IPv6Network((known, NETWORK_BITS), strict=False).network_address)


def wait_for(*asked: Limit) -> float:
    """Seconds to wait, 0 when it is allowed. Redis that fails is not asked again for a while."""
    if time.monotonic() < _asked_again_at[0]:
        return 0
    try:
        return limits.take(*asked).wait
    except RedisError as error:
        _asked_again_at[0] = time.monotonic() + PAUSE_SECONDS
        logger.warning("Redis does not answer, nothing is limited for %.0f seconds: %s", PAUSE_SECONDS, error)
        return 0


def refusal(request: HttpRequest, wait: float) -> HttpResponse:
    """The page that says so, and when to come back."""
    page: Any = get_resolver().resolve_error_handler(HTTPStatus.TOO_MANY_REQUESTS)
    response: HttpResponse = page(request)
    response["Retry-After"] = str(math.ceil(wait))
    response["Cache-Control"] = "no-store"
    return response
