"""The one way to answer a page request, whole or in part."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from apps.accounts.models import User

require_form_methods: Final = require_http_methods(["GET", "HEAD", "POST"])


class HtmxRequest(HttpRequest):
    htmx: HtmxDetails


class AuthedRequest(HtmxRequest):
    """A request behind `login_required`: the user is a real one."""

    user: "User"


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    partials: Mapping[str, str] | None = None,
    status: int = 200,
) -> TemplateResponse:
    """Render the page, or the one of its fragments that htmx asked for.

    `partials` maps the DOM id of a fragment to its `partialdef`: a closed list, so that a client never
    names a template. A history restore always gets the whole page.
    """
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    target = None
    if htmx and htmx.target and not htmx.history_restore_request:
        target = unquote(htmx.target).rpartition("#")[2]  # htmx 4 sends "ul#match-list"
    name = (partials or {}).get(target or "")
    response = TemplateResponse(request, f"{template}#{name}" if name else template, dict(context), status=status)
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response
