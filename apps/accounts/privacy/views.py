"""The page on which people read what is held of them, take it with them, and end it."""

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import reauthentication
from apps.accounts.models import Export
from apps.accounts.privacy import erasing, exporting, selectors
from apps.accounts.privacy.forms import EraseForm
from apps.accounts.privacy.registry import holdings
from apps.core.errors import DomainError
from apps.core.htmx import AuthedRequest, render_page

TEMPLATE: Final = "accounts/privacy.html"
PARTIALS: Final = {"export": "export"}
EXPORT_PLACE: Final = "#export"


@require_safe
@login_required
def privacy(request: AuthedRequest) -> HttpResponse:
    return render_page(request, TEMPLATE, _context(request), partials=PARTIALS)


@require_POST
@login_required
@reauthentication.required
def export_create(request: AuthedRequest) -> HttpResponse:
    try:
        exporting.ask_export(actor=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your archive is being made. You get a mail when it is ready."))
    return redirect(reverse("accounts:privacy") + EXPORT_PLACE)


@never_cache
@require_safe
@login_required
def export_download(request: AuthedRequest, export_id: UUID) -> HttpResponseBase:
    """The file, in portions; once its time is over, back to where a new one is made."""
    export = get_object_or_404(Export, public_id=export_id)
    if not export.is_ready or not default_storage.exists(export.path):
        messages.error(request, _("This archive is not there any more. Make a new one."))
        return redirect("accounts:privacy")
    if request.method == "GET":
        exporting.note_download(export=export)
    opened = default_storage.open(export.path)
    return FileResponse(opened, as_attachment=True, filename=export.file_name, content_type="application/zip")


@require_POST
@login_required
@reauthentication.required
def erasure_create(request: AuthedRequest) -> HttpResponse:
    form = EraseForm(request.POST, owner_email=request.user.email)
    if form.is_valid():
        try:
            erasing.ask_erasure(actor=request.user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your account will be erased. We have written to you."))
            return redirect("accounts:privacy")
    return render_page(request, TEMPLATE, _context(request, form=form), status=422)


@require_POST
@login_required
def erasure_cancel(request: AuthedRequest) -> HttpResponse:
    if erasing.cancel_erasure(owner_id=request.user.pk):
        messages.success(request, _("Your account stays. Nothing will be erased."))
    return redirect("accounts:privacy")


def _context(request: AuthedRequest, *, form: EraseForm | None = None) -> dict[str, Any]:
    return {
        "holdings": holdings(),
        "export": selectors.newest_export(request.user.pk),
        "erasure": erasing.planned_for(request.user.pk),
        "form": form or EraseForm(owner_email=request.user.email),
        "grace_days": settings.ERASURE_GRACE_DAYS,
        "export_hours": settings.EXPORT_HOURS,
    }
