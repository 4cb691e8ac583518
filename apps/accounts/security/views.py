"""The page of sign-in and devices."""

from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import reauthentication, sessions
from apps.accounts.audit import selectors as trail
from apps.accounts.audit.kinds import Kind
from apps.accounts.security import alarm
from apps.core.htmx import AuthedRequest, HtmxRequest, render_page, require_form_methods

EVENTS_SHOWN: Final = 5


@require_safe
@login_required
def security(request: AuthedRequest) -> HttpResponse:
    """How the person gets in, where they are in now, and what has happened lately."""
    user = request.user
    context = {
        "factors": _factors(user.pk),
        "has_upwork": bool(settings.UPWORK_CLIENT_ID),
        "upwork_account": SocialAccount.objects.filter(user=user).first(),
        "password_changed_at": trail.password_changed_at(user.pk),
        "sessions": sessions.sessions_of(user, current=sessions.current_id(request)),
        "events": trail.page_of(user.pk, trail.Wanted(Kind.SIGN_IN)).lines[:EVENTS_SHOWN],
        "kind": Kind.SIGN_IN.value,
    }
    return render_page(request, "accounts/security.html", context)


@never_cache
@require_form_methods
def not_me(request: HtmxRequest, token: str) -> HttpResponse:
    """Where the mail about a new device leads; a link alone does nothing, for mail programs open links by themselves."""
    link = alarm.read(token)
    is_done = link is not None and request.method == "POST" and alarm.disown(request, link)
    context = {"is_done": is_done, "can_ask": link is not None and request.method != "POST", "token": token}
    return render_page(request, "accounts/not_me.html", context, status=200 if is_done or context["can_ask"] else 410)


@require_POST
@login_required
@reauthentication.required
def session_end(request: AuthedRequest, session_id: UUID) -> HttpResponse:
    if not sessions.end(user=request.user, session_id=session_id):
        raise Http404
    if session_id == sessions.current_id(request):
        request.session.flush()
        return redirect("account_login")
    messages.success(request, _("That session has ended."))
    return redirect("accounts:security")


@require_POST
@login_required
@reauthentication.required
def session_end_others(request: AuthedRequest) -> HttpResponse:
    count = sessions.end_all_but(user=request.user, session_id=sessions.current_id(request))
    said = ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count) % {"count": count}
    messages.success(request, said)
    return redirect("accounts:security")


def _factors(owner_id: int) -> dict[str, list[Authenticator]]:
    """The second factors by their kind."""
    found: dict[str, list[Authenticator]] = {}
    for factor in Authenticator.objects.filter(user_id=owner_id).order_by("pk"):
        found.setdefault(factor.type, []).append(factor)
    return found
