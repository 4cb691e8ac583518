"""The way to Upwork and back: allauth's views, and linking, unlinking and confirming on the page of sign-in."""

from typing import Any

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.connect import disconnect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import reauthentication
from apps.accounts.upwork_sign_in.client import UpworkAdapter
from apps.core.htmx import AuthedRequest, render_page

oauth2_login = OAuth2LoginView.adapter_view(UpworkAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(UpworkAdapter)


@require_POST
@login_required
@reauthentication.required
def link(request: AuthedRequest) -> HttpResponse:
    return _to_upwork(request, AuthProcess.CONNECT, reverse("accounts:security"))


@require_POST
@login_required
@reauthentication.required
def unlink(request: AuthedRequest) -> HttpResponse:
    """Never the last way in: a password or a passkey has to be there."""
    account = get_object_or_404(SocialAccount, user=request.user, provider=UpworkAdapter.provider_id)
    if request.user.has_usable_password() or _has_passkey(request.user.pk):
        disconnect(request, account)
    else:
        messages.error(request, _("Upwork is your only way in. Set a password first, or add a passkey."))
    return redirect("accounts:security")


@login_required
def confirm(request: AuthedRequest) -> HttpResponse:
    """“Is it you?”, for a person who has neither a password nor a factor: Upwork answers for them."""
    wanted = request.GET.get("next", "")
    if request.method == "POST":
        return _to_upwork(
            request, AuthProcess.REDIRECT, f"{reverse('accounts:confirmed')}?{urlencode({'next': wanted})}"
        )
    return render_page(request, "accounts/confirm_upwork.html", {})


@require_safe
@login_required
def confirmed(request: AuthedRequest) -> HttpResponse:
    """Go on with what was asked for; whether Upwork's answer was the right one is checked there again."""
    resumed: HttpResponse | None = resume_request(request)
    return resumed or redirect("accounts:security")


def _to_upwork(request: AuthedRequest, process: str, next_url: str) -> HttpResponse:
    provider: Any = get_adapter().get_provider(request, UpworkAdapter.provider_id)
    answer: HttpResponse = provider.redirect(request, process=process, next_url=next_url)
    return answer


def _has_passkey(user_id: int) -> bool:
    keys = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.WEBAUTHN)
    return any(key.wrap().is_passwordless for key in keys)
