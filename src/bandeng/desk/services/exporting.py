"""An export is told in the audit log before its first row leaves."""

from dataclasses import dataclass

from django.db import transaction

from bandeng.core import audit
from bandeng.core.rules import Actor
from bandeng.desk.selectors.conditions import query_of
from bandeng.desk.selectors.sheet_rows import MOST_ROWS, export_keys
from bandeng.dispatch.selectors import QueueFilter
from bandeng.organisations.rules import Scope


@dataclass(frozen=True)
class Export:
    """The keys that leave, and whether the filter finds more."""

    keys: list[int]
    cut: bool


@transaction.atomic
def export_begin(*, filters: QueueFilter, form: str, actor: Actor, scope: Scope) -> Export:
    """Choose the rows of an export, and tell who took what in which form."""
    found = export_keys(scope, filters)
    keys = found[:MOST_ROWS]
    audit.record(
        action="matters.exported",
        subject=("organisations.post", str(scope.post_id)),
        actor=actor.key,
        after={"filter": query_of(filters), "rows": len(keys), "form": form, "cut": len(found) > MOST_ROWS},
    )
    return Export(keys, len(found) > MOST_ROWS)
