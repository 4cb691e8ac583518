"""The first two minutes: skills, a first search, the connection, the first matches. Each step can be skipped."""

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from apps.accounts import selectors as accounts
from apps.accounts import services as account_services
from apps.core.errors import DomainError
from apps.core.htmx import AuthedRequest, render_page, require_form_methods
from apps.core.templatetags import ui
from apps.jobs.cards import Card, card_of
from apps.jobs.models import SavedSearch, Sighting
from apps.jobs.onboarding import vocabulary
from apps.jobs.onboarding.forms import FirstSearchForm, SkillsForm
from apps.jobs.selectors.feed import FeedFilter, feed_page
from apps.jobs.services import searches
from apps.upwork import policy
from apps.upwork import selectors as upwork

SKILLS_IN_NAME: Final = 2
FIRST_MATCHES: Final = 4


@require_form_methods
@login_required
def skills(request: AuthedRequest) -> HttpResponse:
    profile = accounts.profile_of(request.user.pk)
    stored = {name: getattr(profile, name) for name in SkillsForm.base_fields}
    form = SkillsForm(request.POST or None, initial=stored)
    if form.is_valid():
        account_services.update_profile(actor=request.user, changes=form.cleaned_data)
        return redirect("welcome:search")
    context = {
        "form": form,
        "fields_of_work": vocabulary.suggestions(without=profile.skills),
        "all_skills": vocabulary.all_skills(),
    }
    return _step(request, "skills", context, has_errors=bool(form.errors))


@require_form_methods
@login_required
def search(request: AuthedRequest) -> HttpResponse:
    """A search made from the skills, to be changed or taken as it is."""
    existing = SavedSearch.objects.first()
    form = FirstSearchForm(
        request.POST or None,
        instance=existing,
        initial=None if existing else _made_from_skills(request.user.pk),
        owner_id=request.user.pk,
    )
    if form.is_valid():
        try:
            if existing:
                searches.update_search(actor=request.user, search_id=existing.pk, changes=form.cleaned_data)
            else:
                searches.create_search(actor=request.user, fields=form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("welcome:connect")
    return _step(request, "search", {"form": form}, has_errors=bool(form.errors))


@require_safe
@login_required
def connect(request: AuthedRequest) -> HttpResponse:
    connection = upwork.connection_of(request.user.pk)
    return _step(
        request,
        "connect",
        {
            "is_connected": connection is not None and connection.is_connected,
            "is_sandbox": policy.is_sandbox(),
            "has_installation_key": bool(settings.UPWORK_CLIENT_ID),
        },
    )


@require_safe
@login_required
def done(request: AuthedRequest) -> HttpResponse:
    """The first matches as they come in; from here on a log-in leads to the feed."""
    account_services.complete_onboarding(actor=request.user)
    connection = upwork.connection_of(request.user.pk)
    profile = accounts.profile_of(request.user.pk)
    return _step(
        request,
        "done",
        {
            "is_connected": connection is not None and connection.is_connected,
            "search": SavedSearch.objects.first(),
            "seen": Sighting.objects.count(),
            "cards": _first_matches(request.user.pk),
            "has_profile": all((profile.hourly_rate, profile.full_name, profile.title, profile.overview)),
            "has_proofs": accounts.portfolio_of(request.user.pk).exists(),
        },
    )


def _first_matches(owner_id: int) -> list[Card]:
    rows = feed_page(FeedFilter(sort="best"), owner_id=owner_id).rows[:FIRST_MATCHES]
    return [card_of(row, age=ui.age(row.posted_at)) for row in rows]


def _made_from_skills(owner_id: int) -> dict[str, object]:
    own = accounts.profile_of(owner_id).skills
    return {"name": " + ".join(own[:SKILLS_IN_NAME]), "skills": own[:30]}


def _step(request: AuthedRequest, step: str, context: dict[str, object], *, has_errors: bool = False) -> HttpResponse:
    return render_page(
        request,
        f"jobs/welcome_{step}.html",
        {"step": step, **context},
        partials={"first-matches": "first_matches"} if step == "done" else None,
        status=422 if has_errors else 200,
    )
