"""An export is told in the audit log before its first row leaves."""

from django.db import transaction

from bandeng.core import audit
from bandeng.evaluation.models import Evaluation
from bandeng.organisations.rules import Scope


@transaction.atomic
def export_begin(*, evaluation: Evaluation, rows: int, form: str, scope: Scope) -> None:
    """Tell who took how many scores of what, in which form."""
    audit.record(
        action="evaluation.exported",
        subject=evaluation,
        actor=scope.actor,
        after={"rows": rows, "form": form, "post": scope.post_id},
    )
