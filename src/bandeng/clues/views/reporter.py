"""The reporter's way in: what, about whom, who says it, check and send; every step works without script."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bandeng.areas.selectors import atlas
from bandeng.clues import terms
from bandeng.clues.contents import Identity
from bandeng.clues.forms.fields import MOST_PICTURES, name_of
from bandeng.clues.forms.reporter import AboutForm, WhatForm, WhoForm
from bandeng.clues.labels import CLUE_KINDS
from bandeng.clues.rules import ClueKind
from bandeng.clues.services.attachments import Waiting, picture_stage, pictures_unlike, waiting_picture
from bandeng.clues.services.receiving import NewClue, clue_receive
from bandeng.clues.views.answers import limit_words, picture_answer, too_often
from bandeng.clues.views.drafts import (
    Draft,
    draft_drop,
    draft_held,
    draft_read,
    draft_write,
    receipt_drop,
    receipt_keep,
    receipt_read,
)
from bandeng.core.allowance import address_of, allow
from bandeng.matters.services.photos import PhotoRefused
from bandeng.organisations.selectors import directory

SENDS, SENDS_WINDOW = 20, timedelta(hours=1)  # of one address
STEPS = 4


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """What happens with a clue, and the two doors: report, mailbox."""
    return render(request, "clues/home.html")


def page(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    """A page of the flow; 422 when a form on it has errors."""
    form = context.get("form")
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(
        request, f"clues/report/{name}.html", {"step": step, "steps_all": STEPS, **context}, status=status
    )


@never_cache
@require_http_methods(["GET", "POST"])
def what(request: HttpRequest) -> HttpResponse:
    """Step 1: what it is."""
    draft = draft_read(request.session)
    if request.method == "GET":
        receipt_drop(request.session)
        initial = {"kind": draft.kind or request.GET.get("kind", ""), "text": draft.text}
        return page(request, "what", 1, form=WhatForm(initial=initial))
    form = WhatForm(request.POST)
    if not form.is_valid():
        return page(request, "what", 1, form=form)
    with draft_held(request) as draft:
        draft_write(request.session, draft, kind=form.cleaned_data["kind"], text=form.cleaned_data["text"])
    return redirect("clue_about")


@never_cache
@require_http_methods(["GET", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    """Step 2: whom it is about, where, pictures."""
    draft = draft_read(request.session)
    if not draft.text:
        return redirect("clue_what")
    if request.method == "GET":
        initial = {
            "accused": draft.accused, "organisation": draft.organisation, "area": draft.area, "place": draft.place,
        }  # fmt: skip
        return page(request, "about", 2, form=AboutForm(initial=initial), draft=draft)
    if removed := request.POST.get("remove"):
        with draft_held(request) as draft:
            kept = tuple(each for each in draft.pictures if each[0] != removed)
            draft_write(request.session, draft, pictures=kept)
        return redirect("clue_about")
    form = AboutForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, "about", 2, form=form, draft=draft)
    data = form.cleaned_data
    fresh, refusals = pictures_staged(data["pictures"], room=MOST_PICTURES - len(draft.pictures))
    with draft_held(request) as draft:
        if not draft.text:  # sent meanwhile from another window
            return redirect("clue_done")
        new = pictures_unlike([Waiting(*each) for each in draft.pictures], fresh)
        pictures = (*draft.pictures, *((each.name, each.width, each.height) for each in new))
        draft = draft_write(
            request.session, draft, accused=data["accused"], organisation=data["organisation"], area=data["area"],
            place=data["place"], told_about=True, pictures=pictures[:MOST_PICTURES],
        )  # fmt: skip
    if refusals:
        answer = page(request, "about", 2, form=form, draft=draft, refusals=refusals)
        answer.status_code = 422
        return answer
    return redirect("clue_who")


def pictures_staged(files: Sequence[Any], *, room: int) -> tuple[list[Waiting], list[str]]:
    """Sealed pictures, and the reasons why others were refused, each with its file's name."""
    waiting, refusals = [], []
    for file in files[: max(room, 0)]:
        try:
            waiting.append(picture_stage(file))
        except PhotoRefused as refused:
            words = pgettext("clue form", "%(name)s: %(reason)s")
            refusals.append(words % {"name": file.name, "reason": refused})
    if len(files) > room:
        words = pgettext("clue form", "At most %(most)d pictures; the others were left out.")
        refusals.append(words % {"most": MOST_PICTURES})
    return waiting, refusals


