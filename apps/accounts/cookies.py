"""What the browser remembers for pages before the log-in."""

from django.conf import settings
from django.http import HttpResponse


def language_cookie(response: HttpResponse, language: str) -> None:
    """Remember the language for pages before the log-in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.SECURE_COOKIES
    )


def theme_cookie(response: HttpResponse, theme: str) -> None:
    """Remember light or dark for pages before the log-in."""
    response.set_cookie("theme", theme, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.SECURE_COOKIES)
