"""The public front page, the pages that say what went wrong, and the gallery of components for staff."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from apps.accounts import privacy as registry
from apps.core import logs
from apps.pages import samples

DEMO_LOGIN: Final = {"email": "demo@bidwright.example", "password": "Demo-pass-2026!"}

PAUSE_SECONDS: Final = "60"


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/landing.html", {"demo_login": DEMO_LOGIN, "samples": samples})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """The public page: the same registry that shows, hands out and erases."""
    context = {
        "holdings": registry.holdings(),
        "grace_days": settings.ERASURE_GRACE_DAYS,
        "retention": registry.days_in_words(settings.RETENTION_DAYS),
        "contact": settings.PRIVACY_CONTACT,
    }
    return render(request, "pages/privacy.html", context)


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Browsers ask here for pages that name no icon, such as the sandbox's."""
    return redirect(static("img/logo.svg"))


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, with sample content: where a change of look is judged."""
    return render(
        request,
        "pages/gallery.html",
        {"samples": samples, "say": samples.SAY, "form": samples.SampleForm(samples.SAMPLE_INPUT)},
    )


@requires_csrf_token
def bad_request(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _oops("400.html", 400)


@requires_csrf_token
def forbidden(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _oops("403.html", 403)


@requires_csrf_token
def not_found(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _oops("404.html", 404)


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    return _oops("403_csrf.html", 403)


@requires_csrf_token
def too_many(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    response = _oops("429.html", 429)
    response["Retry-After"] = PAUSE_SECONDS  # whoever knows better writes over it
    return response


@requires_csrf_token
def server_error(_request: HttpRequest) -> HttpResponse:
    return _oops("500.html", 500)


def _oops(template: str, status: int) -> HttpResponse:
    """Rendered without the request, so that it works whatever broke: session, database or cache."""
    return HttpResponse(render_to_string(template, {"request_id": logs.request_id()}), status=status)
