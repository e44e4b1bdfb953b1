"""The legal clock of administrative work; rules and sources in docs/law/deadlines.md."""

from reckon.deadlines.calendar import DayKind, WorkCalendar, working_minutes_between
from reckon.deadlines.china import china_year
from reckon.deadlines.clock import due_at
from reckon.deadlines.limits import (
    DayEnd,
    InvalidLimit,
    Limit,
    NaiveMoment,
    Pause,
    Unit,
    format_limit,
    parse_limit,
)
from reckon.deadlines.milestones import EscalationStep, Milestone, MilestoneKind, milestones
from reckon.deadlines.recompute import (
    Move,
    MoveReason,
    OpenClock,
    Recomputed,
    Undetermined,
    changed_days,
    recompute,
)
from reckon.deadlines.remaining import Part, PartUnit, Remaining, remaining, split_minutes
from reckon.deadlines.timeline import SHANGHAI
from reckon.deadlines.working import Deadline, Step, StepKind, StepReason, StepUnit, deadline
from reckon.deadlines.years import CalendarYear, CalendarYearMissing, Session, WorkingHours

__all__ = [
    "SHANGHAI",
    "CalendarYear",
    "CalendarYearMissing",
    "DayEnd",
    "DayKind",
    "Deadline",
    "EscalationStep",
    "InvalidLimit",
    "Limit",
    "Milestone",
    "MilestoneKind",
    "Move",
    "MoveReason",
    "NaiveMoment",
    "OpenClock",
    "Part",
    "PartUnit",
    "Pause",
    "Recomputed",
    "Remaining",
    "Session",
    "Step",
    "StepKind",
    "StepReason",
    "StepUnit",
    "Undetermined",
    "Unit",
    "WorkCalendar",
    "WorkingHours",
    "changed_days",
    "china_year",
    "deadline",
    "due_at",
    "format_limit",
    "milestones",
    "parse_limit",
    "recompute",
    "remaining",
    "split_minutes",
    "working_minutes_between",
]
