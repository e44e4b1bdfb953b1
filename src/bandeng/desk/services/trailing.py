"""A matter's audit trail leaves the house only after the log has told who took it."""

from django.db import transaction

from bandeng.core import audit
from bandeng.core.rules import Actor
from bandeng.matters.models import Matter
from bandeng.organisations.rules import Duty, DutyMissing, Scope


@transaction.atomic
def trail_export_begin(*, matter: Matter, form: str, actor: Actor, scope: Scope) -> None:
    """Tell the log that the trail is taken. Raises DutyMissing."""
    if not (scope.has(Duty.AUDIT) or scope.has(Duty.SUPERVISE)):
        raise DutyMissing(Duty.AUDIT.value)
    audit.record(
        action="matter.trail_exported", subject=("matters.matter", str(matter.pk)), actor=actor.key,
        after={"form": form},
    )  # fmt: skip