@require_GET
@never_cache
def draft_picture(request: HttpRequest, digest: str) -> HttpResponse:
    """A picture of the draft, to the session that holds it."""
    known = {name for name, _, _ in draft_read(request.session).pictures}
    content = waiting_picture(digest) if digest in known else None
    if content is None:
        raise Http404
    return picture_answer(content)


@never_cache
@require_http_methods(["GET", "POST"])
def who(request: HttpRequest) -> HttpResponse:
    """Step 3: anonymous or named."""
    draft = draft_read(request.session)
    if not draft.text:
        return redirect("clue_what")
    limit = limit_words(terms.term("feedback").value)
    if request.method == "GET":
        chosen = WhoForm.ANONYMOUS if draft.anonymous else WhoForm.NAMED
        form = WhoForm(initial={"who": chosen, "name": draft.name, "phone": draft.phone})
        return page(request, "who", 3, form=form, limit=limit)
    form = WhoForm(request.POST)
    if not form.is_valid():
        return page(request, "who", 3, form=form, limit=limit)
    data = form.cleaned_data
    with draft_held(request) as draft:
        if not draft.text:
            return redirect("clue_done")
        draft_write(
            request.session, draft, anonymous=data["who"] == WhoForm.ANONYMOUS, name=data["name"],
            phone=data["phone"], told_who=True,
        )  # fmt: skip
    return redirect("clue_check")


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Step 4: everything once more, then send."""
    draft = draft_read(request.session)
    if not draft.text:
        return redirect("clue_done" if receipt_read(request.session) else "clue_what")
    if not draft.told_who:
        return redirect("clue_who")
    if request.method == "GET":
        return page(request, "check", 4, draft=draft, **_in_words(draft))
    limited = allow(key=f"clue {address_of(request)}", limit=SENDS, window=SENDS_WINDOW)
    if not limited:
        return too_often(request, limited)
    with draft_held(request) as draft:
        if draft.text:  # else it was sent by the press before this one
            receipt = clue_receive(new=new_clue(draft))
            draft_drop(request.session)
            receipt_keep(
                request.session, number=receipt.number, secret=receipt.secret, here=receipt.received_here,
                named=not draft.anonymous,
            )  # fmt: skip
    return redirect("clue_done")


def new_clue(draft: Draft) -> NewClue:
    """What a draft says, as it is taken in."""
    return NewClue(
        kind=ClueKind(draft.kind),
        text=draft.text,
        identity=Identity() if draft.anonymous else Identity(draft.name, draft.phone),
        accused=draft.accused,
        organisation_id=int(draft.organisation) if draft.organisation else None,
        area_code=draft.area,
        place=draft.place,
        pictures=[Waiting(*each) for each in draft.pictures],
    )


def _in_words(draft: Draft) -> dict[str, str]:
    office = directory().by_id.get(int(draft.organisation)) if draft.organisation else None
    place = atlas().by_code.get(draft.area)
    return {
        "kind_word": str(dict(CLUE_KINDS)[draft.kind]),
        "office": name_of(office) if office else "",
        "area": place.called if place else "",
    }


@never_cache
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The receipt: number and mailbox code, shown until the reporter leaves."""
    receipt = receipt_read(request.session)
    if not receipt:
        return redirect(reverse("clue_home"))
    return render(
        request,
        "clues/report/done.html",
        {"receipt": receipt, "limit": limit_words(terms.term("decide").value)},
    )
