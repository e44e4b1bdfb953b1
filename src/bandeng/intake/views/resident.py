"""The resident's way in: what, where, who, check and send; every step is a page that works without script."""

from datetime import timedelta
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bandeng.areas.selectors import atlas
from bandeng.core.allowance import address_of, allow
from bandeng.dispatch.selectors.refusals import Refused
from bandeng.intake.forms import ContactForm, PlaceForm, QuestionsForm, WhatForm
from bandeng.intake.selectors.nearby import Near, joinable, likely_duplicates
from bandeng.intake.selectors.stories import followed, next_sentence
from bandeng.intake.services.drafts import (
    SENT,
    Draft,
    draft_read,
    draft_send,
    draft_sent,
    draft_write,
    likely_type,
    title_of,
)
from bandeng.intake.views.following import follow, secrets_followed
from bandeng.intake.views.limits import too_often
from bandeng.intake.views.places import SEEN_COOKIE, near_rows
from bandeng.intake.views.uploads import MOST_PHOTOS, photos_staged

SENDS, SENDS_WINDOW = 60, timedelta(hours=1)  # of one address: a community's service desk sends for many
STEPS = 4


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """The first page: report, look up, call."""
    mine = followed(secrets_followed(request))
    return render(request, "intake/home.html", {"mine": list(reversed(mine))[:5]})


