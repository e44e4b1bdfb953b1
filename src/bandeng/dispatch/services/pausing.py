"""The clock stands still, goes on, or gets more time."""

from datetime import datetime

from django.db import transaction

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.models import Pause
from bandeng.dispatch.selectors.acts import Act
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.selectors.refusals import Refusal, Refused, reason_checked
from bandeng.dispatch.services.acting import matter_taken
from bandeng.dispatch.services.clocks import clock_fields, limits_of, step_resumed
from bandeng.dispatch.services.tasks import tasks_follow
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.organisations.rules import Scope
from reckon.deadlines.limits import Limit, format_limit, parse_limit


@transaction.atomic
def matter_pause(*, matter_id: int, reason: str, actor: Actor, scope: Scope | None) -> Matter:
    """Stop the clock, with the reason that the reporters read."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.PAUSE, scope=scope)
    moment = clock.now()
    Pause.objects.create(matter_id=matter.pk, started_at=moment, reason=told, actor=actor.key)
    matter_change(
        matter=matter, kind=StepKind.PAUSED, actor=actor, note=told, public=True, data={"due_at": _written(matter)},
        paused_at=moment, due_at=None, due_unknown=None, step_due_at=_step_standing(matter),
    )  # fmt: skip
    tasks_follow(matter=matter, actor=actor)
    return matter


def _step_standing(matter: Matter) -> datetime | None:
    """A step whose start is known stands still too; resuming computes it anew."""
    return None if matter.step_from is not None else matter.step_due_at


def _written(matter: Matter) -> str:
    return matter.due_at.isoformat() if matter.due_at else ""


@transaction.atomic
def matter_resume(*, matter_id: int, actor: Actor, scope: Scope | None, note: str = "") -> Matter:
    """Let the clock go on: the limit runs out later by as much as it stood still."""
    matter = matter_taken(matter_id=matter_id, act=Act.RESUME, scope=scope)
    Pause.objects.filter(matter_id=matter.pk, ended_at__isnull=True).update(ended_at=clock.now())
    fields = clock_fields(matter=matter) | step_resumed(matter)
    matter_change(
        matter=matter,
        kind=StepKind.RESUMED,
        actor=actor,
        note=clean_text(note),
        public=True,
        paused_at=None,
        **fields,
    )
    tasks_follow(matter=matter, actor=actor)
    return matter


@transaction.atomic
def matter_extend(
    *, matter_id: int, extension: str, reason: str, actor: Actor, scope: Scope | None
) -> Matter:
    """Lengthen the limit, at most by what the type's law, else the rules of procedure, allow in all."""
    told = reason_checked(clean_text(reason))
    matter = matter_taken(matter_id=matter_id, act=Act.EXTEND, scope=scope)
    asked = _extension(matter, extension)
    present = parse_limit(matter.limit)
    longer = format_limit(Limit(amount=present.amount + asked.amount, unit=present.unit))
    fields = clock_fields(matter=matter, limit=longer)
    matter_change(
        matter=matter, kind=StepKind.EXTENDED, actor=actor, note=told, public=True,
        data={"amount": asked.amount, "unit": asked.unit.value, "limit": matter.limit, "due_at": _written(matter)},
        escalation_level=0, **fields,
    )  # fmt: skip
    tasks_follow(matter=matter, actor=actor)
    return matter


def _extension(matter: Matter, extension: str) -> Limit:
    """The extension, if what was granted before leaves room for it. Raises Refused."""
    try:
        asked, present = parse_limit(extension), parse_limit(matter.limit)
    except ValueError as wrong:
        raise Refused(Refusal.LIMIT) from wrong
    granted = _granted(matter)
    legal = limits_of(matter).extension
    most = parse_limit(legal) if legal else None
    if most is None or most.unit is not present.unit:
        original = present.amount - granted
        most = Limit(amount=max(1, original * procedure().extension_percent // 100), unit=present.unit)
    if asked.unit is not present.unit or asked.amount < 1 or granted + asked.amount > most.amount:
        raise Refused(Refusal.EXTENSION)
    return asked


def _granted(matter: Matter) -> int:
    """What earlier extensions of the present clock added."""
    steps = Step.objects.filter(matter_id=matter.pk, kind=StepKind.EXTENDED.value, at__gte=matter.clock_from)
    return sum(int(data.get("amount", 0)) for data in steps.values_list("data", flat=True))
