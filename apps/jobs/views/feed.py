"""The feed, one job beside it, and the marks a person makes."""

from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST, require_safe

from apps.core.htmx import AuthedRequest, render_page
from apps.jobs import selectors
from apps.jobs.cards import lines_of
from apps.jobs.enums import HideReason
from apps.jobs.forms import SCORE_FROM, FeedForm, HideForm
from apps.jobs.models import Match
from apps.jobs.selectors.feed import Cursor, FeedFilter, FeedPage, feed_page, newer_than
from apps.jobs.selectors.pane import pane_of
from apps.jobs.selectors.watch import watch_of
from apps.jobs.services import marks

PARTIALS: Final = {"match-list": "match_list", "feed-state": "feed_state", "older": "match_rows", "detail": "pane"}


@require_safe
@login_required
def feed(request: AuthedRequest) -> HttpResponse:
    """The person's matches; the first visit leads through the first steps."""
    chosen = FeedForm(request.GET).chosen()
    if known := request.GET.get("state"):
        watch = watch_of(request.user.pk, selectors.rail_searches(request.user.pk))
        if known == watch.key:
            return HttpResponse(status=204)  # the head of the feed has nothing new to say
    page = feed_page(chosen, owner_id=request.user.pk, before=Cursor.parse(request.GET.get("before", "")))
    if not page.rows and not chosen.is_narrow and selectors.needs_welcome(request.user.pk):
        return redirect("welcome:skills")
    return render_page(request, "jobs/feed.html", _list(request, chosen, page), partials=PARTIALS)


@require_safe
@login_required
def feed_news(request: AuthedRequest) -> HttpResponse:
    """What the pill says: how many matches came since the page was made. The list itself stays where it is."""
    since = _moment(request.GET.get("since", ""))
    chosen = FeedForm(request.GET).chosen()
    count = newer_than(chosen, since, owner_id=request.user.pk) if since else 0
    return render_page(request, "jobs/feed.html#live_pill", {"count": count, "chosen": chosen})


@require_safe
@login_required
def rail(request: AuthedRequest) -> HttpResponse:
    """The saved searches of the navigation, for pages that do not show them themselves."""
    return render_page(request, "jobs/rail.html", {"searches": selectors.rail_searches(request.user.pk)})


@require_safe
@login_required
def detail(request: AuthedRequest, job_id: UUID) -> HttpResponse:
    """One job; opening it marks it read."""
    match = selectors.match_of(job_id)
    if request.method == "GET":
        marks.open_match(match_id=match.pk)
    context = {"pane": pane_of(match), "hide_reasons": HideReason.choices}
    if not request.htmx or request.htmx.history_restore_request:
        chosen = FeedFilter()
        context |= _list(request, chosen, feed_page(chosen, owner_id=request.user.pk), opened=job_id)
    return render_page(request, "jobs/feed.html", context, partials=PARTIALS)


@require_POST
@login_required
def save(request: AuthedRequest, job_id: UUID) -> HttpResponse:
    _found(marks.save(job_public_id=job_id))
    return _marked(request, job_id)


@require_POST
@login_required
def unsave(request: AuthedRequest, job_id: UUID) -> HttpResponse:
    _found(marks.unsave(job_public_id=job_id))
    return _marked(request, job_id)


@require_POST
@login_required
def hide(request: AuthedRequest, job_id: UUID) -> HttpResponse:
    """Hide the job; a reason that nobody offered counts as none."""
    form = HideForm(request.POST)
    _found(marks.hide(job_public_id=job_id, reason=form.cleaned_data["reason"] if form.is_valid() else ""))
    return _marked(request, job_id, template="jobs/hidden.html")


@require_POST
@login_required
def unhide(request: AuthedRequest, job_id: UUID) -> HttpResponse:
    """Bring it back: the list is shown again under the filters that the page has."""
    _found(marks.unhide(job_public_id=job_id))
    if not request.htmx:
        return redirect("jobs:detail", job_id=job_id)
    address = urlsplit(request.htmx.current_url or "")
    chosen = FeedForm(QueryDict(address.query)).chosen()
    page = feed_page(chosen, owner_id=request.user.pk)
    is_beside = address.path == reverse("jobs:detail", args=[job_id])
    context = _list(request, chosen, page, opened=job_id if is_beside else None)
    if is_beside:
        match = selectors.match_of(job_id)
        context |= {"match": match, "job": match.job, "hide_reasons": HideReason.choices}
    return render_page(request, "jobs/unhidden.html", context)


def _list(
    request: AuthedRequest, chosen: FeedFilter, page: FeedPage, *, opened: UUID | None = None
) -> dict[str, object]:
    """What the list shows, whole or as a fragment; its head, when asked for anew, counts news from where it did."""
    since = _moment(request.GET.get("since", ""))
    searches = SimpleLazyObject(partial(selectors.rail_searches, request.user.pk, current=chosen.search))
    return {
        "chosen": chosen,
        "page": page,
        "lines": lines_of(page.rows, opened=opened),
        "now": since or timezone.now(),
        "is_renewed": since is not None,
        "watch": SimpleLazyObject(partial(watch_of, request.user.pk, searches)),
        "rail_searches": searches,
        "searches_url": reverse("jobs:search-list"),
        "score_from": SCORE_FROM,
    }


def _marked(request: AuthedRequest, job_id: UUID, *, template: str = "jobs/marks.html") -> HttpResponse:
    """The buttons of the pane in their new state; without JavaScript the page again."""
    if not request.htmx:
        return redirect("jobs:detail", job_id=job_id)
    match: Match = selectors.match_of(job_id)
    return render_page(request, template, {"match": match, "job": match.job, "hide_reasons": HideReason.choices})


def _found(is_found: bool) -> None:
    if not is_found:
        raise Http404


def _moment(given: str) -> datetime | None:
    try:
        moment = parse_datetime(given)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