def page(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    """A page of the flow; 422 when a form on it has errors."""
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(
        request, f"intake/report/{name}.html", {"step": step, "steps_all": STEPS, **context}, status=status
    )


def sent_already(request: HttpRequest) -> HttpResponse | None:
    """The way to the receipt, when the draft that this form belongs to has been sent."""
    key = request.POST.get("key", "")
    return redirect("report_done") if draft_sent(request.session, key=key) else None


@never_cache
@require_http_methods(["GET", "POST"])
def what(request: HttpRequest) -> HttpResponse:
    """Step 1: what happened."""
    draft = draft_read(request.session)
    if request.method == "GET":
        return page(request, "what", 1, form=WhatForm(initial={"text": draft.text}), draft=draft)
    if sent := sent_already(request):
        return sent
    form = WhatForm(request.POST)
    if not form.is_valid():
        return page(request, "what", 1, form=form, draft=draft)
    text = form.cleaned_data["text"]
    draft = draft_write(request.session, draft, text=text, type_code=likely_type(text))
    return redirect("report_more" if draft.questions else "report_place")


@never_cache
@require_http_methods(["GET", "POST"])
def more(request: HttpRequest) -> HttpResponse:
    """Still step 1: what the likely type wants to know."""
    draft = draft_read(request.session)
    if not draft.text or not draft.questions:
        return redirect("report_what")
    if request.method == "GET":
        form = QuestionsForm(initial=draft.answers, questions=draft.questions)
        return page(request, "more", 1, form=form, draft=draft)
    form = QuestionsForm(request.POST, questions=draft.questions)
    if not form.is_valid():
        return page(request, "more", 1, form=form, draft=draft)
    answers = {key: str(value) for key, value in form.cleaned_data.items() if value}
    draft_write(request.session, draft, answers=answers)
    return redirect("report_place")


@never_cache
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Step 2: where, with photos; neighbours' reports of the same are offered."""
    draft = draft_read(request.session)
    if not draft.text:
        return sent_already(request) or redirect("report_what")
    if request.method == "GET":
        return place_page(request, draft, PlaceForm(initial=place_initial(draft)))
    if removed := request.POST.get("remove"):
        draft_write(
            request.session, draft, photos=[each for each in draft.photos if each["digest"] != removed]
        )
        return redirect("report_place")
    draft, refusals = photos_taken(request, draft)
    form = PlaceForm(request.POST)
    if not form.is_valid() or refusals:
        return place_page(request, draft, form, refusals)
    draft = place_kept(request, draft, form)
    if number := request.POST.get("same"):
        return same_chosen(request, draft, number)
    if request.POST.get("do") == "photos":
        return redirect("report_place")
    seen = {*draft.seen, *request.COOKIES.get(SEEN_COOKIE, "").split(".")}
    fresh = [near for near in duplicates_of(draft) if near.number not in seen]
    return redirect("report_same" if fresh else "report_contact")


def place_initial(draft: Draft) -> dict[str, Any]:
    """What the place's form begins with."""
    return {
        "longitude": draft.longitude, "latitude": draft.latitude, "address": draft.address, "area": draft.area,
    }  # fmt: skip


def place_page(
    request: HttpRequest, draft: Draft, form: PlaceForm, refusals: tuple[str, ...] = ()
) -> HttpResponse:
    """The page of step 2; 422 when a photo was refused."""
    back = reverse("report_more" if draft.questions else "report_what")
    room = MOST_PHOTOS - len(draft.photos)
    answer = page(request, "place", 2, form=form, draft=draft, refusals=refusals, room=room, back=back)
    if refusals:
        answer.status_code = 422
    return answer


def photos_taken(request: HttpRequest, draft: Draft) -> tuple[Draft, tuple[str, ...]]:
    """Stage the photos that came along; the draft with them, and why others were refused."""
    fresh, refusals = photos_staged(request.FILES.getlist("photos"), room=MOST_PHOTOS - len(draft.photos))
    known = {each["digest"] for each in draft.photos}
    added = [each for each in fresh if each["digest"] not in known]
    if added:
        draft = draft_write(request.session, draft, photos=[*draft.photos, *added])
    return draft, tuple(refusals)


def place_kept(request: HttpRequest, draft: Draft, form: PlaceForm) -> Draft:
    """The draft with the place of a checked form."""
    data = form.cleaned_data
    return draft_write(
        request.session, draft, longitude=data["longitude"], latitude=data["latitude"], address=data["address"],
        area=data["area"], same="", placed=True,
    )  # fmt: skip


def duplicates_of(draft: Draft) -> list[Near]:
    """Likely duplicates of a draft that has a point."""
    if draft.longitude is None or draft.latitude is None:
        return []
    return likely_duplicates(longitude=draft.longitude, latitude=draft.latitude, text=draft.text)


def same_chosen(request: HttpRequest, draft: Draft, number: str) -> HttpResponse:
    """ "This is it": join an open matter; a closed one is told to be reported anew."""
    if joinable(number) is None:
        return redirect(f"{reverse('report_same')}?closed=1")
    draft_write(request.session, draft, same=number)
    return redirect("report_contact")


@never_cache
@require_http_methods(["GET", "POST"])
def same(request: HttpRequest) -> HttpResponse:
    """Still step 2: is it one of these?"""
    draft = draft_read(request.session)
    if not draft.text:
        return redirect("report_what")
    found = duplicates_of(draft)
    if request.method == "POST":
        if number := request.POST.get("same"):
            return same_chosen(request, draft, number)
        draft_write(request.session, draft, same="", seen=[near.number for near in found])
        return redirect("report_contact")
    return page(request, "same", 2, near=near_rows(found), closed="closed" in request.GET, draft=draft)


@never_cache
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Step 3: a phone number, or none."""
    draft = draft_read(request.session)
    if not draft.text:
        return redirect("report_what")
    if request.method == "GET":
        who = ContactForm.ANONYMOUS if draft.anonymous else ContactForm.NAMED
        form = ContactForm(initial={"who": who, "name": draft.name, "phone": draft.phone})
        return page(request, "contact", 3, form=form, draft=draft)
    form = ContactForm(request.POST)
    if not form.is_valid():
        return page(request, "contact", 3, form=form, draft=draft)
    data = form.cleaned_data
    draft_write(
        request.session, draft, anonymous=data["who"] == ContactForm.ANONYMOUS, name=data["name"], phone=data["phone"],
        asked_contact=True,
    )  # fmt: skip
    return redirect("report_check")


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Step 4: everything once more, then send."""
    draft = draft_read(request.session)
    if request.method == "POST" and (sent := sent_already(request)):
        return sent
    if not draft.text:
        return redirect("report_done" if SENT in request.session else "report_what")
    if not draft.asked_contact:
        return redirect("report_contact")
    context = {
        "draft": draft,
        "title": title_of(draft.text),
        "area": area_words(draft),
        "answers": answers_of(draft),
    }
    if request.method == "GET":
        return page(request, "check", 4, **context)
    limited = allow(key=f"report {address_of(request)}", limit=SENDS, window=SENDS_WINDOW)
    if not limited:
        return too_often(request, limited)
    try:
        receipt = draft_send(request.session, draft)
    except Refused:
        draft_write(request.session, draft, same="")
        return redirect(f"{reverse('report_same')}?closed=1")
    follow(request, number=receipt["number"], secret=receipt["secret"])
    return HttpResponseRedirect(reverse("report_done"))


def area_words(draft: Draft) -> str:
    """The area of a draft in words: under the point, else the chosen one."""
    found = atlas().at(draft.longitude, draft.latitude) or atlas().by_code.get(draft.area)
    if found is None:
        return ""
    codes = [found.code[:length] for length in (9, 12) if len(found.code) >= length]
    return " ".join(atlas().by_code[code].called for code in codes if code in atlas().by_code)


def answers_of(draft: Draft) -> list[tuple[str, str]]:
    """Questions that were answered, with the answers."""
    form = QuestionsForm(questions=draft.questions)
    return [
        (str(form.fields[key].label), value) for key, value in draft.answers.items() if key in form.fields
    ]


@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The receipt: number, query code, QR code, and what happens next."""
    receipt = request.session.get(SENT)
    if not isinstance(receipt, dict):
        return redirect("home")
    path = f"{reverse('track_story', args=[receipt['number']])}?s={receipt['secret']}"
    address = f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
    code = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=2, dark="black", light="white"
    )
    return render(
        request,
        "intake/report/done.html",
        {
            "receipt": receipt,
            "next": next_sentence(receipt["number"]),
            "code": mark_safe(code),  # noqa: S308 (drawn by segno from our own address)
        },
    )
