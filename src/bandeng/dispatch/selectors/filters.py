"""A queue's filter as a value: read from a query string, written back into one, applied to matters."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from bandeng.core import clock
from bandeng.core.expressions import Unindexed
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, TaskRole
from bandeng.dispatch.selectors.acts import RUNNING
from bandeng.matters.models import IS_OPEN, Matter, MatterType, state_in
from bandeng.matters.rules import OPEN_STATES, Channel, MatterState, Priority, id_of
from bandeng.matters.search import found
from bandeng.matters.selectors import within_area
from bandeng.organisations.rules import Scope

Code = TypeVar("Code", bound=StrEnum)
CLOCK_RUNS = Q(state__in=sorted(state.value for state in RUNNING))
TEXT_LENGTH = 100
WEEK = timedelta(days=7)


class Queue(StrEnum):
    """The lists that an officer works from."""

    OPEN = "open"  # everything that has not ended
    MINE = "mine"  # my organisation leads, and it is not yet handled
    CO_HANDLED = "co_handled"  # my organisation has an open task as co-handler
    TO_ACCEPT = "to_accept"
    TO_DISPATCH = "to_dispatch"
    RETURNED = "returned"
    TO_VERIFY = "to_verify"
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    PAUSED = "paused"
    CLOSED_WEEK = "closed_week"
    ALL = "all"


class Sort(StrEnum):
    """The order of a list."""

    DUE = "due"
    OPENED = "opened"
    NUMBER = "number"


def day_start(day: date) -> datetime:
    """Midnight of a day in the district."""
    return timezone.make_aware(datetime.combine(day, time.min))


def queue_conditions() -> dict[Queue, Q]:
    """What puts a matter into each queue of an area, whoever looks."""
    moment = clock.now()
    tomorrow = day_start(timezone.localdate(moment) + timedelta(days=1))
    overdue = (CLOCK_RUNS & Q(due_at__lt=moment)) | Q(
        state=MatterState.VERIFYING.value, step_due_at__lt=moment
    )
    return {
        Queue.OPEN: Q(),
        Queue.TO_ACCEPT: Q(state=MatterState.RECEIVED.value),
        Queue.TO_DISPATCH: Q(
            state__in=[MatterState.ACCEPTED.value, MatterState.RECEIVED.value, MatterState.RETURNED.value]
        ),
        Queue.RETURNED: Q(state=MatterState.RETURNED.value),
        Queue.TO_VERIFY: Q(state=MatterState.VERIFYING.value),
        Queue.OVERDUE: overdue,
        Queue.DUE_TODAY: CLOCK_RUNS & Q(due_at__gte=moment, due_at__lt=tomorrow),
        Queue.PAUSED: Q(paused_at__isnull=False),
    }


def task_matters(scope: Scope, *roles: TaskRole) -> QuerySet[Task]:
    """Open tasks of the post's organisation in these roles."""
    return Task.objects.filter(
        state_in(OPEN_TASK_STATES),
        organisation_id=scope.organisation_id,
        role__in=[role.value for role in roles],
    )


def is_overdue(matter: Matter, moment: datetime) -> bool:
    """Whether a matter lies in the queue OVERDUE, told of one that has been read."""
    state = MatterState(matter.state)
    due = (
        matter.step_due_at if state is MatterState.VERIFYING else matter.due_at if state in RUNNING else None
    )
    return due is not None and due < moment


