"""The enterprise's own page: opened by the number and code of its letter, without an account."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bandeng.core import clock
from bandeng.core.allowance import Answer, address_of, allow
from bandeng.harm.forms.enterprise import AnswerForm, CodeForm
from bandeng.harm.rules import ActNotAllowed
from bandeng.harm.selectors import NotVisible
from bandeng.harm.services.letters import answer_give, letter_of, letter_open, read
from bandeng.harm.views.answers import refusal_words

TRIES, TRIES_WINDOW = 10, timedelta(minutes=15)  # of one address, and for one number
ANSWERS, ANSWERS_WINDOW = 10, timedelta(hours=1)
OPEN_FOR = timedelta(minutes=30)
SLOT = "harm_letter"


def _too_often(request: HttpRequest, answer: Answer) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(answer.retry_after)
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Number and code; whatever is wrong is told in the same words."""
    if request.method == "GET":
        return render(request, "harm/answer/find.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    if form.is_valid():
        number = form.cleaned_data["number"]
        for key in (f"letter from {address_of(request)}", f"letter number {read(number)}"):
            limited = allow(key=key, limit=TRIES, window=TRIES_WINDOW)
            if not limited:
                return _too_often(request, limited)
        try:
            letter = letter_open(number=number, secret=form.cleaned_data["secret"])
        except NotVisible:
            words = pgettext(
                "harm form", "Number and code do not fit together, or the letter is no longer open."
            )
            form.add_error(None, words)
        else:
            request.session.cycle_key()
            _hold(request, letter.pk)
            return redirect("harm_letter_open")
    return render(request, "harm/answer/find.html", {"form": form}, status=422)


def _hold(request: HttpRequest, letter_id: int) -> None:
    request.session[SLOT] = {"letter": letter_id, "until": (clock.now() + OPEN_FOR).isoformat()}


def _held(request: HttpRequest) -> int | None:
    """The letter that this session has open."""
    kept = request.session.get(SLOT)
    if not kept or datetime.fromisoformat(kept["until"]) < clock.now():
        return None
    return int(kept["letter"])


def _shown(request: HttpRequest, letter_id: int, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    try:
        letter = letter_of(letter_id)
    except NotVisible:
        request.session.pop(SLOT, None)
        return redirect("harm_letter")
    _hold(request, letter_id)
    return render(request, "harm/answer/open.html", {"letter": letter, "form": form}, status=status)


@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """What is held against the enterprise, and its answer."""
    held = _held(request)
    return _shown(request, held, AnswerForm()) if held else redirect("harm_letter")


@never_cache
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Answer, once."""
    held = _held(request)
    if held is None:
        return redirect("harm_letter")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, held, form, status=422)
    limited = allow(key=f"letter answer {held}", limit=ANSWERS, window=ANSWERS_WINDOW)
    if not limited:
        return _too_often(request, limited)
    try:
        answer_give(letter_id=held, text=form.cleaned_data["text"], signed=form.cleaned_data["signed"])
    except NotVisible:
        return redirect("harm_letter")
    except ActNotAllowed as refusal:
        form.add_error(None, refusal_words(refusal))
        return _shown(request, held, form, status=422)
    messages.success(
        request,
        pgettext("harm letter", "Sent. A person considers your answer; you read here what came of it."),
    )
    return redirect("harm_letter_open")


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the letter on this device."""
    request.session.pop(SLOT, None)
    return redirect("harm_letter")
