"""An officer corrects the type of a matter; the classifier learns from it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bandeng.areas.selectors import atlas
from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.dispatch.models import Correction
from bandeng.dispatch.selectors.acts import UNDISPATCHED, Act
from bandeng.dispatch.selectors.refusals import Refusal, Refused
from bandeng.dispatch.services.acting import matter_taken
from bandeng.dispatch.services.clocks import clock_fields, limits_of_type
from bandeng.dispatch.services.dispatching import CoHandler, lead_and_co_handlers
from bandeng.dispatch.services.intake import Chosen, Typed, choose
from bandeng.dispatch.services.tasks import tasks_follow
from bandeng.matters.models import Matter, MatterType, Step
from bandeng.matters.rules import Channel, MatterState, Priority, StepKind, TypeSource, clean_text
from bandeng.matters.selectors import taxonomy
from bandeng.matters.services.changing import matter_change
from bandeng.matters.services.opening import NewMatter
from bandeng.organisations.rules import Scope


@transaction.atomic
def matter_retype(
    *, matter_id: int, type_code: str, actor: Actor, scope: Scope | None, note: str = ""
) -> Matter:
    """Correct the type: limits and deadline follow it; a matter that nobody leads yet is routed anew.

    Whoever leads the matter gets no more time by it, and the record goes on counting under the type before.
    """
    matter = matter_taken(matter_id=matter_id, act=Act.RETYPE, scope=scope)
    row = taxonomy().by_code.get(type_code)
    if row is None:
        raise Refused(Refusal.TYPE_UNKNOWN)
    own = _is_own(matter, scope)
    if row.code == matter.type_code and _is_settled(matter, own=own):
        raise Refused(Refusal.TYPE_SAME)
    _correction_write(matter, row, actor)
    given = matter.type_code
    routed = _routed(matter, row)
    limit = routed.limits.get("handle", "") if routed else limits_of_type(row).handle
    fields = clock_fields(matter=matter, limit=limit)
    if own and _is_longer(matter, fields):
        fields = {}
    if routed is not None and matter.priority == Priority.NORMAL.value:
        fields["priority"] = routed.priority.value
    matter_change(
        matter=matter, kind=StepKind.RETYPED, actor=actor, note=clean_text(note),
        data={"from": given, "to": row.code, "own": own}, matter_type_id=row.pk, type_code=row.code,
        type_source=TypeSource.OFFICER.value, access_class=row.access_class, **fields,
    )  # fmt: skip
    tasks_follow(matter=matter, actor=actor)
    if routed is not None and routed.lead is not None:
        _dispatch(matter, routed, actor)
    return matter


def _is_own(matter: Matter, scope: Scope | None) -> bool:
    """Whether the unit that has to do the work says what kind of work it is."""
    led = MatterState(matter.state) not in UNDISPATCHED
    return led and scope is not None and scope.organisation_id == matter.lead_id


def _is_settled(matter: Matter, *, own: bool) -> bool:
    """Whether an officer has said the type, and nobody who is not of the unit has to confirm it."""
    last = Step.objects.filter(matter_id=matter.pk, kind=StepKind.RETYPED.value).order_by("-id").first()
    unconfirmed = last is not None and last.data.get("own", False)
    return matter.type_source == TypeSource.OFFICER.value and (own or not unconfirmed)


def _is_longer(matter: Matter, fields: Mapping[str, Any]) -> bool:
    due = fields.get("due_at", matter.due_at)
    return matter.due_at is not None and (due is None or due > matter.due_at)


def _correction_write(matter: Matter, row: MatterType, actor: Actor) -> None:
    """Keep the officer's word; of several corrections the last counts, against what was first given."""
    known = Correction.objects.filter(matter_id=matter.pk).first()
    given = known.given if known else matter.type_code
    Correction.objects.update_or_create(
        matter_id=matter.pk,
        defaults={"given": given, "right": row.code, "actor": actor.key, "corrected_at": clock.now()},
    )
    audit.record(
        action="correction.written", subject=("dispatch.correction", str(matter.pk)), actor=actor.key,
        before={"type": matter.type_code}, after={"type": row.code},
    )  # fmt: skip


def _routed(matter: Matter, row: MatterType) -> Chosen | None:
    """What the table in force says about the matter with its right type; None once it has been dispatched."""
    if MatterState(matter.state) not in UNDISPATCHED or matter.paused_at is not None:
        return None
    return choose(
        new=_as_reported(matter, row),
        typed=Typed(row, TypeSource.OFFICER),
        place=atlas().by_code.get(matter.area_code),
    )


def _as_reported(matter: Matter, row: MatterType) -> NewMatter:
    return NewMatter(
        title=matter.title,
        text=matter.text,
        channel=Channel(matter.channel),
        reported_at=matter.opened_at,
        type_code=row.code,
        longitude=matter.longitude,
        latitude=matter.latitude,
        area_code=matter.area_code,
    )


def _dispatch(matter: Matter, routed: Chosen, actor: Actor) -> None:
    assert routed.lead is not None
    why: dict[str, Any] = dict(routed.why)
    matter_change(
        matter=matter, kind=StepKind.DISPATCHED, actor=actor, target=MatterState.DISPATCHED, public=True,
        organisation_id=routed.lead.pk, data={"why": why}, lead_id=routed.lead.pk, lead_post_id=None,
    )  # fmt: skip
    lead_and_co_handlers(
        matter=matter, lead_id=routed.lead.pk, actor=actor, request="",
        co_handlers=[CoHandler(organisation_id=each.pk) for each in routed.co_handlers],
    )  # fmt: skip
