"""What counts in the score, and what a change would do to the last jobs."""

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from apps.core.htmx import AuthedRequest, render_page, require_form_methods
from apps.jobs import selectors
from apps.jobs.forms import WeightsForm
from apps.jobs.services import searches


@require_form_methods
@login_required
def weights(request: AuthedRequest) -> HttpResponse:
    """The same form previews (by htmx, or its button “Preview”) and saves."""
    stored = selectors.weights_of(request.user.pk)
    form = WeightsForm(request.POST or None, initial=asdict(stored))
    if form.is_valid() and "save" in request.POST:
        count = searches.set_weights(actor=request.user, weights=form.weights())
        messages.success(
            request,
            ngettext("%(count)s job was scored again.", "%(count)s jobs were scored again.", count) % {"count": count},
        )
        return redirect("jobs:weights")
    shown = form.weights() if form.is_bound and form.is_valid() else stored
    return render_page(
        request,
        "jobs/weights.html",
        {"form": form, "rescored": selectors.rescored(shown)},
        partials={"weights-preview": "preview"},
        status=422 if form.errors else 200,
    )
