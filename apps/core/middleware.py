"""Middleware of our own: the request id, the person's language and time zone, the owner scope."""

import logging
import zoneinfo
from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from apps.core import audit, logs
from apps.core.crypto import DecryptionError
from apps.core.tenancy import Reason, everyone_scope, owner_scope

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]
ADMIN_PREFIX: Final = "/admin/"


def request_id(get_response: Handler) -> Handler:
    """Name every request; the same id stands in the answer, the logs and the error reports."""

    def middleware(request: HttpRequest) -> HttpResponse:
        identifier = logs.start_request(request.headers.get(logs.HEADER, ""))
        response = get_response(request)
        response[logs.HEADER] = identifier
        return response

    return middleware


def preferences(get_response: Handler) -> Handler:
    """Show times in the person's zone and pages in the person's language."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, AnonymousUser):
            return get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
            if user.language:
                translation.activate(user.language)
                request.LANGUAGE_CODE = user.language
            return get_response(request)

    return middleware


def tenancy(get_response: Handler) -> Handler:
    """Enter the scope of the signed-in person; nobody's scope for a visitor.

    In the admin, staff whose session passed a second factor see everybody's rows.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN_PREFIX) and _is_verified_staff(request):
            with everyone_scope(Reason.ADMIN):
                return get_response(request)
        with owner_scope(request.user.pk):
            return get_response(request)

    return middleware


def audited(get_response: Handler) -> Handler:
    """Let the audit trail know who asks, and from where."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with audit.asked_by(request):
            return get_response(request)

    return middleware


def locked(get_response: Handler) -> Handler:
    """Where a stored secret does not open, say what is to be done: the operator has lost a key, and nobody anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DecryptionError):
            return None
        logger.error("%s", error)
        return render(request, "locked.html", {"request_id": logs.request_id()}, status=503)

    marked: Any = middleware
    marked.process_exception = process_exception  # where Django looks for it
    return middleware


def _is_verified_staff(request: HttpRequest) -> bool:
    user = request.user
    is_verified = getattr(user, "is_verified", None)  # given by the second factor's middleware
    return bool(user.is_authenticated and user.is_active and user.is_staff and is_verified and is_verified())
