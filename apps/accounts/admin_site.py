"""The admin site: staff with a second factor, and the way there for staff without."""

from typing import Any, Final
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django_otp.admin import OTPAdminSite

from apps.accounts import roles, staff_pages
from apps.accounts.acting import views as acting

DROPPED: Final = frozenset({"password_change", "password_change_done"})
STAFF_PAGES: Final = (("admin:roles", _("Roles and rights")), ("pages:gallery", _("Components")))


class SecondFactorAdminSite(OTPAdminSite):
    name = "admin"
    site_header = site_title = "Bidwright"
    index_title = _("Staff")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)

    def get_urls(self) -> list[Any]:
        """Staff pages that are no table come first; a password is changed on the product's own page alone."""
        own = [
            path("roles/", self.admin_view(staff_pages.roles_page), name="roles"),
            path("act-for/<uuid:person_id>/", self.admin_view(acting.act_for), name="act-for"),
        ]
        return own + [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") not in DROPPED]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        pages = [(label, reverse(name)) for name, label in STAFF_PAGES if roles.may_open(request.user, name)]
        context: dict[str, Any] = super().each_context(request)
        return context | {"staff_pages": pages, "sandbox_in_use": bool(settings.SANDBOX_URL)}

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One log-in for everybody; what is still missing is asked for on the product's own pages."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        user: Any = request.user  # with django-otp's `is_verified`
        if not user.is_authenticated:
            return _go("account_login", wanted)
        if not (user.is_staff and user.is_active):
            raise Http404
        if not user.is_verified():
            return _go("mfa_reauthenticate" if is_mfa_enabled(user) else "mfa_activate_totp", wanted)
        return redirect("admin:index")


def _go(name: str, wanted: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