@dataclass(frozen=True, kw_only=True)
class QueueFilter:
    """What somebody wants to see; unknown or senseless values of a query string are left out."""

    queue: Queue = Queue.OPEN
    states: tuple[MatterState, ...] = ()
    type_prefix: str = ""
    area: str = ""
    lead: int | None = None
    channel: Channel | None = None
    priority: Priority | None = None
    overdue: bool = False
    opened_from: date | None = None
    opened_to: date | None = None
    text: str = ""
    only_mine: bool = False
    sort: Sort = Sort.DUE
    descending: bool = False
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "QueueFilter":
        """Read a query string's values; states are separated by commas."""
        states = (_one(MatterState, each) for each in query.get("state", "").split(","))
        return cls(
            queue=_one(Queue, query.get("queue", "")) or Queue.OPEN,
            states=tuple(dict.fromkeys(state for state in states if state is not None)),
            type_prefix=_code(query.get("type", ""), "."),
            area=_code(query.get("area", "")),
            lead=_number(query.get("lead", "")),
            channel=_one(Channel, query.get("channel", "")),
            priority=_one(Priority, query.get("priority", "")),
            overdue=query.get("overdue", "") == "1",
            opened_from=_date(query.get("from", "")),
            opened_to=_date(query.get("to", "")),
            text=query.get("q", "").strip()[:TEXT_LENGTH].strip(),
            only_mine=query.get("mine", "") == "1",
            sort=_one(Sort, query.get("sort", "").removeprefix("-")) or Sort.DUE,
            descending=query.get("sort", "").startswith("-"),
            page=_number(query.get("page", "")) or 1,
        )

    def pairs(self) -> dict[str, str]:
        """The values that differ from an empty filter, as a query string names them."""
        written = {
            "queue": "" if self.queue is Queue.OPEN else self.queue.value,
            "state": ",".join(state.value for state in self.states),
            "type": self.type_prefix,
            "area": self.area,
            "lead": str(self.lead or ""),
            "channel": self.channel.value if self.channel else "",
            "priority": self.priority.value if self.priority else "",
            "overdue": "1" if self.overdue else "",
            "from": self.opened_from.isoformat() if self.opened_from else "",
            "to": self.opened_to.isoformat() if self.opened_to else "",
            "q": self.text,
            "mine": "1" if self.only_mine else "",
            "sort": self._sort_written(),
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in written.items() if value}

    def _sort_written(self) -> str:
        if self.sort is Sort.DUE and not self.descending:
            return ""
        return ("-" if self.descending else "") + self.sort.value

    def to_query(self) -> str:
        """The filter as a query string."""
        return urlencode(self.pairs())

    def on_page(self, page: int) -> "QueueFilter":
        """The same filter on another page."""
        return replace(self, page=page)

    @property
    def only_open(self) -> bool:
        """Whether only matters that have not ended are asked for; naming an ended state widens the queue "open"."""
        if self.queue is Queue.OPEN:
            return all(state in OPEN_STATES for state in self.states)
        return self.queue not in (Queue.ALL, Queue.CLOSED_WEEK)

    def narrow(self, matters: QuerySet[Matter], scope: Scope) -> QuerySet[Matter]:
        """Narrow matters that the post may see to what the filter asks for, unsorted."""
        matters = self._in_queue(matters, scope)
        if self.only_mine:
            matters = matters.filter(lead_post_id=scope.post_id)
        if self.text:
            number = id_of(self.text)
            matters = matters.filter(pk=number) if number is not None else found(matters, self.text)
        return self._by_columns(matters)

    def _in_queue(self, matters: QuerySet[Matter], scope: Scope) -> QuerySet[Matter]:
        if self.queue is Queue.MINE:
            tasks = task_matters(scope, TaskRole.LEAD)
            return matters.filter(IS_OPEN, pk__in=tasks.values("matter_id"))
        if self.queue is Queue.CO_HANDLED:
            return matters.filter(
                IS_OPEN, pk__in=task_matters(scope, TaskRole.CO_HANDLER).values("matter_id")
            )
        if self.queue is Queue.CLOSED_WEEK:
            return matters.filter(closed_at__gte=clock.now() - WEEK)
        if not self.only_open:
            return matters
        return matters.filter(IS_OPEN).filter(queue_conditions()[self.queue])

    def _by_columns(self, matters: QuerySet[Matter]) -> QuerySet[Matter]:
        if self.states:
            matters = matters.filter(state__in=[state.value for state in self.states])
            if all(state in OPEN_STATES for state in self.states):
                matters = matters.filter(IS_OPEN)  # lets the database use the indexes of what is open
        if self.type_prefix:
            below = Q(code=self.type_prefix) | Q(code__startswith=f"{self.type_prefix}.")
            matters = matters.filter(type_code__in=MatterType.objects.filter(below).values("code"))
        if self.area:
            matters = within_area(matters, self.area)
        columns = {
            "lead_id": self.lead,
            "channel": self.channel.value if self.channel else None,
            "priority": self.priority.value if self.priority else None,
            "opened__gte": day_start(self.opened_from) if self.opened_from else None,
            "opened__lt": day_start(self.opened_to + timedelta(days=1)) if self.opened_to else None,
        }
        # Of what is open an index tells everything; of what has ended, the time at which it came in.
        matters = matters.alias(opened=Unindexed("opened_at") if self.only_open else F("opened_at"))
        matters = matters.filter(**{name: value for name, value in columns.items() if value is not None})
        return matters.filter(IS_OPEN, queue_conditions()[Queue.OVERDUE]) if self.overdue else matters


def _one(kind: type[Code], text: str) -> Code | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) <= 12 else None


def _date(text: str) -> date | None:
    try:
        found_date = date.fromisoformat(text)
    except ValueError:
        return None
    return found_date if date(1992, 1, 1) <= found_date <= date(2200, 1, 1) else None


def _code(text: str, between: str = "") -> str:
    plain = text.replace(between, "") if between else text
    return text if plain.isascii() and plain.isalnum() and len(text) <= 20 else ""
