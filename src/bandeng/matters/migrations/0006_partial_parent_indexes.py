"""Indexes over the few matters that are part of another or merged into one, built beside the work on them."""

from django.db import migrations, models

from bandeng.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    """A database that has them already keeps them."""

    atomic = False
    dependencies = [("matters", "0005_step_from_filled")]
    operations = [
        AddIndexOnline(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)), fields=["parent"], name="matter_parent"
            ),
        ),
        AddIndexOnline(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="matter_merged_into",
            ),
        ),
    ]
