"""The cookie by which a browser is known to a person: signed, and void as soon as their password is another one."""

from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.accounts.models import User

COOKIE: Final = "devices"
SALT: Final = "accounts.devices"
SECONDS: Final = 365 * 24 * 3600
MOST_PEOPLE: Final = 5  # who share one browser


def is_remembered(request: HttpRequest, user: User) -> bool:
    return constant_time_compare(_marks(request).get(user.public_id.hex, ""), _mark(user))


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    others = {name: mark for name, mark in _marks(request).items() if name != user.public_id.hex}
    kept = dict([*others.items()][-(MOST_PEOPLE - 1) :])
    response.set_cookie(
        COOKIE,
        signing.dumps({**kept, user.public_id.hex: _mark(user)}, salt=SALT),
        max_age=SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )


def _marks(request: HttpRequest) -> dict[str, str]:
    try:
        marks: dict[str, str] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return {}
    return marks


def _mark(user: User) -> str:
    return salted_hmac(SALT, f"{user.pk}:{user.password}").hexdigest()[:24]
