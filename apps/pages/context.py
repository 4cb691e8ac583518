"""What the frame around every page needs to know."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts import selectors
from apps.accounts.enums import Theme
from apps.core import realtime


def frame(request: HttpRequest) -> dict[str, object]:
    """Theme, shortcuts, where the live events stand; what costs a query is asked only by pages that show it."""
    return {
        "theme": _theme(request),
        "has_shortcuts": SimpleLazyObject(lambda: _has_shortcuts(request)),
        "live_cursor": SimpleLazyObject(lambda: _live_cursor(request)),
        "is_demo": settings.DEMO,
        "sandbox_in_use": bool(settings.SANDBOX_URL),
    }


def _theme(request: HttpRequest) -> str:
    """light, dark, or nothing where the system decides; before a log-in the cookie remembers."""
    user = getattr(request, "user", AnonymousUser())
    chosen = request.COOKIES.get("theme", "") if isinstance(user, AnonymousUser) else user.theme
    return str(chosen) if chosen in (Theme.LIGHT, Theme.DARK) else ""


def _has_shortcuts(request: HttpRequest) -> bool:
    return request.user.pk is not None and selectors.has_shortcuts(request.user.pk)


def _live_cursor(request: HttpRequest) -> str:
    return realtime.latest_cursor(request.user.pk) if request.user.pk else ""
