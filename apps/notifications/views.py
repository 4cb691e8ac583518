"""The bell's list and what reaches the person where."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.htmx import AuthedRequest, render_page, require_form_methods
from apps.notifications import selectors, services
from apps.notifications.catalogue import CATALOGUE, path
from apps.notifications.forms import PreferencesForm

PAGE: Final = 30


@require_safe
@login_required
def notice_list(request: AuthedRequest) -> HttpResponse:
    page = Paginator(selectors.notices_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "notices": [selectors.notice(delivery) for delivery in page],
        "unread": selectors.unread_count(request.user.pk),
    }
    return render_page(request, "notifications/list.html", context, partials={"notice-list": "notice_list"})


@require_safe
@login_required
def bell(request: AuthedRequest) -> HttpResponse:
    """The link with its count, asked for by pages apart so that no page waits for it."""
    return render_page(request, "notifications/bell.html", {"unread": selectors.unread_count(request.user.pk)})


@require_safe
@login_required
def notice_open(request: AuthedRequest, notice_id: UUID) -> HttpResponse:
    """On to what the notice is about; it is read from now on."""
    delivery = get_object_or_404(selectors.notices_of(request.user.pk), public_id=notice_id)
    services.mark_read(owner_id=request.user.pk, public_id=notice_id)
    return redirect(path(CATALOGUE[delivery.event], delivery.context))


@require_POST
@login_required
def read_all(request: AuthedRequest) -> HttpResponse:
    services.mark_read(owner_id=request.user.pk)
    return redirect("notifications:list")


@require_form_methods
@login_required
def preferences(request: AuthedRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = PreferencesForm(data, on=selectors.channels_of(request.user.pk))
    if form.is_valid():
        services.choose_channels(owner_id=request.user.pk, wanted=form.wanted)
        messages.success(request, _("Your choice is saved."))
        return redirect("notifications:preferences")
    return render_page(request, "notifications/preferences.html", {"form": form}, status=422 if form.is_bound else 200)
