"""The page of one proposal: writing, approving, sending."""

from collections.abc import Callable
from functools import wraps
from typing import Final, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.core.htmx import AuthedRequest, render_page, require_form_methods
from apps.jobs import selectors as jobs
from apps.proposals import selectors, services
from apps.proposals.comparison import compare
from apps.proposals.forms import BidForm, LetterForm
from apps.proposals.models import Proposal
from apps.proposals.services import Saved, Typed

TEMPLATE: Final = "proposals/editor.html"
PARTIALS: Final = {"state": "state"}
TOO_LONG: Final = gettext_lazy("The letter is too long to be saved. Shorten it.")


def step(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """One step of a person, by POST. Its address, loaded again or after the log-in, leads back to the proposal."""

    @login_required
    @require_form_methods
    @wraps(view)
    def answer(request: AuthedRequest, proposal_id: UUID, **kwargs: int) -> HttpResponse:
        if request.method != "POST":
            get_object_or_404(Proposal, public_id=proposal_id)
            return redirect("proposals:detail", proposal_id)
        return view(request, proposal_id, **kwargs)

    return answer


class Action(Protocol):
    def __call__(self, *, proposal_id: int, actor: User) -> object: ...


@require_POST
@login_required
def draft_create(request: AuthedRequest) -> HttpResponse:
    match = jobs.match_of(_uuid(request.POST.get("job_id", "")))
    proposal = services.start_draft(match=match, actor=request.user)
    return redirect("proposals:detail", proposal.public_id)


@require_safe
@login_required
def detail(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    return _page(request, proposal_id)


@require_safe
@login_required
def letter(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    """The letter alone, to be read: what a page asks for when it missed a part of the stream, or at its end."""
    editor = selectors.editor_of(proposal_id)
    context = {"editor": editor, "proposal": editor.proposal, "is_read_only": True}
    return render_page(request, "proposals/letter.html#letter", context)


@require_safe
@login_required
def fee(request: AuthedRequest) -> HttpResponse:
    """What a bid means after Upwork's fee, while it is being typed."""
    form = BidForm(request.GET)
    bid = form.cleaned_data["bid"] if form.is_valid() else None
    context = {
        "bid_form": form,
        "fee": selectors.fee_for(bid),
        "currency": request.GET.get("currency", "USD")[:3],
        "kind": request.GET.get("kind", ""),
    }
    return render_page(request, "proposals/bid.html#sum", context, status=200 if form.is_valid() else 422)


@step
def save(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    """Save the form. Autosave gets JSON, a person without JavaScript gets the page."""
    proposal = get_object_or_404(Proposal, public_id=proposal_id)
    is_autosave = "X-Autosave" in request.headers
    form, bid_form = LetterForm(request.POST), BidForm(request.POST)
    if not form.is_valid():
        return _answer(request, proposal_id, str(TOO_LONG), status=422, is_autosave=is_autosave)
    try:
        saved = _save(proposal, form, bid_form, request)
    except DomainError as error:
        return _answer(request, proposal_id, str(error), status=409, is_autosave=is_autosave)
    if saved.is_conflict:
        return _answer(request, proposal_id, _conflict_words(saved), status=409, is_autosave=is_autosave)
    if not is_autosave and not bid_form.is_valid():
        return _page(request, proposal_id, bid_form=bid_form, status=422)
    if not is_autosave:
        return redirect("proposals:detail", proposal_id)
    saved_at = date_format(timezone.localtime(saved.current.updated_at), "H:i")
    return JsonResponse({"saved_at": saved_at, "base": saved.current.stamp, "version": saved.current.number})


@step
def approve(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    """Save what the form holds and approve exactly that; anything else that was saved meanwhile stops it."""
    proposal = get_object_or_404(Proposal, public_id=proposal_id)
    form, bid_form = LetterForm(request.POST), BidForm(request.POST)
    if not form.is_valid() or not bid_form.is_valid():
        return _page(request, proposal_id, bid_form=bid_form, status=422)
    try:
        if proposal.is_editable and "text" in request.POST:
            saved = services.save_and_approve(
                proposal_id=proposal.pk, typed=_typed(form), bid=bid_form.cleaned_data["bid"], actor=request.user
            )
            if saved.is_conflict:
                return _page(request, proposal_id, error=_conflict_words(saved), status=409)
        else:
            services.approve_proposal(proposal_id=proposal.pk, actor=request.user)
    except DomainError as error:
        return _page(request, proposal_id, error=str(error), status=409)
    return redirect(f"{reverse('proposals:detail', args=[proposal_id])}#sending")  # where the focus goes


@step
def rewrite(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    """Ask for another letter; what stands in the form is saved as a version first."""
    proposal = get_object_or_404(Proposal, public_id=proposal_id)
    form, bid_form = LetterForm(request.POST), BidForm(request.POST)
    if "text" in request.POST and not form.is_valid():
        return _page(request, proposal_id, error=str(TOO_LONG), status=422)
    try:
        if "text" in request.POST and proposal.is_editable:
            saved = _save(proposal, form, bid_form, request)
            if saved.is_conflict:
                return _page(request, proposal_id, error=_conflict_words(saved), status=409)
        services.rewrite_letter(proposal_id=proposal.pk, actor=request.user)
    except DomainError as error:
        return _page(request, proposal_id, error=str(error), status=409)
    return redirect("proposals:detail", proposal_id)


@step
def draft_cancel(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    return _do(request, proposal_id, services.cancel_draft)


@step
def undo(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    return _do(request, proposal_id, services.undo_approval)


@step
def mark_sent(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    return _do(request, proposal_id, services.mark_sent)


@step
def mark_not_sent(request: AuthedRequest, proposal_id: UUID) -> HttpResponse:
    return _do(request, proposal_id, services.mark_not_sent)


@step
def version_restore(request: AuthedRequest, proposal_id: UUID, number: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal, public_id=proposal_id)
    get_object_or_404(proposal.versions, number=number)
    try:
        services.restore_version(proposal_id=proposal.pk, number=number, actor=request.user)
    except DomainError as error:
        return _page(request, proposal_id, error=str(error), status=409)
    return redirect("proposals:detail", proposal_id)


@require_safe
@login_required
def version_compare(request: AuthedRequest, proposal_id: UUID, number: int) -> HttpResponse:
    """One version against the one that is current."""
    proposal = get_object_or_404(Proposal.objects.select_related("job", "current_version"), public_id=proposal_id)
    old = get_object_or_404(proposal.versions, number=number)
    current = proposal.current_version or old
    context = {
        "proposal": proposal,
        "title": selectors.title_of(proposal, is_gone=selectors.is_content_gone(proposal)),
        "old": old,
        "current": current,
        "pieces": compare(old.text, current.text),
    }
    return render_page(request, "proposals/compare.html", context)


def _do(request: AuthedRequest, proposal_id: UUID, action: Action) -> HttpResponse:
    """One step of a person on one proposal; what they may not do is said on the page."""
    proposal = get_object_or_404(Proposal, public_id=proposal_id)
    try:
        action(proposal_id=proposal.pk, actor=request.user)
    except DomainError as error:
        return _page(request, proposal_id, error=str(error), status=409)
    return redirect("proposals:detail", proposal_id)


def _save(proposal: Proposal, form: LetterForm, bid_form: BidForm, request: AuthedRequest) -> Saved:
    """The letter and, where it makes sense, the bid: a slip in one never costs the other."""
    saved = services.save_edit(proposal_id=proposal.pk, typed=_typed(form), actor=request.user)
    if bid_form.is_valid():
        services.set_bid(proposal_id=proposal.pk, amount=bid_form.cleaned_data["bid"], actor=request.user)
    return saved


def _typed(form: LetterForm) -> Typed:
    return Typed(**{name: form.cleaned_data[name] for name in ("text", "answers", "base", "tab")})


def _page(
    request: AuthedRequest, proposal_id: UUID, *, bid_form: BidForm | None = None, error: str = "", status: int = 200
) -> HttpResponse:
    editor = selectors.editor_of(proposal_id)
    proposal = editor.proposal
    context = {
        "editor": editor,
        "proposal": proposal,
        "bid_form": bid_form,
        "bid_value": str(proposal.bid_amount or "") if bid_form is None else bid_form.data.get("bid", ""),
        "fee": editor.fee,
        "kind": proposal.kind,
        "tab": uuid4().hex,
        "undo_seconds": settings.SEND_UNDO_SECONDS,
        "currency": proposal.currency,
        "error": error,
    }
    return render_page(request, TEMPLATE, context, partials=PARTIALS, status=status)


def _answer(request: AuthedRequest, proposal_id: UUID, message: str, *, status: int, is_autosave: bool) -> HttpResponse:
    if is_autosave:
        return JsonResponse({"message": message}, status=status)
    return _page(request, proposal_id, error=message, status=status)


def _conflict_words(saved: Saved) -> str:
    kept = saved.kept.number if saved.kept else saved.current.number
    return _(
        "Another window saved a newer text (version %(current)s). Yours is kept as version %(kept)s: "
        "open the versions to compare or restore it."
    ) % {"current": saved.current.number, "kept": kept}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
