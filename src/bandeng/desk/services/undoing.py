"""Taking back what was just done on a matter's page, as far as it can be."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext

from bandeng.core.rules import Actor
from bandeng.desk.services.bulk import bulk_undo
from bandeng.dispatch.services import pausing
from bandeng.organisations.rules import Scope


def act_undo(*, item: Mapping[str, Any], actor: Actor, scope: Scope) -> str:
    """Take an act back; returns why it cannot be, or an empty text. A paused clock simply goes on."""
    if item["kind"] == "pause":
        note = pgettext("bulk act", "Taken back at once")
        pausing.matter_resume(matter_id=item["matter"], note=note, actor=actor, scope=scope)
        return ""
    outcome = bulk_undo(items=[item], actor=actor, scope=scope)[0]
    return "" if outcome.done else outcome.reason
