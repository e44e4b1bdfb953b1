"""Maps' data: outlines of areas, and what was reported nearby."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.core.allowance import address_of, allow
from bandeng.intake.labels import moment_words
from bandeng.intake.selectors.nearby import Near, likely_duplicates
from bandeng.intake.selectors.places import outlines
from bandeng.matters.labels import MATTER_STATES

LEVELS = {level.name.lower(): level for level in Level} | {str(level.value): level for level in Level}
ASKS, ASKS_WINDOW = 60, timedelta(minutes=1)  # of one address: a moved pin asks once a second
LONGEST_TEXT = 500
SEEN_COOKIE = "near_seen"  # numbers already shown beside the map, so that the next page need not ask again
SEEN_FOR = 3600  # seconds
STATES = dict(MATTER_STATES)


@require_GET
def areas(request: HttpRequest) -> HttpResponse:
    """Outlines of one level as GeoJSON, public and kept by its tag."""
    level = LEVELS.get(request.GET.get("level", "street"))
    within = request.GET.get("within", "")
    if level is None or not (within == "" or (within.isdecimal() and len(within) in CODE_LENGTH.values())):
        return JsonResponse({"detail": "level=street|community|grid, within=an area's code"}, status=400)
    body = outlines().body(level=level, within=within)
    headers = {
        "ETag": body.tag,
        "Cache-Control": "public, max-age=3600, stale-while-revalidate=604800",
        "Vary": "Accept-Encoding",
    }
    if body.tag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return HttpResponse(body.packed, content_type="application/geo+json", headers=headers)
    return HttpResponse(body.plain, content_type="application/geo+json", headers=headers)


@require_GET
def nearby(request: HttpRequest) -> JsonResponse:
    """Likely duplicates around a point, for the map beside the form: a list, empty where nothing fits."""
    point = point_of(request.GET.get("lon", ""), request.GET.get("lat", ""))
    if point is None:
        return JsonResponse({"detail": "lon and lat in degrees / 经纬度"}, status=400)
    limited = allow(key=f"nearby {address_of(request)}", limit=ASKS, window=ASKS_WINDOW)
    if not limited:
        return JsonResponse([], safe=False, status=429, headers={"Retry-After": str(limited.retry_after)})
    text = request.GET.get("text", "")[:LONGEST_TEXT]
    rows = near_rows(likely_duplicates(longitude=point[0], latitude=point[1], text=text))
    response = JsonResponse(rows, safe=False, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    if rows:
        seen = [*request.COOKIES.get(SEEN_COOKIE, "").split("."), *(row["number"] for row in rows)]
        kept = ".".join(dict.fromkeys(each for each in seen[-20:] if each))
        response.set_cookie(
            SEEN_COOKIE, kept, max_age=SEEN_FOR, path="/report/", httponly=True, samesite="Lax"
        )
    return response


def point_of(longitude: str, latitude: str) -> tuple[float, float] | None:
    """A point from two typed numbers, or None."""
    try:
        point = float(longitude), float(latitude)
    except ValueError:
        return None
    if not all(map(math.isfinite, point)) or abs(point[0]) > 180 or abs(point[1]) > 85:
        return None
    return point


def near_rows(found: Sequence[Near]) -> list[dict[str, Any]]:
    """Likely duplicates as the list shows them; places to some ten metres."""
    return [
        {
            "number": near.number,
            "title": near.title,
            "distance_m": near.metres,
            "when": moment_words(near.opened_at),
            "state": near.state,
            "state_label": str(STATES[near.state]),
            "open": near.is_open,
            "lon": round(near.longitude, 4),
            "lat": round(near.latitude, 4),
        }
        for near in found
    ]
