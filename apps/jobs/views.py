"""Pages of the jobs room: request in, one selector or service, response out."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse


@login_required
def feed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def feed_news(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def weights(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def search_list(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def search_create(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def search_preview(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def search_edit(request: HttpRequest, search_id: UUID) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def search_delete(request: HttpRequest, search_id: UUID) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def save(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def unsave(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def hide(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def unhide(request: HttpRequest, job_id: UUID) -> HttpResponse:
    return HttpResponse(status=503)
