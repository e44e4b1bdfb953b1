"""A reporter's pages without an account: find by number and code, read the story, add, rate, reopen, withdraw."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bandeng.core.allowance import address_of, allow
from bandeng.dispatch.selectors.refusals import Refused
from bandeng.dispatch.selectors.tracking import report_for
from bandeng.dispatch.selectors.visibility import NotVisible
from bandeng.dispatch.services import reporters
from bandeng.intake.forms import RatingForm, ReasonForm, RemarkForm, TrackForm
from bandeng.intake.selectors.stories import followed, story_of
from bandeng.intake.views.following import follow, forget, secrets_followed
from bandeng.intake.views.limits import too_often
from bandeng.matters.rules import id_of, number_of

TRIES, TRIES_WINDOW = 10, timedelta(minutes=15)  # of one address, and for one number


@never_cache
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Number and query code; a wrong one of either is told in the same words."""
    if request.method == "GET":
        return _find_page(request, TrackForm(initial={"number": request.GET.get("number", "")}))
    if request.POST.get("do") == "forget":
        forget(request)
        return redirect("track")
    form = TrackForm(request.POST)
    if not form.is_valid():
        return _find_page(request, form)
    return _opened(request, form, number=form.cleaned_data["number"], secret=form.cleaned_data["secret"])


def _find_page(request: HttpRequest, form: TrackForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    mine = list(reversed(followed(secrets_followed(request))))
    return render(request, "intake/track/find.html", {"form": form, "mine": mine}, status=status)


def _opened(request: HttpRequest, form: TrackForm, *, number: str, secret: str) -> HttpResponse:
    """The way to the story when number and code fit; else the form with the one message for all that is wrong."""
    known = id_of(number)
    if known is not None and secrets_followed(request).get(number_of(known)) == secret.strip().upper():
        return redirect("track_story", number=number_of(known))
    for key in (f"track from {address_of(request)}", f"track number {known}"):
        limited = allow(key=key, limit=TRIES, window=TRIES_WINDOW)
        if not limited:
            return too_often(request, limited)
    try:
        report = report_for(number=number, secret=secret)
    except NotVisible:
        words = pgettext(
            "track form", "Number and query code do not fit together. Look at your receipt again."
        )
        form.add_error(None, words)
        return _find_page(request, form)
    follow(request, number=number_of(report.matter_id), secret=secret.strip().upper())
    return redirect("track_story", number=number_of(report.matter_id))


@never_cache
@require_http_methods(["GET"])
def story(request: HttpRequest, number: str) -> HttpResponse:
    """The story of a matter that this session follows; `?s=` opens it from a receipt's QR code."""
    if secret := request.GET.get("s", ""):
        form = TrackForm({"number": number, "secret": secret})
        return _opened(request, form, number=number, secret=secret)
    return story_page(request, number)


def story_page(request: HttpRequest, number: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """The story's page, or the way to the form for a session that does not follow the matter."""
    secret = secrets_followed(request).get(number, "")
    try:
        shown = story_of(number=number, secret=secret)
    except NotVisible:
        return redirect(f"/track/?number={number}") if id_of(number) else redirect("track")
    forms = {"remark_form": RemarkForm(), "rating_form": RatingForm()}
    return render(request, "intake/track/story.html", {"story": shown, **forms, **context}, status=status)


def acted(request: HttpRequest, number: str, act: Callable[[str], object], *, thanks: str) -> HttpResponse:
    """Do something with a followed matter's secret; back on its page, say what happened or why not."""
    secret = secrets_followed(request).get(number, "")
    try:
        act(secret)
    except NotVisible:
        return redirect("track")
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, thanks)
    return redirect("track_story", number=number)


@require_POST
def remark(request: HttpRequest, number: str) -> HttpResponse:
    """Add something."""
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return story_page(request, number, status=422, remark_form=form)

    def act(secret: str) -> object:
        return reporters.remark_add(number=number, secret=secret, text=form.cleaned_data["text"])

    return acted(
        request, number, act, thanks=pgettext("track", "Thank you. The people who handle it can read it now.")
    )


@require_POST
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """Rate the result; a sentence may follow."""
    form = RatingForm(request.POST)
    if not form.is_valid():
        return story_page(request, number, status=422, rating_form=form)
    data = form.cleaned_data

    def act(secret: str) -> object:
        return reporters.report_rate(number=number, secret=secret, rating=data["rating"], text=data["text"])

    return acted(request, number, act, thanks=pgettext("track", "Thank you for your rating."))


@never_cache
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """It is not settled: take it up again."""

    def act(secret: str, reason: str) -> object:
        return reporters.matter_reopen_by_reporter(number=number, secret=secret, reason=reason)

    label = pgettext("track form", "What is not settled yet?")
    thanks = pgettext("track", "It has been taken up again, with a new deadline.")
    return _with_reason(request, number, "reopen", label=label, act=act, thanks=thanks)


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the report back, for good."""

    def act(secret: str, reason: str) -> object:
        return reporters.matter_withdraw_by_reporter(number=number, secret=secret, reason=reason)

    label = pgettext("track form", "Why do you take it back?")
    thanks = pgettext("track", "Your report has been withdrawn.")
    return _with_reason(request, number, "withdraw", label=label, act=act, thanks=thanks)


def _with_reason(
    request: HttpRequest,
    number: str,
    name: str,
    *,
    label: str,
    act: Callable[[str, str], object],
    thanks: str,
) -> HttpResponse:
    """A page with one question, then the act."""
    try:
        shown = story_of(number=number, secret=secrets_followed(request).get(number, ""))
    except NotVisible:
        return redirect("track")
    if not (shown.told.may_reopen if name == "reopen" else shown.told.may_withdraw):
        return redirect("track_story", number=number)
    form: Form = ReasonForm(request.POST or None, label=label)
    if request.method == "POST" and form.is_valid():
        return acted(request, number, lambda secret: act(secret, form.cleaned_data["reason"]), thanks=thanks)
    status = 422 if form.is_bound else 200
    return render(request, f"intake/track/{name}.html", {"story": shown, "form": form}, status=status)
