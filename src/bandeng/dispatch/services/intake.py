"""A matter comes in: classified, placed, routed, given its deadline, and written, in one transaction."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from bandeng.areas.rules import dotted
from bandeng.areas.selectors import Place, atlas, tile_of, tiles_around
from bandeng.core import bulk, clock
from bandeng.core.rules import Actor
from bandeng.dispatch.calendar import due
from bandeng.dispatch.knowledge import HERE, classifier, in_force, limit_profiles
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import TaskRole, TaskState
from bandeng.matters.models import IS_OPEN, Matter, MatterType
from bandeng.matters.rules import AccessClass, MatterState, Priority, TypeSource
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.opening import NewMatter, Opened, Ruling, matters_open
from bandeng.organisations.models import Organisation
from bandeng.organisations.selectors import directory
from reckon.classification import MessageText, Prediction
from reckon.routing.facts import Routing, RoutingFacts
from reckon.routing.loading import reason_document
from reckon.routing.table import InputKind

LOCAL = ZoneInfo(settings.TIME_ZONE)
MINUTES = 60
STANDARD_LIMITS = "ordinary"


@dataclasses.dataclass(frozen=True)
class Typed:
    """What is known of a matter's type: the row, who said so, how sure, and the suggestion if unsure."""

    row: MatterType | None
    source: TypeSource
    confidence: float | None = None
    abstained: bool = False
    suggestion: str = ""


@dataclasses.dataclass(frozen=True)
class Chosen:
    """Lead, co-handlers and limits with the reason."""

    lead: Organisation | None
    co_handlers: tuple[Organisation, ...]
    limits: dict[str, str]
    priority: Priority
    why: dict[str, Any]


def matter_intake(*, new: NewMatter, actor: Actor) -> Opened:
    """Take one matter in."""
    return matters_intake(news=[new], actor=actor)[0]


@transaction.atomic(savepoint=False)
def matters_intake(
    *, news: Sequence[NewMatter], actor: Actor, guesses: Sequence[Prediction | None] | None = None
) -> list[Opened]:
    """Take matters in, in order; all or none. `guesses`: what `guesser` has said of them, if it was asked before."""
    moment = clock.now()
    rulings, choices = [], []
    for new, typed in zip(news, types_of(news, guesses), strict=True):
        place = place_of(new)
        chosen = choose(new=new, typed=typed, place=place)
        choices.append(chosen)
        rulings.append(_ruling(typed, place, chosen, moment))
    opened = matters_open(items=list(zip(news, rulings, strict=True)), actor=actor)
    tasks = [
        task
        for each, chosen in zip(opened, choices, strict=True)
        for task in _tasks(each.matter, chosen, moment)
    ]
    bulk.insert(tasks)
    return opened


def types_of(news: Sequence[NewMatter], guesses: Sequence[Prediction | None] | None = None) -> list[Typed]:
    """The type of each: the reporter's own choice, else the classifier's, else none."""
    kinds = taxonomy()
    answers = guesser()(news) if guesses is None else guesses
    return [_typed(kinds.find(new.type_code), answer) for new, answer in zip(news, answers, strict=True)]


def guesser() -> Callable[[Sequence[NewMatter]], list[Prediction | None]]:
    """What asks the classifier of matters without a type; it needs no database, so another thread may call it."""
    model = classifier()

    def guess(news: Sequence[NewMatter]) -> list[Prediction | None]:
        asked = [new for new in news if not new.type_code]
        if model is None or not asked:
            return [None] * len(news)
        answers = iter(model.predict([MessageText(text=new.text, title=new.title) for new in asked]))
        return [None if new.type_code else next(answers) for new in news]

    return guess


def _typed(named: MatterType | None, answer: Prediction | None) -> Typed:
    if named is not None:
        return Typed(named, TypeSource.REPORTER)
    if answer is None:
        return Typed(None, TypeSource.NONE)
    row = taxonomy().find(answer.category)
    if answer.abstained or row is None:
        return Typed(None, TypeSource.NONE, answer.confidence, abstained=True, suggestion=answer.category)
    return Typed(row, TypeSource.CLASSIFIER, answer.confidence)


def place_of(new: NewMatter) -> Place | None:
    """The area under the point, else the one named, else none."""
    map_of_areas = atlas()
    return map_of_areas.at(new.longitude, new.latitude) or map_of_areas.by_code.get(new.area_code)


