"""The page of the Upwork connection, and the way to Upwork and back."""

from dataclasses import asdict
from typing import Final, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.enums import SIGN_IN_STATE
from apps.core.errors import DomainError, PermanentError, TemporaryError
from apps.core.htmx import AuthedRequest, render_page
from apps.core.redirects import safe_next
from apps.upwork import heartbeat, oauth, policy, selectors, services, vault
from apps.upwork.enums import KeyChoice
from apps.upwork.forms import OwnKeyForm
from apps.upwork.models import Connection

SESSION_KEY: Final = "upwork_attempt"


@require_safe
@login_required
def connection(request: AuthedRequest) -> HttpResponse:
    """State in words, what the key may do, what is left of the budget, and the one button that helps."""
    return _page(request, OwnKeyForm())


@require_POST
@login_required
def connect(request: AuthedRequest) -> HttpResponse:
    """Send the person to Upwork to give the permission."""
    form = OwnKeyForm(request.POST)
    choice = _choice(request.POST.get("key", ""))
    if choice is KeyChoice.OWN and not form.is_valid():
        return _page(request, form, status=422)
    own = form.cleaned_data if choice is KeyChoice.OWN else {}
    try:
        attempt = services.start_attempt(
            owner_id=request.user.pk,
            choice=choice,
            redirect_uri=request.build_absolute_uri(reverse("upwork:callback")),
            next_url=safe_next(request),
            **own,
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("upwork:connection")
    request.session[SESSION_KEY] = asdict(attempt)
    return redirect(
        oauth.authorization_url(
            base=request.build_absolute_uri(settings.UPWORK_AUTH_URL),
            client_id=attempt.client_id,
            redirect_uri=attempt.redirect_uri,
            state=attempt.state,
        )
    )


@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Where Upwork sends the person back; an application has one such address, so sign-ins come through it too."""
    if request.GET.get("state", "").startswith(SIGN_IN_STATE):
        return redirect(f"{reverse('upwork_callback')}?{request.GET.urlencode()}")
    return _come_back(cast(AuthedRequest, request))


@login_required
def _come_back(request: AuthedRequest) -> HttpResponse:
    """With a code, or with a refusal."""
    try:
        attempt, said = _finish(request)
    except TemporaryError:
        messages.error(
            request, _("Upwork did not answer as it should, so nothing was connected. Try again in a minute.")
        )
        return redirect("upwork:connection")
    except (DomainError, PermanentError) as error:
        messages.error(request, str(error))
        return redirect("upwork:connection")
    messages.success(request, said)
    return redirect(attempt.next_url or "upwork:connection")


@require_POST
@login_required
def disconnect(request: AuthedRequest) -> HttpResponse:
    services.disconnect(owner_id=request.user.pk)
    said = _("Upwork is disconnected, and what came through it was removed.")
    messages.success(request, _("Upwork is disconnected.") if policy.is_kept() else said)
    return redirect("upwork:connection")


def _page(request: AuthedRequest, form: OwnKeyForm, *, status: int = 200) -> HttpResponse:
    found = selectors.connection_of(request.user.pk)
    connected = found if found and found.is_connected else None
    return render_page(
        request,
        "upwork/connection.html",
        {
            "connection": found,
            "is_locked": found is not None and vault.is_locked(found),
            "vault_key": selectors.other_application(request.user.pk, found),
            "capabilities": selectors.capability_facts(connected) if connected else [],
            "budget": selectors.budget_left(connected) if connected else (),
            "last_answer_at": heartbeat.last(connected.pk) if connected else None,
            "form": form,
            "has_installation_key": bool(settings.UPWORK_CLIENT_ID),
            "is_kept": policy.is_kept(),
            "is_sandbox": policy.is_sandbox(),
            "callback_url": request.build_absolute_uri(reverse("upwork:callback")),
            "content_hours": settings.UPWORK_CONTENT_HOURS,
        },
        partials={"connection-facts": "connection_facts"},
        status=status,
    )


def _finish(request: AuthedRequest) -> tuple[services.Attempt, str]:
    """Connect with what Upwork sent, and say how it went; each attempt is good for one answer."""
    # taken out before anything can fail, so that a code cannot be played twice
    stored = request.session.pop(SESSION_KEY, None)
    if stored is None:
        raise DomainError(_("This answer does not belong to a connection that you started here. Start again."))
    if refusal := request.GET.get("error"):
        raise DomainError(_refused(refusal))
    attempt = services.Attempt(**stored)
    before = selectors.connection_of(request.user.pk)
    after = services.connect(
        owner_id=request.user.pk, attempt=attempt, state=request.GET.get("state", ""), code=request.GET.get("code", "")
    )
    return attempt, _connected(before, after)


def _connected(before: Connection | None, after: Connection) -> str:
    if before is None or before.upwork_user_id in {"", after.upwork_user_id}:
        return _("Upwork is connected.")
    return _("You are now connected as %(new)s; proposals of %(old)s stay in your pipeline.") % {
        "new": after.upwork_name,
        "old": before.upwork_name,
    }


def _choice(value: str) -> KeyChoice:
    return KeyChoice(value) if value in set(KeyChoice) else KeyChoice.INSTALLATION


def _refused(error: str) -> str:
    if error == "access_denied":
        return _("You did not give the permission, so nothing was connected.")
    return _("Upwork refused the connection: %(reason)s") % {"reason": error[:80]}
