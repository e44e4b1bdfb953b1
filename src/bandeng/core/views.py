"""What every page is given, and the pages of the house itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bandeng.core import health

UNAVAILABLE = 503
TOO_MANY = 429


def shared_context(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    return {"DEMO": settings.DEMO}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Tell whether the house works; 503 while the database does not answer."""
    state = health.health()
    body = {
        "status": state.status,
        "database": "ok" if state.database else "down",
        "worker_age_seconds": state.worker_age,
        "events_waiting": state.waiting,
    }
    return JsonResponse(body, status=200 if state.database else UNAVAILABLE)


def too_many_requests(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """The page for whoever asks too often; `retry_after` in seconds, from `allowance.allow`."""
    response = render(request, "429.html", status=TOO_MANY)
    response["Retry-After"] = str(retry_after)
    return response
