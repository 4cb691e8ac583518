"""The page on which people read what happened in their account, and take it with them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.audit import selectors
from apps.accounts.audit.forms import ActivityForm
from apps.accounts.audit.wording import Line
from apps.core import audit, sheets
from apps.core.htmx import AuthedRequest, render_page

TEMPLATE: Final = "accounts/activity.html"
PARTIALS: Final = {"activity": "activity"}
CURSOR_DIGITS: Final = 18  # what the database can count to


@require_safe
@login_required
def activity(request: AuthedRequest) -> HttpResponse:
    form = ActivityForm(request.GET)
    if not form.is_valid():
        return render_page(request, TEMPLATE, {"form": form, "page": None}, partials=PARTIALS, status=422)
    wanted = form.wanted
    cursor = request.GET.get("before", "0")
    before = int(cursor) if cursor.isascii() and cursor.isdecimal() and len(cursor) <= CURSOR_DIGITS else 0
    context = {
        "form": form,
        "page": selectors.page_of(request.user.pk, wanted, before=before),
        "is_narrow": wanted.is_narrow,
        "is_later_page": before > 0,
        "question": urlencode({name: value for name in form.fields if (value := request.GET.get(name))}),
    }
    return render_page(request, TEMPLATE, context, partials=PARTIALS)


@require_safe
@login_required
def activity_export(request: AuthedRequest) -> HttpResponse:
    """Everything that the filter finds, as CSV or JSON."""
    form, kind = ActivityForm(request.GET), request.GET.get("format", "")
    if kind not in {"csv", "json"} or not form.is_valid():
        raise Http404
    lines = selectors.every_line(request.user.pk, form.wanted)
    response = _as_csv(lines) if kind == "csv" else _as_json(lines)
    response["Content-Disposition"] = f'attachment; filename="bidwright-activity-{timezone.localdate()}.{kind}"'
    audit.record(action=audit.Action.EXPORT_DOWNLOADED, owner_id=request.user.pk, after={"format": kind})
    return response


def _as_json(lines: Iterable[Line]) -> HttpResponse:
    return JsonResponse([asdict(line) for line in lines], safe=False, json_dumps_params={"ensure_ascii": False})


def _as_csv(lines: Iterable[Line]) -> HttpResponse:
    header = [_("When"), _("What"), _("Details"), _("Who"), _("Address"), _("Browser")]
    rows = ([line.at.isoformat(), line.what, _in_words(line), line.who, line.address, line.browser] for line in lines)
    return HttpResponse(sheets.csv_of(header, rows), content_type="text/csv; charset=utf-8")


def _in_words(line: Line) -> str:
    return "; ".join(
        f"{change.label}: " + " → ".join(value for value in (change.before, change.after) if value is not None)
        for change in line.changes
    )
