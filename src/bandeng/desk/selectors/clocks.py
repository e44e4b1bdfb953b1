"""The clock of a matter as pages draw it."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

from bandeng.core import clock
from bandeng.core.labels import ClockFace, clock_face
from bandeng.dispatch.calendar import work_calendar
from bandeng.dispatch.models import Pause
from bandeng.matters.models import Matter
from bandeng.matters.rules import OPEN_STATES, MatterState
from reckon.deadlines import CalendarYearMissing, InvalidLimit, Unit, parse_limit, working_minutes_between

DAY_MINUTES = 1440


def pause_reasons(matters: Iterable[Matter]) -> dict[int, str]:
    """Why each paused matter stands still, by key: one query, none where nothing is paused."""
    paused = [matter.pk for matter in matters if matter.paused_at is not None]
    if not paused:
        return {}
    return dict(
        Pause.objects.filter(matter_id__in=paused, ended_at__isnull=True).values_list("matter_id", "reason")
    )


def face_of(matter: Matter, *, reason: str = "") -> ClockFace | None:
    """The face of a matter's clock now; None where no limit runs. `reason` is that of an open pause."""
    if matter.closed_at is not None:
        closed = pgettext("clock", "Closed %(day)s") % {"day": moment_words(matter.closed_at)}
        return ClockFace(kind="ended", text=closed, share=100)
    if MatterState(matter.state) not in OPEN_STATES:
        return None
    if matter.paused_at is not None:
        return clock_face(
            left=0, total=0, minutes_a_day=1, paused=reason or pgettext("clock", "reason in the story")
        )
    if matter.due_unknown is not None:
        text = pgettext("clock", "Calendar of %(year)s missing") % {"year": matter.due_unknown}
        return ClockFace(kind="paused", text=text)
    verifying = matter.state == MatterState.VERIFYING.value
    due_at = matter.step_due_at if verifying else matter.due_at
    if due_at is None:
        return None
    return _running(
        start=matter.changed_at if verifying else matter.clock_from, due_at=due_at, limit=matter.limit
    )


def face_between(*, start: datetime, due_at: datetime) -> ClockFace:
    """The face of a limit in calendar days, which nights and weekends do not stop."""
    left, total = _minutes(clock.now(), due_at), _minutes(start, due_at)
    return clock_face(left=left, total=total, minutes_a_day=DAY_MINUTES, exact=moment_words(due_at))


def _running(*, start: datetime, due_at: datetime, limit: str) -> ClockFace:
    moment, exact = clock.now(), moment_words(due_at)
    if _in_hours(limit):
        left, total = _minutes(moment, due_at), _minutes(start, due_at)
        return clock_face(left=left, total=total, minutes_a_day=DAY_MINUTES, exact=exact)
    calendar = work_calendar()
    try:
        left = working_minutes_between(start=moment, end=due_at, calendar=calendar)
        total = working_minutes_between(start=start, end=due_at, calendar=calendar)
    except CalendarYearMissing:
        return ClockFace(kind="over" if due_at < moment else "running", text=exact, exact=exact)
    if left == 0 and due_at < moment:
        left = -1  # over since the last working minute; the words must not say that time is left
    a_day = max(1, calendar.minutes_on(timezone.localdate(moment)))
    return clock_face(left=left, total=total, minutes_a_day=a_day, exact=exact)


def _in_hours(limit: str) -> bool:
    try:
        return bool(limit) and parse_limit(limit).unit is Unit.HOURS
    except InvalidLimit:
        return False


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)


def moment_words(moment: datetime) -> str:
    """A moment as lists write it; the year only where it is another."""
    local = timezone.localtime(moment)
    same = local.year == timezone.localtime(clock.now()).year
    return date_format(local, "m-d H:i" if same else "Y-m-d H:i")
