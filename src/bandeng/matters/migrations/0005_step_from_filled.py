"""Open matters learn when their present step began: from their story, else with their own clock.

A part at a time and each by itself, so that nobody waits for a lock; cut short, it goes on where it stopped. The
limit stays empty: `dispatch` then takes the type's, as it did when the step began.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

AT_ONCE = 2000
#: States in which a step has a limit, and the steps that set it going.
LIMITED = ("received", "dispatched", "returned", "verifying")
BEGINNINGS = ("dispatched", "reassigned", "returned", "reopened", "handled")


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Set the start where a limit runs, or waits for the calendar of a year."""
    Matter, Step = apps.get_model("matters", "Matter"), apps.get_model("matters", "Step")
    runs = Q(step_due_at__isnull=False) | Q(due_unknown__isnull=False)
    waiting = Matter.objects.filter(runs, state__in=LIMITED, step_from__isnull=True).order_by("pk")
    began = (
        Step.objects.filter(matter_id=OuterRef("pk"), kind__in=BEGINNINGS).order_by("-id").values("at")[:1]
    )
    last = 0
    while keys := list(waiting.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        part = waiting.filter(pk__gt=last, pk__lte=keys[-1]).order_by()
        part.update(step_from=Coalesce(Subquery(began), F("clock_from")))
        last = keys[-1]


class Migration(migrations.Migration):
    """No table is locked; each part is its own transaction."""

    atomic = False
    dependencies = [("matters", "0004_step_from")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
