"""The district's one screen, and the events that keep pages live."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bandeng.areas.selectors import atlas
from bandeng.cockpit.selectors import below, pulse, screen
from bandeng.core import clock
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.selectors import directory

ASK_EVERY = 1.0  # seconds between two questions to the database, for all listeners of a process together
SAY_SOMETHING = 15.0  # seconds of silence after which a comment keeps the connection open
LONGEST_STREAM = 600.0  # seconds; the browser comes back by itself


@require_safe
@requires()
def wall(request: HttpRequest) -> HttpResponse:
    """The screen: for a video wall, a desk or a phone."""
    scope = held_scope(request)
    place = atlas().by_code.get(scope.area_code)
    context = {
        "screen": screen(scope),
        "place": place.called if place else directory().name(scope.organisation_id),
        "level": below(scope).name.lower(),
        "within": scope.area_code if scope.sees_area else "",
        "now": clock.now(),
    }
    return render(request, "cockpit/wall.html", context)


PARTS = {"figures", "departments", "longest", "stream", "areas", "colours"}


@require_safe
@requires()
def part(request: HttpRequest, name: str) -> HttpResponse:
    """One part of the screen, fetched again when something changed."""
    if name not in PARTS:
        return HttpResponse(status=404)
    scope = held_scope(request)
    return render(request, f"cockpit/parts/{name}.html", {"screen": screen(scope), "now": clock.now()})


@require_safe
@requires()
def counts(request: HttpRequest) -> JsonResponse:
    """Open and overdue matters by area, for the map."""
    shown = screen(held_scope(request))
    areas = [
        {"code": bar.code, "name": atlas().name(bar.code), "open": bar.open, "overdue": bar.overdue}
        for bar in shown.areas
    ]
    return JsonResponse({"at": shown.at.isoformat(), "areas": areas})


@dataclass
class Listening:
    """What this process last heard; all streams share one question a second."""

    asked: float = float("-inf")
    last: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_LISTENING: dict[int, Listening] = {}


def _pulse_once() -> int:
    """Ask, and give the connection back at once: a stream must not hold one for minutes."""
    try:
        return pulse()
    finally:
        connection.close()


def _release() -> None:
    """Give back the connection of the thread that looked up the session."""
    connection.close()


async def latest() -> int:
    """The newest change that this process knows of, at most a second old."""
    heard = _LISTENING.setdefault(id(asyncio.get_running_loop()), Listening())
    async with heard.lock:
        if time.monotonic() - heard.asked >= ASK_EVERY:
            heard.last = await sync_to_async(_pulse_once, thread_sensitive=False)()
            heard.asked = time.monotonic()
    return heard.last


async def _changes() -> AsyncIterator[str]:
    """`changed` events without content: each page fetches what its own viewer may see."""
    known, silent_since, begun = await latest(), time.monotonic(), time.monotonic()
    yield "retry: 3000\n\n"
    while time.monotonic() - begun < LONGEST_STREAM:
        await asyncio.sleep(ASK_EVERY)
        newest = await latest()
        if newest != known:
            known, silent_since = newest, time.monotonic()
            yield f"id: {newest}\nevent: changed\ndata: {newest}\n\n"
        elif time.monotonic() - silent_since > SAY_SOMETHING:
            silent_since = time.monotonic()
            yield ": still here\n\n"


async def events(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events for people who are signed in."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=401)
    await sync_to_async(_release)()
    response = StreamingHttpResponse(_changes(), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response
