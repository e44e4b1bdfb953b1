"""Matter types: the tree, a type's versions, and a new one from a coming day on, without code."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bandeng.desk.forms.types import (
    QuestionForms,
    TypeForm,
    facts_given,
    questions_initial,
    type_initial,
)
from bandeng.desk.labels import TYPE_REFUSALS
from bandeng.desk.selectors.matter_types import effect_of, last_version, tree, type_page
from bandeng.matters.services.versions import (
    LEVELS,
    TypeFacts,
    TypeRefused,
    facts_of,
    type_code_check,
    type_create,
    type_version_add,
    type_version_check,
    type_version_withdraw,
)
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty

LONGEST_SEARCH = 80
DAY = timedelta(days=1)
NOTHING = TypeFacts(name="")


@never_cache
@require_safe
@requires(Duty.RULES)
def index(request: HttpRequest) -> HttpResponse:
    """All types in force, as a tree that can be searched."""
    search = request.GET.get("name", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    branches = tree(search)
    context = {"branches": branches, "search": search, "count": sum(each.types for each in branches)}
    return render(request, "desk/types_index.html", context)


@never_cache
@require_safe
@requires(Duty.RULES)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One type: what it asks, who may see it, its limits, its lead, and all its versions."""
    shown = type_page(code)
    if shown is None:
        raise Http404
    return render(request, "desk/types_type.html", {"type": shown})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Duty.RULES)
def version(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a type: first see what changes, then save."""
    last = last_version(code)
    if last is None:
        raise Http404
    heading = pgettext("matter type", "New version of “%(name)s”") % {"name": last.called}
    edit = Edit(heading, before=facts_of(last), code=code, earliest=last.valid_from + DAY)
    return _edited(request, edit)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Duty.RULES)
def new(request: HttpRequest) -> HttpResponse:
    """A new type below another one, or on the first level."""
    above = request.GET.get("above", "")[:20]
    parent = last_version(above) if above else None
    if above and (parent is None or parent.level >= LEVELS):
        raise Http404
    heading = pgettext("matter type", "New type on the first level")
    if parent is not None:
        heading = pgettext("matter type", "New type below “%(name)s”") % {"name": parent.called}
    asked = list(parent.questions) if parent else []
    return _edited(request, Edit(heading, above=above, start=TypeFacts(name="", questions=asked)))


@dataclass(frozen=True)
class Edit:
    """What is being written: a version of the type `code`, or a type below `above`."""

    heading: str
    before: TypeFacts | None = None
    code: str = ""
    above: str = ""
    start: TypeFacts = NOTHING
    earliest: date = date.min

    def check(self, facts: TypeFacts, valid_from: date) -> None:
        """Raise TypeRefused where it cannot be kept."""
        if self.code:
            type_version_check(code=self.code, facts=facts, valid_from=valid_from)
        else:
            type_code_check(above=self.above, facts=facts, valid_from=valid_from)

    def keep(self, **given: Any) -> Any:
        """Keep it. Raises TypeRefused."""
        if self.code:
            return type_version_add(code=self.code, **given)
        return type_create(above=self.above, **given)


def _edited(request: HttpRequest, edit: Edit) -> HttpResponse:
    start = edit.before or edit.start
    form = TypeForm(request.POST or None, initial=type_initial(start, earliest=edit.earliest))
    questions = QuestionForms(request.POST or None, initial=questions_initial(start), prefix="question")
    effect = None
    if request.method == "POST" and all((form.is_valid(), questions.is_valid())):
        facts = facts_given(form, questions, before=start.questions)
        try:
            if "save" in request.POST:
                return _kept(request, form, facts, edit)
            edit.check(facts, form.cleaned_data["valid_from"])
        except TypeRefused as refused:
            form.add_error(None, str(TYPE_REFUSALS[refused.refusal]))
        else:
            effect = effect_of(before=edit.before, after=facts, code=edit.code)
    wrong = bool(form.errors or any(questions.errors))
    context = {
        "form": form, "questions": questions, "effect": effect, "edit": edit,
        "day": form.cleaned_data["valid_from"] if effect else None,
        "before": form.cleaned_data["valid_from"] - DAY if effect else None,
    }  # fmt: skip
    return render(request, "desk/types_edit.html", context, status=422 if wrong else 200)


def _kept(request: HttpRequest, form: TypeForm, facts: TypeFacts, edit: Edit) -> HttpResponse:
    """Keep it and go to the type. Raises TypeRefused."""
    row = edit.keep(
        facts=facts,
        valid_from=form.cleaned_data["valid_from"],
        scope=held_scope(request),
        reason=form.cleaned_data["reason"],
    )
    words = pgettext("matter type", "“%(name)s” is as you wrote it from %(day)s on.")
    messages.success(request, words % {"name": row.called, "day": row.valid_from.isoformat()})
    return redirect("desk-type", code=row.code)


@require_POST
@requires(Duty.RULES)
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Take back a version that has not begun."""
    wanted = request.POST.get("version", "")
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:500]
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= 18):
        raise Http404
    try:
        type_version_withdraw(version_id=int(wanted), scope=held_scope(request), reason=reason)
    except TypeRefused as refused:
        messages.error(request, str(TYPE_REFUSALS[refused.refusal]))
    else:
        messages.success(request, pgettext("matter type", "The coming version was taken back."))
    return redirect("desk-type", code=code) if last_version(code) else redirect("desk-types")
