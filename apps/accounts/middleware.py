"""`request.user.is_verified()`: django-otp's question, answered from allauth's session."""

from typing import Any

from django.http import HttpRequest
from django_otp.middleware import OTPMiddleware

from apps.accounts import second_factor
from apps.accounts.models import User


class SecondFactorMiddleware(OTPMiddleware):
    async_capable = False

    def _verify_user_sync(self, request: HttpRequest, user: User) -> User:
        """Only staff are asked: for everybody else a verified session opens nothing more."""
        self._init_user_fields(user)
        if user.is_authenticated and user.is_staff:
            marked: Any = user  # the attribute is django-otp's and stands on no type
            marked.otp_device = second_factor.verified_device(request, user)
        return user
