"""Saved searches: the list, the editor, and trying a search before it is saved."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core import limits
from apps.core.errors import DomainError
from apps.core.htmx import AuthedRequest, render_page, require_form_methods
from apps.jobs import selectors, wording
from apps.jobs.forms import SearchForm
from apps.jobs.models import SavedSearch
from apps.jobs.selectors.searches import Trial, try_search
from apps.jobs.services import searches
from apps.upwork import policy
from apps.upwork import selectors as upwork

TRIES_A_MINUTE: Final = 30


@require_safe
@login_required
def search_list(request: AuthedRequest) -> HttpResponse:
    """Every saved search with how it goes: when it was read, what is wrong, how many unread."""
    connection = upwork.connection_of(request.user.pk)
    return render_page(
        request,
        "jobs/search_list.html",
        {
            "searches": selectors.search_lines(request.user.pk),
            "is_connected": connection is not None and connection.is_connected,
            "pace": wording.pace(policy.least_poll_seconds()),
        },
    )


@require_form_methods
@login_required
def search_create(request: AuthedRequest) -> HttpResponse:
    form = SearchForm(request.POST or None, owner_id=request.user.pk)
    if form.is_valid() and _tries(request) is False:
        try:
            searches.create_search(actor=request.user, fields=form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. What fits shows in the feed."))
            return redirect("jobs:search-list")
    return _editor(request, form)


@require_form_methods
@login_required
def search_edit(request: AuthedRequest, search_id: UUID) -> HttpResponse:
    search = get_object_or_404(SavedSearch, public_id=search_id)
    form = SearchForm(request.POST or None, instance=search, owner_id=request.user.pk)
    if form.is_valid() and _tries(request) is False:
        try:
            searches.update_search(actor=request.user, search_id=search.pk, changes=form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. The feed is being matched again."))
            return redirect("jobs:search-list")
    return _editor(request, form, search)


@require_POST
@login_required
def search_preview(request: AuthedRequest) -> HttpResponse:
    """The search as it stands in the form, tried on the person's last days."""
    form = SearchForm(request.POST, owner_id=request.user.pk)
    form.fields["name"].required = False
    return render_page(request, "jobs/trial.html", {"trial": _trial(request, form), "form": form})


@require_form_methods
@login_required
def search_delete(request: AuthedRequest, search_id: UUID) -> HttpResponse:
    """Asked once, then gone; the matches stay where another search or a mark keeps them."""
    search = get_object_or_404(SavedSearch, public_id=search_id)
    if request.method == "POST":
        searches.delete_search(actor=request.user, search_id=search.pk)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": search.name})
        return redirect("jobs:search-list")
    return render_page(request, "jobs/search_delete.html", {"search": search})


def _tries(request: AuthedRequest) -> bool:
    """Without JavaScript the button “Try it” sends the form here."""
    return "try" in request.POST


def _trial(request: AuthedRequest, form: SearchForm) -> Trial | None:
    """Nobody needs more tries than one every two seconds, and each reads hundreds of postings."""
    if not form.is_valid():
        return None
    if not limits.take(limits.Limit(f"jobs.try:{request.user.pk}", TRIES_A_MINUTE, 60)).allowed:
        form.add_error(None, _("Too many tries in a short time. Wait a little."))
        return None
    return try_search(form.unsaved())


def _editor(request: AuthedRequest, form: SearchForm, search: SavedSearch | None = None) -> HttpResponse:
    trial = _trial(request, form) if _tries(request) else None
    return render_page(
        request,
        "jobs/search_edit.html",
        {"form": form, "search": search, "trial": trial},
        status=422 if form.errors else 200,
    )
