"""Every act on a matter: a dialog on its page, a page of its own without script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bandeng.core.labels import listed
from bandeng.desk.forms.acts import BY_NUMBER, PARTS_OFFERED, ActForm, Asked
from bandeng.desk.forms.fields import ORGANISATIONS, TYPES
from bandeng.desk.labels import ACT_DONE, ACT_NAMES, TEMPLATE_ACTS, limit_words
from bandeng.desk.selectors.counts import forget
from bandeng.desk.selectors.neighbours import neighbours_of
from bandeng.desk.selectors.parties import co_handlers_of, organisations_at, types_listed, who_may
from bandeng.desk.selectors.people import handlers_of
from bandeng.desk.selectors.surroundings import merge_targets
from bandeng.desk.selectors.texts import Text, result_for, texts_for
from bandeng.desk.selectors.versions import version_of
from bandeng.desk.selectors.whole import since_version
from bandeng.desk.services.acting import ChangedMeanwhile, act_do
from bandeng.desk.services.bulk import REFUSALS, reason_of
from bandeng.desk.services.undoing import act_undo
from bandeng.desk.views.bulk import actor_in
from bandeng.desk.views.matter import DONE_KEY, SEES_MATTER, UNDO_KEY, address_of, list_in, seen
from bandeng.desk.views.templates import KEEPERS
from bandeng.dispatch.rules import TaskStateNotAllowed
from bandeng.dispatch.selectors import Act, NotVisible, Refused, allowed_acts
from bandeng.dispatch.selectors.acts import check_act
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.services.photos import pictures_checked
from bandeng.matters.rules import StateNotAllowed
from bandeng.matters.services.photos import PhotoRefused
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import DutyMissing, Scope
from reckon.deadlines import InvalidLimit, parse_limit

WITH_ORGANISATIONS = frozenset({Act.DISPATCH, Act.REASSIGN, Act.ADD_CO_HANDLER, Act.SPLIT})
WITH_PHOTOS = frozenset({Act.NOTE, Act.HANDLED, Act.PHOTO})
WITH_CO_HANDLERS = frozenset({Act.HANDLED, Act.TASK_CANCEL})
ENDS = frozenset({Act.REJECT, Act.WITHDRAW})


@dataclass(frozen=True)
class Sheet:
    """One act on one matter as it is asked for."""

    act: Act
    matter: Any
    scope: Scope
    asked: Asked
    query: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(any_of=SEES_MATTER)
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Ask for what the act needs; on POST do it and go back to the matter."""
    scope = held_scope(request)
    matter = seen(number, scope)
    chosen = next((each for each in Act if each.value == name), None)
    if chosen is None:
        raise Http404
    sheet = Sheet(chosen, matter, scope, asked_of(request, chosen, matter, scope), list_in(request, scope))
    if request.method == "POST" and not {"template", "more"} & set(request.POST):
        return done(request, sheet)
    try:
        check_act(act=chosen, matter=matter, scope=scope)
    except DutyMissing:
        return refused(request, sheet, who_may(chosen), status=403)
    except Refused as problem:
        return refused(request, sheet, str(problem), status=409)
    return shown(request, sheet, ActForm(asked=sheet.asked, initial=beginning(request, sheet)))


def asked_of(request: HttpRequest, chosen: Act, matter: Any, scope: Scope) -> Asked:
    """What can be chosen for the act on this matter; each act asks only for its own."""
    asked = Asked(act=chosen)
    if chosen in WITH_ORGANISATIONS:
        asked = replace(asked, organisations=organisations_at(matter))
    if chosen in WITH_PHOTOS:
        asked = replace(asked, may_add_photos=Act.PHOTO in allowed_acts(matter, scope))
    if chosen in WITH_CO_HANDLERS:
        # A form sent twice names a task that its first sending has closed.
        tasks = co_handlers_of(matter, every=chosen is Act.TASK_CANCEL and request.method == "POST")
        asked = replace(asked, tasks=tasks, open_co_handlers=listed(name for _, name in tasks))
    if chosen is Act.ASSIGN and matter.lead_id:
        asked = replace(asked, people=handlers_of(matter.lead_id))
    if chosen is Act.MERGE:
        asked = replace(asked, targets=targets_of(matter, scope))
    return replace(asked, rows=rows_in(request), extension_hint=extension_hint(matter))


