"""The first two minutes: skills, a first search, the connection, the feed."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse


@login_required
def skills(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def search(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def connect(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)


@login_required
def done(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=503)
