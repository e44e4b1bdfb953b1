"""What leaves the house as a file or on paper is logged."""

from django.db import transaction

from bandeng.core import audit
from bandeng.core.rules import Actor
from bandeng.risk.models import RiskMap


@transaction.atomic
def map_export(*, row: RiskMap, form: str, actor: Actor) -> None:
    """Log that a version was taken out in a form."""
    audit.record(action="risk.map_exported", subject=row, actor=actor.key, after={"form": form})
