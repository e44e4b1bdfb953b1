"""The grid worker's phone: today, report, tasks, queue, me; and what its offline part asks for."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandeng.areas.selectors import atlas
from bandeng.core.rules import Actor
from bandeng.dispatch.selectors import NotVisible
from bandeng.dispatch.selectors.refusals import Refused
from bandeng.dispatch.services import handling, verifying
from bandeng.intake.forms import FieldForm, ResultForm
from bandeng.intake.selectors.worker import (
    handed_over,
    reported_today,
    service_worker,
    task_count,
    to_verify,
    worker_matter,
)
from bandeng.intake.services.fieldwork import FieldReport, field_report_take
from bandeng.intake.services.requests import Answer
from bandeng.intake.views.uploads import MOST_PHOTOS
from bandeng.matters.labels import MATTER_STATES
from bandeng.matters.rules import StateNotAllowed, id_of
from bandeng.matters.services.photos import PhotoRefused, Picture, photo_add, picture_checked
from bandeng.organisations.permission import current_scope, held_scope, requires
from bandeng.organisations.rules import Duty, DutyMissing, Scope

STATES = dict(MATTER_STATES)
VERSION = "1"  # of what the phone and the server say to each other


def actor_of(request: HttpRequest, scope: Scope) -> Actor:
    """The signed-in worker as whoever acts."""
    return Actor(scope.actor, request.user.get_short_name(), scope.organisation_id)  # type: ignore[union-attr]


def page(request: HttpRequest, name: str, scope: Scope, *, status: int = 200, **context: Any) -> HttpResponse:
    """One of the phone's pages; the place's name stands in its head."""
    codes = [scope.area_code[:length] for length in (12, 15) if len(scope.area_code) >= length]
    where = [atlas().by_code[code].called for code in codes if code in atlas().by_code] or [
        scope.organisation_name
    ]
    shared = {
        "where": where, "user_key": str(scope.user_id), "task_count": task_count(scope),
        "sign_in": f"{reverse('account_login')}?next={reverse('worker_queue')}",
    }  # fmt: skip
    return render(request, f"intake/worker/{name}.html", {**shared, **context}, status=status)


@requires(Duty.REPORT)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What waits, and what was done today."""
    scope = held_scope(request)
    return page(
        request,
        "today",
        scope,
        checks=to_verify(scope),
        own=handed_over(scope),
        reported=reported_today(scope),
    )


@requires(Duty.REPORT)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """A new report; with script the phone keeps it and sends it by itself, without one it goes at once."""
    scope = held_scope(request)
    if request.method == "GET":
        return page(
            request, "report", scope, form=FieldForm(initial={"key": uuid.uuid4().hex}), most=MOST_PHOTOS
        )
    form = FieldForm(request.POST)
    answer, errors = taken(request, form, scope)
    if answer is None:
        refusals = errors.get("photos", [])
        return page(request, "report", scope, status=422, form=form, most=MOST_PHOTOS, refusals=refusals)
    messages.success(request, pgettext("worker", "Sent: %(number)s") % {"number": answer.body["number"]})
    return redirect("worker_today")


def taken(request: HttpRequest, form: FieldForm, scope: Scope) -> tuple[Answer | None, dict[str, list[str]]]:
    """Take a report in, or tell what is wrong by field."""
    pictures, refusals = checked_pictures(request.FILES.getlist("photos"))
    if not form.is_valid() or refusals:
        errors = {name: [str(each) for each in found] for name, found in form.errors.items()}
        return None, errors | ({"photos": refusals} if refusals else {})
    data = form.cleaned_data
    located = data["lon"] is not None and data["lat"] is not None
    known = FieldReport(
        key=data["key"], title=data["title"], text=data["text"], captured_at=data["captured_at"],
        type_code=data["type"], longitude=data["lon"] if located else None, latitude=data["lat"] if located else None,
        address=data["address"],
    )  # fmt: skip
    return field_report_take(report=known, pictures=pictures, scope=scope, actor=actor_of(request, scope)), {}


def checked_pictures(files: "Sequence[UploadedFile[bytes]]") -> tuple[list[Picture], list[str]]:
    """Checked pictures, and why others were refused."""
    pictures, refusals = [], []
    for file in files[:MOST_PHOTOS]:
        try:
            pictures.append(picture_checked(file))  # type: ignore[arg-type]
        except PhotoRefused as refused:
            refusals.append(
                pgettext("photo", "%(name)s: %(reason)s") % {"name": file.name, "reason": refused}
            )
    return pictures, refusals


