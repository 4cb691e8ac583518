"""What is known of the session: the second factor it has passed, and that it is in use."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django_otp.middleware import OTPMiddleware

from apps.accounts import second_factor, sessions
from apps.accounts.models import User
from apps.accounts.security import remembered


class SecondFactorMiddleware(OTPMiddleware):
    """`request.user.is_verified()`: django-otp's question, answered from allauth's session."""

    async_capable = False

    def _verify_user_sync(self, request: HttpRequest, user: User) -> User:
        """Only staff are asked: for everybody else a verified session opens nothing more."""
        self._init_user_fields(user)
        if user.is_authenticated and user.is_staff:
            marked: Any = user  # the attribute is django-otp's and stands on no type
            marked.otp_device = second_factor.verified_device(request, user)
        return user


def seen(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Note after the answer, when a log-in or a new password has renamed the session, who is still here.

    From then on the browser is known to the person. Staff who act for somebody are not that person's session.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = request.user
        is_own = user.is_authenticated and getattr(request, "impersonator_id", None) is None
        if is_own and sessions.touch(request):
            remembered.remember(request, response, cast(User, user))
        return response

    return middleware