def targets_of(matter: Any, scope: Scope) -> list[tuple[str, str]]:
    """Open matters nearby, each with how far it lies."""
    words = pgettext("act form", "%(number)s %(title)s, %(metres)d m")
    near = merge_targets(matter, scope)
    return [
        (str(each.id), words % {"number": each.number, "title": each.title, "metres": each.metres})
        for each in near
    ]


def rows_in(request: HttpRequest) -> int:
    """How many parts the form for a split has; one more where that was asked for."""
    written = request.POST.get("rows", "")
    rows = int(written) if written.isascii() and written.isdecimal() and len(written) < 4 else PARTS_OFFERED
    return max(1, min(rows + ("more" in request.POST), procedure().parts_at_once))


def extension_hint(matter: Any) -> str:
    """In which unit a limit is lengthened."""
    try:
        limit = parse_limit(matter.limit)
    except InvalidLimit:
        return pgettext("act form", "No limit is set for this matter.")
    return pgettext("act form", "In the unit of the present limit: %(limit)s.") % {
        "limit": limit_words(limit)
    }


def beginning(request: HttpRequest, sheet: Sheet) -> dict[str, Any]:
    """What the form holds when it is shown unchecked: what was typed, and a template's text if one was asked for."""
    given: dict[str, Any] = {name: str(value) for name, value in request.POST.items()}
    given["version"] = request.POST.get("version") or version_of(sheet.matter.pk)
    if sheet.act is Act.CLOSE:
        given.setdefault("text", result_for(sheet.matter))
    if sheet.act is Act.MERGE and not sheet.asked.targets:
        given.setdefault("target", BY_NUMBER)
    if sheet.act in WITH_PHOTOS:
        given.setdefault("phase", "after" if sheet.matter.state in ("handling", "verifying") else "before")
    wanted = request.POST.get("template") or request.GET.get("template")
    if wanted:
        given["text"] = next(
            (each.text for each in texts_of(sheet) if str(each.id) == wanted), given.get("text", "")
        )
    return given


def texts_of(sheet: Sheet) -> list[Text]:
    """The templates of the act, for this matter."""
    result = result_for(sheet.matter) if sheet.act is Act.CLOSE else ""
    return texts_for(sheet.act.value, sheet.matter, sheet.scope, result=result)


def shown(
    request: HttpRequest,
    sheet: Sheet,
    form: ActForm,
    *,
    status: int = 200,
    changed: Sequence[Any] | None = None,
) -> HttpResponse:
    """The act's form, in the dialog or on its own page."""
    fragment = bool(request.headers.get("HX-Request"))
    context = {
        "matter": sheet.matter,
        "act": sheet.act.value,
        "name": ACT_NAMES[sheet.act],
        "form": form,
        "texts": texts_of(sheet),
        "may_keep_texts": sheet.act.value in TEMPLATE_ACTS and any(map(sheet.scope.has, KEEPERS)),
        "changed": changed,
        "fragment": fragment,
        "list_query": sheet.query,
        "back": address_of(sheet.matter.number, sheet.query),
        "organisation_list": ORGANISATIONS if sheet.asked.organisations else "",
        "organisations": sheet.asked.organisations,
        "type_list": TYPES if sheet.act is Act.RETYPE else "",
        "types": types_listed() if sheet.act is Act.RETYPE else (),
        "rows": sheet.asked.rows if sheet.act is Act.SPLIT else 0,
        "ends": sheet.act in ENDS,
    }
    # htmx swaps 422 alone; a page of its own tells the difference.
    told = 422 if fragment and status in (403, 409) else status
    return render(
        request, "desk/matter_act.html" if fragment else "desk/matter_act_page.html", context, status=told
    )


def refused(request: HttpRequest, sheet: Sheet, reason: str, *, status: int) -> HttpResponse:
    """Why the act cannot be done, and the way back."""
    fragment = bool(request.headers.get("HX-Request"))
    context = {
        "matter": sheet.matter,
        "name": ACT_NAMES[sheet.act],
        "reason": reason,
        "fragment": fragment,
        "back": address_of(sheet.matter.number, sheet.query),
    }
    name = "desk/matter_refused.html" if fragment else "desk/matter_refused_page.html"
    return render(request, name, context, status=422 if fragment else status)


