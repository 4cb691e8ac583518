"""Pages of the demo world; their addresses exist only there."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.core.htmx import render_page
from apps.ops import mailbox


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """What the demo would have mailed, newest first."""
    return render_page(
        request, "ops/mail_list.html", {"mails": mailbox.newest_mails()}, partials={"mail-list": "mail_list"}
    )