def choose(*, new: NewMatter, typed: Typed, place: Place | None) -> Chosen:
    """Lead and co-handlers by the table in force, else the type's own lead, else a person decides."""
    table = in_force()
    limits = (
        dict(typed.row.limits) if typed.row and typed.row.limits else dict(limit_profiles()[STANDARD_LIMITS])
    )
    if table is None:
        return _by_type(typed, place, limits, {"problem": "no_table"})
    repeats = (
        _repeats(new, typed)
        if any(each.kind is InputKind.NEARBY_REPEATS for each in table.table.inputs)
        else 0
    )
    facts = facts_of(new=new, typed=typed, place=place, repeats=repeats)
    routing = table.router.route(facts)
    why = {"table": table.version, "facts": facts_document(facts), **why_of(routing, typed)}
    if routing.is_manual and routing.problem is not None:
        return _by_type(typed, place, limits, why)
    outputs = routing.outputs
    if outputs.limits:
        limits = dict(limit_profiles()[outputs.limits])
    lead = organisation_for(outputs.lead, place)
    others = {found.pk: found for code in outputs.co_handlers if (found := organisation_for(code, place))}
    co_handlers = tuple(found for key, found in others.items() if lead and key != lead.pk)
    return Chosen(lead, co_handlers, limits, Priority(outputs.priority.value), why)


def _by_type(typed: Typed, place: Place | None, limits: dict[str, str], why: dict[str, Any]) -> Chosen:
    lead = organisation_for(typed.row.lead_code, place) if typed.row and typed.row.lead_code else None
    told = {**why, "by": "type" if lead else "manual", "suggestion": typed.suggestion}
    return Chosen(lead, (), limits, Priority.NORMAL, told)


def facts_of(*, new: NewMatter, typed: Typed, place: Place | None, repeats: int) -> RoutingFacts:
    """A matter as the decision table sees it, in local time."""
    local = new.reported_at.astimezone(LOCAL)
    return RoutingFacts(
        category=typed.row.code if typed.row else None,
        area=dotted(place.code) if place else None,
        channel=new.channel.value,
        text=f"{new.title}\n{new.text}",
        minute=local.hour * MINUTES + local.minute,
        weekday=local.isoweekday(),
        nearby_repeats=repeats,
        reporter_kind=new.reporter_kind,
        zones=frozenset(),
        confidence=1.0 if typed.confidence is None else typed.confidence,
        abstained=typed.abstained,
    )


def facts_document(facts: RoutingFacts) -> dict[str, Any]:
    """The facts as they are kept, so that another table can be tried on them; the text stays with the matter."""
    return {
        name: sorted(value) if isinstance(value, frozenset) else value
        for name, value in ((each.name, getattr(facts, each.name)) for each in dataclasses.fields(facts))
        if name != "text"
    }


def why_of(routing: Routing, typed: Typed) -> dict[str, Any]:
    """The decision's reasons as they are kept with the matter."""
    return {
        "by": "rule" if routing.rule_id else "manual",
        "rule": routing.rule_id or "",
        "reasons": [reason_document(reason=reason) for reason in routing.reasons],
        "problem": routing.problem.value if routing.problem else "",
        "note": routing.outputs.note,
        "confidence": typed.confidence,
        "suggestion": typed.suggestion,
    }


def organisation_for(code: str, place: Place | None) -> Organisation | None:
    """The organisation of a code; "local_street" and its like mean the one that serves the place."""
    known = directory().by_code
    if code not in HERE:
        return known.get(code)
    return known.get(place.code[: HERE[code]]) if place and len(place.code) >= HERE[code] else None


def _repeats(new: NewMatter, typed: Typed) -> int:
    """How many open matters of the same type lie in the map tiles around."""
    if new.longitude is None or new.latitude is None or typed.row is None:
        return 0
    near = tiles_around(tile_of(new.longitude, new.latitude))
    return Matter.objects.filter(IS_OPEN, Q(cell__in=near), type_code=typed.row.code).count()


def _ruling(typed: Typed, place: Place | None, chosen: Chosen, moment: datetime) -> Ruling:
    handle = due(start=moment, limit=chosen.limits.get("handle", ""))
    accept = due(start=moment, limit=chosen.limits.get("accept", ""))
    return Ruling(
        state=MatterState.DISPATCHED if chosen.lead else MatterState.RECEIVED,
        place=place,
        type_id=typed.row.pk if typed.row else None,
        type_code=typed.row.code if typed.row else "",
        type_source=typed.source,
        confidence=typed.confidence,
        access_class=AccessClass(typed.row.access_class) if typed.row else AccessClass.OPEN,
        priority=chosen.priority,
        lead_id=chosen.lead.pk if chosen.lead else None,
        limit=chosen.limits.get("handle", ""),
        due_at=handle.at,
        due_unknown=handle.unknown_year,
        step_due_at=accept.at,
        step_limit=chosen.limits.get("accept", ""),
        why=chosen.why,
    )


def _tasks(matter: Matter, chosen: Chosen, moment: datetime) -> list[Task]:
    if chosen.lead is None:
        return []
    roles = [(chosen.lead, TaskRole.LEAD), *((each, TaskRole.CO_HANDLER) for each in chosen.co_handlers)]
    return [
        Task(
            matter_id=matter.pk,
            organisation_id=organisation.pk,
            role=role.value,
            state=TaskState.ASSIGNED.value,
            assigned_at=moment,
            limit=matter.limit,
            due_at=matter.due_at,
        )
        for organisation, role in roles
    ]
