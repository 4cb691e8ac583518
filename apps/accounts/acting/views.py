"""The way in, on the pages of staff, and the way out, on every page."""

from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts import roles
from apps.accounts.acting import session
from apps.accounts.acting.forms import ReasonForm
from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.core.htmx import AuthedRequest, require_form_methods


@require_form_methods
def act_for(request: AuthedRequest, person_id: UUID) -> HttpResponse:
    if not roles.may_open(request.user, "admin:act-for"):
        raise PermissionDenied
    person = get_object_or_404(User, public_id=person_id)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            session.begin(request=request, staff=request.user, person=person, reason=form.cleaned_data["reason"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("jobs:feed")
    context = {**admin.site.each_context(request), "title": _("Act for a person"), "form": form, "person": person}
    return TemplateResponse(request, "admin/act_for.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def acting_end(request: HttpRequest) -> HttpResponse:
    """Back to where staff work; whoever acts for nobody is led to the front page."""
    if not hasattr(request, "acting"):
        return redirect("pages:landing")
    person: User = request.acting.person
    session.end(request, how="left")
    messages.success(request, _("You are yourself again."))
    return redirect("admin:accounts_user_change", person.pk)
