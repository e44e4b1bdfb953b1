"""The officers' pages of clues: inbox, one clue, its acts, openings, reminders."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.clues import terms
from bandeng.clues.forms.fields import WordsField
from bandeng.clues.forms.officers import WordsForm
from bandeng.clues.labels import BOX_NAMES, REFUSALS
from bandeng.clues.rules import CLUE_DUTIES, ActNotAllowed, StateNotAllowed
from bandeng.clues.selectors import NotVisible, clue_for
from bandeng.clues.selectors.inbox import Box, box_counts, lines, listed, searched, searched_only
from bandeng.clues.selectors.notices import notice_rows, notices_for
from bandeng.clues.selectors.page import (
    CluePage,
    attachment_of,
    clue_page,
    opening_for,
    openings_asked,
    openings_for,
)
from bandeng.clues.services import viewing
from bandeng.clues.services.attachments import picture_of
from bandeng.clues.services.changing import clue_as_seen
from bandeng.clues.services.hiding import accusation_lift
from bandeng.clues.services.linking import link_judge
from bandeng.clues.services.openings import Opened, opening_decide, opening_read
from bandeng.clues.services.reminding import notices_read
from bandeng.clues.views.acts import ACTS, Act, Doing, offered
from bandeng.clues.views.answers import actor_in, desk_page, picture_answer
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import DutyMissing, Scope

PAGE = 50
DIGITS = 18


@never_cache
@require_safe
@requires(any_of=CLUE_DUTIES)
def inbox(request: HttpRequest) -> HttpResponse:
    """A list of clues, or what a search finds; either is in the audit log."""
    scope, words = held_scope(request), request.GET.get("q", "").strip()
    wanted = request.GET.get("box", Box.TO_DO.value)
    box = Box(wanted) if wanted in {each.value for each in Box} else Box.TO_DO
    rows: Any = searched(scope, words=words) if words else listed(scope, box=box)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    if words:
        viewing.searched(found=page.paginator.count, actor=actor_in(request, scope), scope=scope)
    else:
        viewing.listed(actor=actor_in(request, scope), scope=scope)
    counts = box_counts(scope)
    boxes = [(each.value, BOX_NAMES[each.value], counts[each]) for each in Box]
    return desk_page(
        request, "inbox", box=box.value, words=words, page=page, lines=lines(list(page)), boxes=boxes,
        name=BOX_NAMES[box.value], searched_only=searched_only(scope, words=words) if words else 0,
    )  # fmt: skip


def seen_page(request: HttpRequest, number: str) -> CluePage:
    """The page of a clue; who has it is in the audit log.

    Raises Http404 alike for one that is hidden and one that is not there.
    """
    scope = held_scope(request)
    try:
        page = clue_page(clue_for(scope, number), scope=scope)
    except NotVisible as hidden:
        raise Http404 from hidden
    viewing.viewed(clue=page.clue, actor=actor_in(request, scope))
    return page


@never_cache
@require_safe
@requires(any_of=CLUE_DUTIES)
def clue(request: HttpRequest, number: str) -> HttpResponse:
    """One clue."""
    page = seen_page(request, number)
    return desk_page(request, "clue", page=page, offered=offered(page))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=CLUE_DUTIES)
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Ask for what an act needs; on POST do it and go back to the clue."""
    page = seen_page(request, number)
    chosen, posted = ACTS.get(name), request.method == "POST"
    # What was offered when the page was shown may have been done since, by a second press or by somebody else.
    if chosen is None or (name not in page.acts and not posted):
        raise Http404
    form = chosen.form(page, request.POST if posted else None)
    if not form.is_valid():
        return desk_page(request, "act", page=page, act=chosen, name=name, form=form)
    refusal = _do(request, page, chosen, form) if name in page.acts else str(REFUSALS["state"])
    if not refusal:
        messages.success(request, pgettext("clue act", "Done: %(act)s") % {"act": chosen.button})
    elif _typed(form):
        form.add_error(None, refusal)  # nobody writes a text twice
        return desk_page(request, "act", page=page, act=chosen, name=name, form=form)
    else:
        messages.error(request, refusal)
    return _back(request, page.clue.number)


def _typed(form: Any) -> bool:
    """Whether somebody has written something, and not only chosen it."""
    return any(isinstance(form.fields[name], WordsField) and said for name, said in form.cleaned_data.items())


def _do(request: HttpRequest, page: CluePage, chosen: Act, form: Any) -> str:
    """Do it; why not, in words, or nothing. Raises Http404 where the clue is hidden meanwhile."""
    scope = held_scope(request)
    doing = Doing(page.clue.number, form.cleaned_data, actor_in(request, scope), scope)
    seen = request.POST.get("seen", "")
    try:
        clue_as_seen(number=page.clue.number, seen=seen, scope=scope, do=lambda: chosen.do(doing))
    except NotVisible as hidden:
        raise Http404 from hidden
    except (ActNotAllowed, StateNotAllowed, DutyMissing) as refusal:
        return refused(refusal)
    return ""


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """The clue, or the inbox for whoever may no longer see it."""
    try:
        clue_for(held_scope(request), number)
    except NotVisible:
        return redirect("desk-clues")
    return redirect("desk-clue", number=number)


