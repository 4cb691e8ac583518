"""What the browser remembers for pages before the log-in."""

from django.conf import settings
from django.http import HttpResponse


def language_cookie(response: HttpResponse, language: str) -> None:
    """Remember the language for pages before the log-in."""
    _remember(response, settings.LANGUAGE_COOKIE_NAME, language)


def theme_cookie(response: HttpResponse, theme: str) -> None:
    """Remember light or dark for pages before the log-in."""
    _remember(response, "theme", theme)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    year = 365 * 24 * 3600
    response.set_cookie(name, value, max_age=year, samesite="Lax", secure=settings.SECURE_COOKIES, httponly=True)
