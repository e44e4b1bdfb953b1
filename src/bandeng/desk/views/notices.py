"""The inbox: what the post's organisation was told."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bandeng.desk.selectors.inbox import inbox_page
from bandeng.desk.views.queue import SEES_QUEUE
from bandeng.dispatch.services.inbox import notice_read
from bandeng.dispatch.services.notices import notices_read
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.waiting import waiting_for


def number(text: str) -> int | None:
    """A key as it stands in an address; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def inbox(request: HttpRequest) -> HttpResponse:
    """Notices, the newest first; unread ones alone unless all are asked for."""
    every = request.GET.get("all") == "1"
    page = inbox_page(held_scope(request), every=every, before=number(request.GET.get("before", "")))
    elsewhere = waiting_for(held_scope(request))
    return render(request, "desk/queue_notices.html", {"page": page, "every": every, "waiting": elsewhere})


@never_cache
@require_safe
@requires(any_of=SEES_QUEUE)
def waiting(request: HttpRequest) -> HttpResponse:
    """The rail's part on work outside the queue."""
    return render(request, "desk/rail_waiting.html", {"waiting": waiting_for(held_scope(request))})


@require_POST
@requires(any_of=SEES_QUEUE)
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice, or all up to the newest shown, as read."""
    scope = held_scope(request)
    one, newest = number(request.POST.get("notice", "")), number(request.POST.get("up_to", ""))
    if one is not None:
        notice_read(organisation_id=scope.organisation_id, notice_id=one)
    elif newest is not None:
        notices_read(organisation_id=scope.organisation_id, up_to=newest)
    return HttpResponseRedirect(reverse("desk-notices"))