def done(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Do the act, or show the form again with what is wrong and everything that was typed."""
    form = ActForm(request.POST, request.FILES, asked=sheet.asked)
    if not form.is_valid():
        return invalid(request, sheet, form)
    follow = next_in_list(sheet)
    try:
        given = replace(form.given(), pictures=pictures_checked(form.cleaned_data.get("photos") or ()))
        found = act_do(
            act=sheet.act, matter_id=sheet.matter.pk, version=form.cleaned_data["version"], given=given,
            actor=actor_in(request, sheet.scope), scope=sheet.scope,
        )  # fmt: skip
    except ChangedMeanwhile:
        return conflict(request, sheet)
    except DutyMissing:
        return refused(request, sheet, who_may(sheet.act), status=403)
    except NotVisible:
        form.add_error(
            "number" if "number" in form.fields else None,
            pgettext("act form", "You see no matter with this number."),
        )
    except PhotoRefused as problem:
        form.add_error("photos", str(problem))
    except (Refused, StateNotAllowed, TaskStateNotAllowed) as problem:
        form.add_error(None, reason_of(problem))
    else:
        return to_matter(request, sheet, undo=found.undo, follow=follow)
    return shown(request, sheet, form, status=422)


def invalid(request: HttpRequest, sheet: Sheet, form: ActForm) -> HttpResponse:
    """The form with its errors, unless the post may not do this at all."""
    try:
        check_act(act=sheet.act, matter=sheet.matter, scope=sheet.scope)
    except DutyMissing:
        return refused(request, sheet, who_may(sheet.act), status=403)
    except Refused as problem:
        return refused(request, sheet, str(problem), status=409)
    return shown(request, sheet, form, status=422)


def conflict(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """What changed since the page was shown, over the form with what was typed; sending it again does the act."""
    fresh = seen(sheet.matter.number, sheet.scope)
    given = request.POST.copy()
    since = since_version(fresh, given.get("version", ""))
    given["version"] = version_of(fresh.pk)
    form = ActForm(initial={name: str(value) for name, value in given.items()}, asked=sheet.asked)
    return shown(request, replace(sheet, matter=fresh), form, status=409, changed=since)


def next_in_list(sheet: Sheet) -> str:
    """The matter that comes next in the list, found before the act takes this one out of it."""
    found = neighbours_of(sheet.scope, sheet.matter.pk, sheet.query) if sheet.query else None
    return found.following if found else ""


def to_matter(request: HttpRequest, sheet: Sheet, *, undo: Mapping[str, Any], follow: str) -> HttpResponse:
    """Back to the matter, or to the list where the post sees it no more; the page tells what was done."""
    forget()
    text = str(ACT_DONE[sheet.act])
    words = {"number": sheet.matter.number, "done": text}
    told = pgettext("act done", "%(number)s: %(done)s") % words
    if not still_seen(sheet):
        messages.success(request, told)
        return away(request, f"{reverse('desk-queue')}?{sheet.query}")
    request.session[DONE_KEY] = {
        "matter": sheet.matter.pk, "text": text, "undo": bool(undo),
        "next": address_of(follow, sheet.query) if follow else "",
    }  # fmt: skip
    request.session[UNDO_KEY] = dict(undo) or None
    messages.success(request, with_undo(told) if undo else told)
    return away(request, address_of(sheet.matter.number, sheet.query))


def with_undo(told: str) -> str:
    """The words with a button that sends the page's own form for taking back."""
    back = pgettext("act done", "Take back")
    return format_html('{} <button form="undo">{}</button>', told, back)


def still_seen(sheet: Sheet) -> bool:
    """Whether the post sees the matter after the act."""
    try:
        seen(sheet.matter.number, sheet.scope)
    except Http404:
        return False
    return True


def away(request: HttpRequest, address: str) -> HttpResponse:
    """To another page, from a dialog too."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


@require_POST
@requires(any_of=SEES_MATTER)
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Take back what was just done to the matter."""
    scope = held_scope(request)
    matter = seen(number, scope)
    address = address_of(matter.number, list_in(request, scope))
    item = request.session.get(UNDO_KEY)
    if not isinstance(item, dict) or item.get("matter") != matter.pk:
        messages.error(request, pgettext("act done", "There is nothing left to take back."))
        return HttpResponseRedirect(address)
    del request.session[UNDO_KEY]
    try:
        problem = act_undo(item=item, actor=actor_in(request, scope), scope=scope)
    except REFUSALS as refusal:
        problem = reason_of(refusal)
    forget()
    if problem:
        messages.error(request, problem)
    else:
        messages.success(request, pgettext("act done", "Taken back"))
    return HttpResponseRedirect(address)
