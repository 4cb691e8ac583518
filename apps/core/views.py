"""Health for people, balancers and monitors."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from apps.core import health


@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers; asks nobody else."""
    return JsonResponse({"status": "ok"})


@require_safe
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
