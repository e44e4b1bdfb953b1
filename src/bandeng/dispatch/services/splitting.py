"""One matter becomes several: parts with own numbers, which end before the whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bandeng.areas.selectors import Place, atlas
from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.dispatch.selectors.acts import Act
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.selectors.refusals import Refusal, Refused
from bandeng.dispatch.services.acting import matter_taken
from bandeng.dispatch.services.clocks import due_with, limit_checked, limits_of, limits_of_type, step_due
from bandeng.dispatch.services.dispatching import lead_and_co_handlers
from bandeng.dispatch.services.tasks import organisation_checked
from bandeng.matters.models import Matter
from bandeng.matters.rules import (
    AccessClass,
    Channel,
    MatterState,
    Priority,
    StepKind,
    TypeSource,
    clean_text,
)
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.changing import matter_change
from bandeng.matters.services.opening import NewMatter, Ruling, matters_open
from bandeng.organisations.rules import Scope

ORDER = (AccessClass.OPEN, AccessClass.RESTRICTED, AccessClass.SEALED)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part to be split off; empty fields are taken from the whole, without a lead it waits for dispatch."""

    title: str
    text: str = ""
    type_code: str = ""
    lead_id: int | None = None
    limit: str = ""


@transaction.atomic
def matter_split(*, matter_id: int, parts: Sequence[Part], actor: Actor, scope: Scope | None) -> list[Matter]:
    """Split parts off; the whole stays with its lead and ends only after them."""
    if not 1 <= len(parts) <= procedure().parts_at_once or not all(clean_text(part.title) for part in parts):
        raise Refused(Refusal.SPLIT_PARTS)
    whole = matter_taken(matter_id=matter_id, act=Act.SPLIT, scope=scope)
    for part in parts:
        if part.lead_id is not None:
            organisation_checked(organisation_id=part.lead_id, matter=whole)
    opened = matters_open(
        items=[(_as_reported(whole, part), _ruling(whole, part)) for part in parts], actor=actor
    )
    children = [each.matter for each in opened]
    for child, part in zip(children, parts, strict=True):
        matter_change(
            matter=child, kind=StepKind.SPLIT, actor=actor, data={"parent": whole.number}, parent_id=whole.pk
        )
        if part.lead_id is not None:
            lead_and_co_handlers(matter=child, lead_id=part.lead_id, co_handlers=(), actor=actor, request="")
    matter_change(
        matter=whole, kind=StepKind.SPLIT, actor=actor, public=True,
        data={"children": [child.number for child in children]},
    )  # fmt: skip
    return children


def _as_reported(whole: Matter, part: Part) -> NewMatter:
    return NewMatter(
        title=clean_text(part.title),
        text=clean_text(part.text) or whole.text,
        channel=Channel(whole.channel),
        reported_at=clock.now(),
        longitude=whole.longitude,
        latitude=whole.latitude,
        address=whole.address,
        area_code=whole.area_code,
    )


def _place(whole: Matter) -> Place | None:
    return atlas().by_code.get(whole.area_code)


def _ruling(whole: Matter, part: Part) -> Ruling:
    row = taxonomy().by_code.get(part.type_code or whole.type_code)
    if part.type_code and row is None:
        raise Refused(Refusal.TYPE_UNKNOWN)
    limits = limits_of_type(row) if part.type_code and row else limits_of(whole)
    limit = limit_checked(part.limit) or limits.handle or whole.limit
    moment = clock.now()
    handle = due_with(start=moment, limit=limit)
    access = AccessClass(row.access_class) if row else AccessClass.OPEN
    return Ruling(
        state=MatterState.DISPATCHED if part.lead_id else MatterState.ACCEPTED,
        place=_place(whole),
        type_id=row.pk if row else None,
        type_code=row.code if row else "",
        type_source=TypeSource.OFFICER if row else TypeSource.NONE,
        access_class=max(access, AccessClass(whole.access_class), key=ORDER.index),
        priority=Priority(whole.priority),
        lead_id=part.lead_id,
        limit=limit,
        due_at=handle.at,
        due_unknown=handle.unknown_year,
        step_due_at=step_due(limits.accept, start=moment),
        step_limit=limits.accept,
        why={"by": "officer", "split_from": whole.number},
    )
