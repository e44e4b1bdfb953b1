"""Remarks that another system adds to a matter it can see."""

from typing import Any

from django.db import transaction

from bandeng.core.rules import Actor
from bandeng.dispatch.selectors import matter_for
from bandeng.matters.rules import StepKind
from bandeng.matters.services.changing import matter_change, matter_lock
from bandeng.organisations.rules import Scope


@transaction.atomic
def remark_by_system(*, scope: Scope, matter_id: int, text: str, actor: Actor) -> dict[str, Any]:
    """Append a public remark and tell the lead. Raises NotVisible."""
    matter = matter_lock(matter_for(scope=scope, matter_id=matter_id).pk)
    step = matter_change(matter=matter, kind=StepKind.REMARKED, actor=actor, note=text, public=True)
    return {
        "kind": step.kind,
        "state": step.state,
        "at": step.at.isoformat(),
        "organisation": scope.organisation_name,
        "note": text,
        "public": True,
    }
