"""How a deadline was reckoned, told in sentences that an officer can check by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import pgettext

from bandeng.core.labels import duration_words
from bandeng.desk.labels import limit_words
from bandeng.desk.selectors.clocks import DAY_MINUTES, moment_words
from bandeng.dispatch.calendar import work_calendar
from bandeng.dispatch.models import Pause
from bandeng.dispatch.services.clocks import standstills_of
from bandeng.matters.models import Matter
from reckon.deadlines import (
    CalendarYearMissing,
    Deadline,
    InvalidLimit,
    Step,
    StepKind,
    StepReason,
    StepUnit,
    deadline,
    parse_limit,
)


@dataclass(frozen=True)
class Line:
    """One step: what it does, and the article or notice that it rests on."""

    text: str
    basis: str


@dataclass(frozen=True)
class Working:
    """The limit, the steps, and the result, in words."""

    limit: str
    lines: tuple[Line, ...]
    result: str
    problem: str = ""


def working_of(matter: Matter, pauses: Sequence[Pause]) -> Working:
    """The working of a matter's present clock."""
    if not matter.limit:
        return Working("", (), "", pgettext("working", "No limit is set for this matter."))
    try:
        limit = parse_limit(matter.limit)
        found = deadline(
            start=matter.clock_from, limit=limit, calendar=work_calendar(), pauses=standstills_of(pauses)
        )
    except CalendarYearMissing as missing:
        text = pgettext(
            "working", "The holidays of %(year)s are not published; the deadline follows when they are."
        )
        return Working(matter.limit, (), "", text % {"year": missing.year})
    except InvalidLimit as wrong:
        return Working(matter.limit, (), "", str(wrong))
    return Working(limit_words(limit), tuple(_line(step) for step in found.working), _result(found))


def working_for(matter: Matter) -> Working:
    """The same, with the matter's pauses read: one query."""
    return working_of(matter, list(Pause.objects.filter(matter_id=matter.pk).order_by("started_at")))


def _result(found: Deadline) -> str:
    if found.due is not None:
        return pgettext("working", "Due %(moment)s") % {"moment": moment_words(found.due)}
    left = found.left
    minutes = left.minutes if left is not None else 0
    a_day = _a_day(found) if left is not None and left.working else DAY_MINUTES
    words = {"time": duration_words(minutes=minutes, minutes_a_day=a_day)}
    return pgettext("working", "The clock stands still; %(time)s are left when it goes on.") % words


def _a_day(found: Deadline) -> int:
    return max(1, work_calendar().minutes_on(found.working[0].first))


def _line(step: Step) -> Line:
    texts = {
        StepKind.START: _start,
        StepKind.COUNTED: _counted,
        StepKind.SKIPPED: _skipped,
        StepKind.PAUSED: _paused,
        StepKind.MOVED: _moved,
        StepKind.DUE: _due,
    }
    return Line(texts[step.kind](step), step.basis)


def _start(step: Step) -> str:
    words = {"moment": _moment(step.begins)}
    if step.reason is StepReason.START_DAY_NOT_COUNTED:
        return pgettext("working", "Begins %(moment)s; this day is not counted") % words
    return pgettext("working", "Begins %(moment)s and runs at once") % words


def _counted(step: Step) -> str:
    words = {"days": _days(step), "amount": _amount(step)}
    if step.reason is StepReason.MAKEUP_DAY:
        return pgettext("working", "%(days)s, worked to make up for a holiday: %(amount)s counted") % words
    if step.reason is StepReason.WORKING_DAY:
        return pgettext("working", "%(days)s, worked: %(amount)s counted") % words
    return pgettext("working", "%(days)s: %(amount)s counted") % words


def _skipped(step: Step) -> str:
    words = {"days": _days(step)}
    if step.reason is StepReason.HOLIDAY:
        return pgettext("working", "%(days)s, holiday: not counted") % words
    return pgettext("working", "%(days)s, weekend: not counted") % words


def _paused(step: Step) -> str:
    words = {
        "from": _moment(step.begins),
        "to": _moment(step.ends),
        "reason": step.note,
        "amount": _amount(step),
    }
    if step.ends is None:
        return pgettext("working", "Paused since %(from)s (%(reason)s): not counted until it goes on") % words
    return pgettext("working", "Paused %(from)s to %(to)s (%(reason)s): %(amount)s not counted") % words


def _moved(step: Step) -> str:
    return pgettext("working", "The last day falls on a day off (%(days)s) and moves on") % {
        "days": _days(step)
    }


def _due(step: Step) -> str:
    words = {"moment": _moment(step.ends)}
    if step.reason is StepReason.CLOSE_OF_BUSINESS:
        return pgettext("working", "The last day ends at close of business: %(moment)s") % words
    if step.reason is StepReason.MIDNIGHT:
        return pgettext("working", "The last day ends at midnight: %(moment)s") % words
    return pgettext("working", "The limit is used up: %(moment)s") % words


def _amount(step: Step) -> str:
    if step.unit is StepUnit.DAYS:
        return duration_words(minutes=step.amount * DAY_MINUTES, minutes_a_day=DAY_MINUTES)
    a_day = (
        DAY_MINUTES if step.unit is StepUnit.CLOCK_MINUTES else max(1, work_calendar().minutes_on(step.first))
    )
    return duration_words(minutes=step.amount, minutes_a_day=a_day)


def _moment(moment: datetime | None) -> str:
    return moment_words(moment) if moment else ""


def _days(step: Step) -> str:
    if step.first == step.last:
        return _day(step.first)
    return pgettext("working", "%(first)s to %(last)s") % {"first": _day(step.first), "last": _day(step.last)}


def _day(day: date) -> str:
    return date_format(day, "m-d l")