def refused(refusal: Exception) -> str:
    """Why not, in words."""
    code = refusal.code if isinstance(refusal, ActNotAllowed) else "state"
    return str(REFUSALS[code])


@require_POST
@requires(any_of=CLUE_DUTIES)
def link(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm or dismiss a link."""
    page, scope = seen_page(request, number), held_scope(request)
    wanted, chosen = _key(request.POST.get("link", "")), request.POST.get("do")
    if chosen not in {"confirm", "dismiss"}:
        messages.error(request, str(REFUSALS["button"]))
        return desk_page(request, "clue", status=422, page=page, offered=offered(page))
    try:
        link_judge(
            link_id=wanted,
            confirmed=chosen == "confirm",
            actor=actor_in(request, scope),
            scope=scope,
        )
    except NotVisible as hidden:
        raise Http404 from hidden
    except (ActNotAllowed, DutyMissing) as refusal:
        messages.error(request, refused(refusal))
    return redirect("desk-clue", number=page.clue.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=CLUE_DUTIES)
def lift(request: HttpRequest, number: str) -> HttpResponse:
    """Take a party out that was only read out of the text."""
    page, scope = seen_page(request, number), held_scope(request)
    known = {each.id: each for each in page.hidden_from}
    party = known.get(_key(request.POST.get("party", "") or request.GET.get("party", "")))
    if party is None or "accuse" not in page.acts:
        raise Http404
    form = WordsForm(request.POST or None, label=pgettext("clue act", "Why the text was misread"))
    if request.method != "POST" or not form.is_valid():
        return desk_page(request, "lift", page=page, party=party, form=form)
    try:
        accusation_lift(
            number=number, accusation_id=party.id, reason=form.cleaned_data["text"], actor=actor_in(request, scope),
            scope=scope,
        )  # fmt: skip
    except NotVisible as hidden:
        raise Http404 from hidden
    except (ActNotAllowed, DutyMissing) as refusal:
        form.add_error(None, refused(refusal))
        return desk_page(request, "lift", page=page, party=party, form=form)
    return redirect("desk-clue", number=page.clue.number)


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else 0


@require_safe
@requires(any_of=CLUE_DUTIES)
def picture(request: HttpRequest, number: str, photo_id: int) -> HttpResponse:
    """A picture of a clue; who sees it is in the audit log."""
    scope = held_scope(request)
    try:
        row = clue_for(scope, number)
        one = attachment_of(row, photo_id)
    except NotVisible as hidden:
        raise Http404 from hidden
    content = picture_of(row, one)
    if content is None:
        raise Http404
    viewing.picture_viewed(picture=one, actor=actor_in(request, scope))
    return picture_answer(content)


@never_cache
@require_safe
@requires(any_of=CLUE_DUTIES)
def openings(request: HttpRequest) -> HttpResponse:
    """Requests to open identities."""
    minutes = terms.term("opening_minutes")
    page = Paginator(openings_for(held_scope(request)), PAGE).get_page(request.GET.get("page"))
    rows = openings_asked(list(page), scope=held_scope(request))
    return desk_page(request, "openings", page=page, openings=rows, minutes=minutes)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=CLUE_DUTIES)
def opening(request: HttpRequest, number: int) -> HttpResponse:
    """One request: a second person decides, the first reads what was approved. Reading is an act, so a POST."""
    scope, opened, status = held_scope(request), None, 200
    try:
        asked = opening_for(scope, number)
        if request.method == "POST":
            opened = _opening_act(request, number, scope)
            if opened is None:
                return redirect("desk-clue-opening", number=number)
            asked = opening_for(scope, number)
    except NotVisible as hidden:
        raise Http404 from hidden
    except (ActNotAllowed, DutyMissing) as refusal:
        words = REFUSALS["duty"] if isinstance(refusal, DutyMissing) else refused(refusal)
        messages.error(request, str(words))
        asked, status = opening_for(scope, number), 422
    return desk_page(request, "opening", status=status, asked=asked, opened=opened)


def _opening_act(request: HttpRequest, number: int, scope: Scope) -> Opened | None:
    """Decide, or read what is then shown. Raises NotVisible, DutyMissing, ActNotAllowed."""
    chosen = request.POST.get("do")
    known: dict[str, Any] = {"opening_id": number, "actor": actor_in(request, scope), "scope": scope}
    if chosen == "read":
        return opening_read(**known)
    if chosen not in {"approve", "refuse"}:
        raise ActNotAllowed("button")
    opening_decide(approved=chosen == "approve", **known)
    return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=CLUE_DUTIES)
def notices(request: HttpRequest) -> HttpResponse:
    """Notices of limits; read when somebody of the office says so."""
    scope = held_scope(request)
    if request.method == "POST":
        notices_read(scope=scope, up_to=_key(request.POST.get("up_to", "")))
        return redirect("desk-clue-notices")
    page = Paginator(notices_for(scope), PAGE).get_page(request.GET.get("page"))
    viewing.listed(actor=actor_in(request, scope), scope=scope)
    return desk_page(request, "notices", page=page, rows=notice_rows(list(page)))
