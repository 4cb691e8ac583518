"""Health for people, balancers and monitors; the letter box for what browsers refuse."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from apps.core import health, policy_reports
from apps.core.protection import size_of
from apps.core.throttle import limited


@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers; asks nobody else."""
    return JsonResponse({"status": "ok"})


@require_safe
@limited("health", most=120, seconds=60)
def ready(_request: HttpRequest) -> JsonResponse:
    """Each dependency by name; 503 when one does not answer that no page works without."""
    answers = health.ask_all()
    failed = any(answer.error for answer in answers if answer.is_essential)
    degraded = any(answer.error for answer in answers)
    return JsonResponse(
        {
            "status": "failed" if failed else "degraded" if degraded else "ok",
            "dependencies": {
                answer.name: {
                    "status": "failed" if answer.error else "ok",
                    "milliseconds": round(answer.seconds * 1000, 1),
                }
                for answer in answers
            },
        },
        status=503 if failed else 200,
    )


@csrf_exempt  # browsers send these by themselves, without a form
@require_POST
@limited("policy-report", most=30, seconds=60)
def policy_report(request: HttpRequest) -> HttpResponse:
    """What a browser has refused by our Content-Security-Policy."""
    if request.content_type not in policy_reports.TYPES:
        return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if size_of(request.META.get("CONTENT_LENGTH")) > policy_reports.MOST_BYTES:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        violations = policy_reports.read(request.body)
    except ValueError:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    policy_reports.keep(violations)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