@never_cache
@require_POST
def sync(request: HttpRequest) -> JsonResponse:
    """One report from the phone's queue: 201 new, 200 known already, 401 or 403, 422 with errors by field."""
    scope = current_scope(request)
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "sign in"}, status=401)
    if scope is None or not scope.has(Duty.REPORT):
        return JsonResponse({"detail": "no post with the duty to report"}, status=403)
    answer, errors = taken(request, FieldForm(request.POST), scope)
    if answer is None:
        return JsonResponse({"errors": errors}, status=422)
    state = answer.body["state"]
    said = {"number": answer.body["number"], "state": state, "state_label": str(STATES[state])}
    return JsonResponse(
        said, status=200 if answer.repeated else 201, json_dumps_params={"ensure_ascii": False}
    )


@never_cache
@require_GET
def session(request: HttpRequest) -> JsonResponse:
    """Who is signed in and the token that a later POST needs; 401 for nobody."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "sign in"}, status=401)
    return JsonResponse({"csrf": get_token(request), "user": str(request.user.pk), "version": VERSION})


@requires(Duty.REPORT)
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """Matters to check on the spot, and matters handed to the team."""
    scope = held_scope(request)
    return page(request, "tasks", scope, checks=to_verify(scope), own=handed_over(scope))


@requires(Duty.REPORT)
@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, number: str) -> HttpResponse:
    """One matter: read it, then check it, start it or finish it."""
    scope = held_scope(request)
    try:
        found = worker_matter(scope=scope, number=number)
    except NotVisible as unseen:
        raise Http404 from unseen
    if request.method == "GET":
        return page(request, "task", scope, found=found, form=ResultForm(), most=MOST_PHOTOS)
    form = ResultForm(request.POST)
    problem = _done(request, number, form, scope) if form.is_valid() else ""
    if problem or not form.is_valid():
        if problem:
            form.add_error("text", problem)
        return page(request, "task", scope, status=422, found=found, form=form, most=MOST_PHOTOS)
    return redirect("worker_tasks")


def _done(request: HttpRequest, number: str, form: ResultForm, scope: Scope) -> str:
    """Do the act that was pressed; why it could not be, or an empty text."""
    act, text = request.POST.get("act"), form.cleaned_data["text"]
    actor, key = actor_of(request, scope), id_of(number) or 0
    try:
        found = worker_matter(scope=scope, number=number)
        for file in request.FILES.getlist("photos")[:MOST_PHOTOS]:
            photo_add(matter=found.matter, file=file, phase="after", actor=actor)  # type: ignore[arg-type]
        if act == "close":
            verifying.matter_close(matter_id=key, actor=actor, scope=scope, note=text)
        elif act == "send_back":
            verifying.matter_send_back(matter_id=key, reason=text, actor=actor, scope=scope)
        elif act == "start":
            handling.matter_start(matter_id=key, actor=actor, scope=scope)
        elif act == "handled":
            handling.matter_handled(matter_id=key, result=text, actor=actor, scope=scope)
    except (Refused, PhotoRefused) as refused:
        return str(refused)
    except (StateNotAllowed, DutyMissing, NotVisible):
        return pgettext(
            "worker", "Somebody else has done something with it meanwhile. Look at the list again."
        )
    return ""


@requires(Duty.REPORT)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits on this phone; the phone itself fills the list."""
    return page(request, "queue", held_scope(request))


@requires(Duty.REPORT)
@require_GET
def me(request: HttpRequest) -> HttpResponse:
    """Who is signed in, what the phone keeps, sign out."""
    return page(request, "me", held_scope(request))


@require_GET
def script(request: HttpRequest) -> HttpResponse:
    """The service worker, asked for anew each time so that a new version is noticed."""
    content = service_worker()
    if not content:
        raise Http404
    headers = {"Service-Worker-Allowed": reverse("worker_today"), "Cache-Control": "no-cache"}
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers=headers)


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the pages on its home screen."""
    return render(request, "core/worker.webmanifest", content_type="application/manifest+json")
