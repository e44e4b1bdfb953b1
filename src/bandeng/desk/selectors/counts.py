"""The figures beside a post's lists: one pass over the open matters, shared for a moment."""

import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, When

from bandeng.core import clock
from bandeng.desk.labels import QUEUE_NAMES
from bandeng.desk.selectors.lists import COUNTED_OPEN
from bandeng.dispatch.models import Notice
from bandeng.dispatch.rules import TaskRole
from bandeng.dispatch.selectors import Queue, visible
from bandeng.dispatch.selectors.filters import WEEK, queue_conditions, task_matters
from bandeng.matters.models import IS_OPEN, Matter
from bandeng.matters.rules import MatterState
from bandeng.matters.selectors import within_access
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.selectors import directory

KEEP = 10.0  # seconds for which colleagues with the same view share one set of figures
KEPT_VIEWS = 512
LEADS = 14
UNREAD_UP_TO = 99
S = MatterState
STATES_OF = {
    Queue.TO_ACCEPT: {S.RECEIVED},
    Queue.TO_DISPATCH: {S.RECEIVED, S.ACCEPTED, S.RETURNED},
    Queue.RETURNED: {S.RETURNED},
    Queue.TO_VERIFY: {S.VERIFYING},
}


@dataclass(frozen=True)
class Lead:
    """An organisation with how many open matters it leads."""

    id: int
    name: str
    count: int


@dataclass(frozen=True)
class Tally:
    """How many matters lie in each list of a post, and with each lead."""

    queues: Mapping[Queue, int] = field(default_factory=dict)
    leads: tuple[Lead, ...] = ()


_KEPT: OrderedDict[tuple[object, ...], tuple[float, Tally]] = OrderedDict()


def tally(scope: Scope) -> Tally:
    """The figures of a post, at most KEEP seconds old."""
    key = (scope.organisation_id, scope.area_code, scope.kind, scope.duties)
    kept = _KEPT.get(key)
    if kept is not None and time.monotonic() - kept[0] < KEEP:
        return kept[1]
    made = _tally(scope)
    _KEPT[key] = (time.monotonic(), made)
    _KEPT.move_to_end(key)
    while len(_KEPT) > KEPT_VIEWS:
        _KEPT.popitem(last=False)
    return made


def forget() -> None:
    """Count anew at the next page; whoever has just acted calls this."""
    _KEPT.clear()


def queues_of(scope: Scope) -> list[Queue]:
    """The lists that make sense for a post's duties, in the order in which it works."""
    duties = {
        Queue.MINE: scope.has(Duty.HANDLE),
        Queue.TO_ACCEPT: scope.sees_area and (scope.has(Duty.INTAKE) or scope.has(Duty.DISPATCH)),
        Queue.TO_DISPATCH: scope.sees_area and scope.has(Duty.DISPATCH),
        Queue.TO_VERIFY: scope.has(Duty.VERIFY),
        Queue.RETURNED: scope.sees_area and (scope.has(Duty.DISPATCH) or scope.has(Duty.SUPERVISE)),
        Queue.OVERDUE: True,
        Queue.DUE_TODAY: True,
        Queue.CO_HANDLED: scope.has(Duty.HANDLE),
        Queue.PAUSED: True,
        Queue.OPEN: True,
        Queue.CLOSED_WEEK: True,
    }
    return [queue for queue, fits in duties.items() if fits]


def first_queue(scope: Scope) -> Queue:
    """Where a post's day begins."""
    if scope.has(Duty.HANDLE):
        return Queue.MINE
    if scope.sees_area and scope.has(Duty.DISPATCH):
        return Queue.TO_DISPATCH
    if scope.sees_area and scope.has(Duty.INTAKE):
        return Queue.TO_ACCEPT
    return Queue.TO_VERIFY if scope.has(Duty.VERIFY) and not scope.has(Duty.SUPERVISE) else Queue.OPEN


def _tally(scope: Scope) -> Tally:
    seen = visible(scope)
    queues: Counter[Queue] = Counter(dict.fromkeys(QUEUE_NAMES, 0))
    leads: Counter[int] = Counter()
    for group in _groups(seen.filter(IS_OPEN)):
        leads[group["lead_id"] or 0] += group["count"]
        for queue in _queues_of_group(group):
            queues[queue] += group["count"]
    queues[Queue.CLOSED_WEEK] = _up_to(seen.filter(closed_at__gte=clock.now() - WEEK))
    if scope.has(Duty.HANDLE):
        queues.update(_own(scope))
    return Tally(dict(queues), _leads(leads))


def _groups(present: QuerySet[Matter]) -> list[dict[str, Any]]:
    """Open matters counted by lead, state and clock, so that one pass answers every list."""
    conditions = queue_conditions()
    marks = {
        "late": _mark(conditions[Queue.OVERDUE]),
        "today": _mark(conditions[Queue.DUE_TODAY]),
        "paused": _mark(conditions[Queue.PAUSED]),
    }
    grouped = present.annotate(**marks).values("lead_id", "state", *marks)
    return list(grouped.annotate(count=Count("id")).order_by())


def _mark(condition: Q) -> Case:
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def _queues_of_group(group: Mapping[str, Any]) -> list[Queue]:
    marked = {Queue.OVERDUE: group["late"], Queue.DUE_TODAY: group["today"], Queue.PAUSED: group["paused"]}
    inside = [queue for queue, states in STATES_OF.items() if MatterState(group["state"]) in states]
    return [Queue.OPEN, *inside, *(queue for queue, yes in marked.items() if yes)]


def _up_to(matters: QuerySet[Matter]) -> int:
    return matters.order_by()[: COUNTED_OPEN + 1].values("id").count()


def _own(scope: Scope) -> dict[Queue, int]:
    """The lists of the organisation's own tasks."""
    within = within_access(Matter.objects.filter(IS_OPEN, pk=OuterRef("matter_id")), scope)
    tasks = task_matters(scope, TaskRole.LEAD, TaskRole.CO_HANDLER).filter(Exists(within))
    rows = dict(tasks.values_list("role").annotate(count=Count("id")).order_by())
    return {
        Queue.MINE: rows.get(TaskRole.LEAD.value, 0),
        Queue.CO_HANDLED: rows.get(TaskRole.CO_HANDLER.value, 0),
    }


def _leads(counts: Counter[int]) -> tuple[Lead, ...]:
    known = directory().by_id
    rows = [Lead(key, known[key].called, count) for key, count in counts.most_common(LEADS) if key in known]
    return tuple(rows)


def unread_count(scope: Scope) -> int:
    """Unread notices of the post's organisation, counted up to UNREAD_UP_TO + 1."""
    unread = Notice.objects.filter(organisation_id=scope.organisation_id, read_at__isnull=True)
    # Asked for each notice: SQLite would gather the keys of all matters for an IN.
    seen = within_access(Matter.objects.filter(pk=OuterRef("matter_id")), scope)
    return unread.filter(Exists(seen)).order_by("id")[: UNREAD_UP_TO + 1].values("id").count()
