"""What the frame around every page needs to know."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts.enums import Theme
from apps.accounts.models import User
from apps.core import realtime


def frame(request: HttpRequest) -> dict[str, object]:
    """Theme, shortcuts, where the live events stand; what costs a query is asked only by pages that show it."""
    user = getattr(request, "user", AnonymousUser())
    return {
        "theme": _theme(request, user),
        "has_shortcuts": getattr(user, "has_shortcuts", False),
        "live_cursor": SimpleLazyObject(lambda: realtime.latest_cursor(user.pk) if user.pk else ""),
        "is_demo": settings.DEMO,
        "sandbox_in_use": bool(settings.SANDBOX_URL),
    }


def _theme(request: HttpRequest, user: User | AnonymousUser) -> str:
    """light, dark, or nothing where the system decides; before a log-in the cookie remembers."""
    chosen = request.COOKIES.get("theme", "") if isinstance(user, AnonymousUser) else user.theme
    return str(chosen) if chosen in (Theme.LIGHT, Theme.DARK) else ""
