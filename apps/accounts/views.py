"""The settings pages, and the switches of theme and language that stand on every page."""

from typing import Final
from uuid import UUID

from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import panels, pictures, selectors, services
from apps.accounts.cookies import language_cookie, theme_cookie
from apps.accounts.enums import Theme
from apps.accounts.forms import AISettingsForm, PortfolioItemForm, PreferencesForm, ProfileForm
from apps.accounts.models import PortfolioItem, User
from apps.core.htmx import AuthedRequest, render_page, require_form_methods
from apps.core.redirects import safe_next
from apps.core.throttle import limited

PICTURE_SECONDS: Final = 7 * 24 * 3600


@require_safe
@login_required
def index(_request: AuthedRequest) -> HttpResponse:
    return redirect("accounts:profile")


@require_form_methods
@login_required
def profile(request: AuthedRequest) -> HttpResponse:
    form = ProfileForm(*_posted(request), instance=selectors.profile_of(request.user.pk))
    if form.is_valid():
        services.update_profile(actor=request.user, changes=form.changes)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    context = {"form": form, "profile": selectors.profile_of(request.user.pk)}
    return render_page(request, "accounts/profile.html", context, status=422 if form.is_bound else 200)


@require_safe
@login_required
def profile_picture(request: AuthedRequest) -> HttpResponse:
    return _picture(selectors.profile_of(request.user.pk).picture)


@require_safe
@login_required
def portfolio_list(request: AuthedRequest) -> HttpResponse:
    return render_page(request, "accounts/portfolio_list.html", {"items": selectors.portfolio_of(request.user.pk)})


@require_form_methods
@login_required
def portfolio_create(request: AuthedRequest) -> HttpResponse:
    form = PortfolioItemForm(*_posted(request))
    if form.is_valid():
        services.add_portfolio_item(actor=request.user, changes=form.changes)
        messages.success(request, _("The proof is saved; letters can cite it from now on."))
        return redirect("accounts:portfolio-list")
    return render_page(request, "accounts/portfolio_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@require_form_methods
@login_required
def portfolio_edit(request: AuthedRequest, item_id: UUID) -> HttpResponse:
    item = get_object_or_404(PortfolioItem, public_id=item_id)
    form = PortfolioItemForm(*_posted(request), instance=item)
    if form.is_valid():
        services.update_portfolio_item(item=item, changes=form.changes)
        messages.success(request, _("The proof is saved."))
        return redirect("accounts:portfolio-list")
    context = {"form": form, "item": item}
    return render_page(request, "accounts/portfolio_edit.html", context, status=422 if form.is_bound else 200)


@require_form_methods
@login_required
def portfolio_delete(request: AuthedRequest, item_id: UUID) -> HttpResponse:
    """Asks once: a proof may be what many letters rest on."""
    item = get_object_or_404(PortfolioItem, public_id=item_id)
    if request.method == "POST":
        services.delete_portfolio_item(item=item)
        messages.success(request, _("The proof is deleted."))
        return redirect("accounts:portfolio-list")
    return render_page(request, "accounts/portfolio_delete.html", {"item": item})


@require_safe
@login_required
def portfolio_picture(_request: AuthedRequest, item_id: UUID) -> HttpResponse:
    return _picture(get_object_or_404(PortfolioItem, public_id=item_id).picture)


@require_form_methods
@login_required
def preferences(request: AuthedRequest) -> HttpResponse:
    user = request.user
    current = {
        "language": user.language or translation.get_language(),
        "time_zone": user.time_zone,
        "theme": user.theme,
        "has_shortcuts": user.has_shortcuts,
    }
    form = PreferencesForm(_posted(request)[0], initial=current)
    if not form.is_valid():
        return render_page(request, "accounts/preferences.html", {"form": form}, status=422 if form.is_bound else 200)
    services.update_preferences(actor=user, **form.cleaned_data)
    with translation.override(user.language):
        messages.success(request, _("Your preferences are saved."))
    response = redirect("accounts:preferences")
    language_cookie(response, user.language)
    theme_cookie(response, user.theme)
    return response


@require_form_methods
@login_required
def ai(request: AuthedRequest) -> HttpResponse:
    form = AISettingsForm(_posted(request)[0], instance=selectors.settings_of(request.user.pk))
    if form.is_valid():
        services.update_settings(actor=request.user, changes=form.cleaned_data)
        messages.success(request, _("Your AI preferences are saved."))
        return redirect("accounts:ai")
    context = {"form": form, "budget": form.initial["monthly_budget"], **panels.collect(request.user.pk)}
    return render_page(request, "accounts/ai.html", context, status=422 if form.is_bound else 200)


@require_POST
@limited("look", most=30, seconds=60)
def theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        raise Http404
    if isinstance(request.user, User):
        services.set_theme(actor=request.user, theme=Theme(chosen))
    response = _back(request)
    theme_cookie(response, chosen)
    return response


@require_POST
@limited("look", most=30, seconds=60)
def language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    if isinstance(request.user, User):
        services.set_language(actor=request.user, language=chosen)
    response = _back(request)
    language_cookie(response, chosen)
    return response


@never_cache
@require_safe
@login_required
def second_factor_qr(request: AuthedRequest) -> HttpResponse:
    """The code to scan while a second factor is being set up; a view, since our policy forbids data: images."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    adapter = get_mfa_adapter()
    drawing = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return HttpResponse(drawing, content_type="image/svg+xml")


def _posted(request: HttpRequest) -> "tuple[QueryDict | None, MultiValueDict[str, UploadedFile[bytes]] | None]":
    """What a form is bound to: an empty POST binds it too."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _picture(file: FieldFile) -> HttpResponse:
    """The pixels, for the owner's browser alone: the row was found in the owner's scope."""
    if not file.name or not file.storage.exists(file.name):
        raise Http404
    with file.open() as opened:
        response = HttpResponse(opened.read(), content_type=pictures.CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="picture.webp"'
    response["Content-Security-Policy"] = (
        "default-src 'none'; sandbox"  # pixels need no more, whatever they turn out to be
    )
    response["Cache-Control"] = f"private, max-age={PICTURE_SECONDS}"
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page the switch stands on, when that is one of ours."""
    return HttpResponseRedirect(safe_next(request) or "/")
