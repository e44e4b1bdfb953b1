"""The legal calendar: which years are known, and what a change would move."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from bandeng.core.rules import Actor
from bandeng.desk.forms.rules import YearForm
from bandeng.dispatch.selectors.tables import calendar_years, work_hours
from bandeng.dispatch.services.calendars import CalendarInvalid, calendar_year_set
from bandeng.dispatch.services.recomputing import Recomputation
from bandeng.organisations.permission import held_scope, requires
from bandeng.organisations.rules import Duty

SHOWN = 200


@require_safe
@requires(Duty.RULES)
def index(request: HttpRequest) -> HttpResponse:
    """Known years and working hours."""
    return render(request, "desk/calendar_index.html", {"years": calendar_years(), "hours": work_hours()})


@require_http_methods(["GET", "POST"])
@requires(Duty.RULES)
def year(request: HttpRequest) -> HttpResponse:
    """Enter or correct a year: first see which deadlines would move, then save."""
    form = YearForm(request.POST or None, initial=_initial(request.GET.get("year", "")))
    preview = None
    if request.method == "POST" and form.is_valid():
        save = "save" in request.POST
        try:
            preview = _set(request, form, dry_run=not save)
        except CalendarInvalid as error:
            form.add_error(None, str(error))
        else:
            if save:
                text = pgettext("calendar page", "The year %(year)d is in force; %(n)d deadlines moved.")
                messages.success(request, text % {"year": form.cleaned_data["year"], "n": len(preview.moved)})
                return redirect("desk-calendar")
    context = {"form": form, "preview": preview, "moved": preview.moved[:SHOWN] if preview else []}
    return render(request, "desk/calendar_year.html", context, status=422 if form.errors else 200)


def _set(request: HttpRequest, form: YearForm, *, dry_run: bool) -> Recomputation:
    scope, data = held_scope(request), form.cleaned_data
    return calendar_year_set(
        year=data["year"],
        holidays=data["holidays"],
        makeup_days=data["makeup_days"],
        source=data["source"],
        actor=Actor(scope.actor, scope.organisation_name, scope.organisation_id),
        scope=scope,
        dry_run=dry_run,
    )


def _initial(text: str) -> dict[str, object]:
    known = next((row for row in calendar_years() if str(row.year) == text), None)
    if known is None:
        return {"year": text if text.isdecimal() and len(text) == 4 else ""}
    return {
        "year": known.year,
        "holidays": "\n".join(day.isoformat() for day in sorted(known.holidays)),
        "makeup_days": "\n".join(day.isoformat() for day in sorted(known.makeup_days)),
        "source": known.source,
    }
