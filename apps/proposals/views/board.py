"""The pipeline."""

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.errors import DomainError
from apps.core.htmx import AuthedRequest, render_page
from apps.core.redirects import safe_next
from apps.proposals import selectors, services
from apps.proposals.enums import Column, Status
from apps.proposals.forms import BoardForm, MoveForm
from apps.proposals.models import Proposal
from apps.proposals.selectors import PAGE, BoardFilter

PARTIALS: Final = {"board": "board"}


@require_safe
@login_required
def pipeline(request: AuthedRequest) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
def move(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    """Put a card elsewhere: from the board, or from the proposal's own page."""
    proposal = get_object_or_404(Proposal, public_id=proposal_id)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _page(request, error=_("There is no such step."), status=422)
    try:
        services.move_proposal(
            proposal_id=proposal.pk,
            to=Status(form.cleaned_data["to"]),
            note=form.cleaned_data["note"],
            actor=request.user,
        )
    except DomainError as error:
        return _page(request, error=str(error), status=409)
    if request.htmx:
        return _page(request)
    return redirect(safe_next(request) or "proposals:pipeline")


def _page(request: AuthedRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    form = BoardForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    chosen = BoardFilter(words=given.get("q") or "", show=given.get("show") or "")
    column, page = given.get("column"), given.get("page") or 1
    query = request.GET.urlencode()
    context: dict[str, object] = {
        "chosen": chosen,
        "form": form,
        "error": error,
        "page": page,
        "board_query": query,
        "board_path": f"{reverse('proposals:pipeline')}?{query}" if query else reverse("proposals:pipeline"),
    }
    if column:
        shown = selectors.column_of(request.user.pk, chosen, Column(column), page=page)
        context |= {"column": shown, "shown": [shown], "has_more": shown.count > page * PAGE}
    else:
        context["board"] = selectors.board_of(request.user.pk, chosen)
    return render_page(request, "proposals/pipeline.html", context, partials=PARTIALS, status=status)
