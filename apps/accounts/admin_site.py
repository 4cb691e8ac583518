"""The admin site: staff with a second factor, and the way there for staff without."""

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_otp.admin import OTPAdminSite


class SecondFactorAdminSite(OTPAdminSite):
    name = "admin"
    site_header = site_title = "Bidwright"
    index_title = _("Staff")

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)

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
