"""Puts the person in the place of the member of staff who acts for them, and keeps what is theirs alone from staff."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.acting import rules, session
from apps.core.htmx import render_page

REFUSED = "accounts/acting_refused.html"


class ActingMiddleware:
    """`request.acting` says for whom; on the pages of staff themselves, staff stay who they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        acting = session.current(request)
        if acting is not None:
            told: Any = request  # the attributes are ours and stand on no type
            told.acting = acting
            if not _is_of_staff(request.path):
                told.user, told.impersonator_id = acting.person, acting.staff.pk
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        page = request.resolver_match.view_name if request.resolver_match else ""
        if not hasattr(request, "impersonator_id") or rules.allows(page, request.method):
            return None
        if getattr(request, "htmx", False):
            messages.error(request, _("You act for somebody else. This is theirs alone to do."))
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render_page(request, REFUSED, {}, status=403)


def _is_of_staff(path: str) -> bool:
    return path.startswith(reverse("admin:index")) or path in {
        reverse("account_logout"),
        reverse("accounts:acting-end"),
    }
