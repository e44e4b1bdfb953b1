"""The one way in which a matter changes: locked, checked, written, told and audited together."""

from collections.abc import Mapping
from typing import Any

from bandeng.core import audit, clock, outbox
from bandeng.core.rules import Actor
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import MatterState, StepKind, check_transition
from bandeng.matters.services.opening import changed


def matter_lock(matter_id: int) -> Matter:
    """The matter, locked until the transaction ends. Raises Matter.DoesNotExist."""
    return Matter.objects.select_for_update(of=("self",)).get(pk=matter_id)


def matter_change(
    *,
    matter: Matter,
    kind: StepKind,
    actor: Actor,
    target: MatterState | None = None,
    note: str = "",
    public: bool = False,
    data: Mapping[str, Any] | None = None,
    organisation_id: int | None = None,
    **fields: Any,
) -> Step:
    """Set fields (and the state, if `target` may follow) of a locked matter, and append the step.

    Raises StateNotAllowed. The caller holds the transaction and the lock.
    """
    before = {name: getattr(matter, name) for name in fields}
    if target is not None:
        present = MatterState(matter.state)
        check_transition(present=present, target=target)
        before["state"] = present.value
        fields |= {"state": target.value, "closed_at": clock.now() if target is MatterState.CLOSED else None}
    matter.changed_at = clock.now()
    for name, value in fields.items():
        setattr(matter, name, value)
    matter.save(update_fields=[*fields, "changed_at"])
    step = Step.objects.create(
        matter_id=matter.pk,
        kind=kind.value,
        state=matter.state,
        at=matter.changed_at,
        actor=actor.key,
        actor_name=actor.name,
        organisation_id=organisation_id if organisation_id is not None else actor.organisation_id,
        note=note,
        public=public,
        data=dict(data or {}),
    )
    audit.record(
        action=f"matter.{kind.value}",
        subject=("matters.matter", str(matter.pk)),
        actor=actor.key,
        before=before,
        after=dict(fields),
        reason=note,
    )
    outbox.publish(changed(matter, kind))
    return step
