"""Indexes of imports and of records, built while people work."""

from django.db import migrations, models

from bandeng.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("harm", "0002_work_told")]
    operations = [
        AddIndexOnline(
            model_name="streamimport",
            index=models.Index(fields=["state", "-at"], name="stream_import_state"),
        ),
        AddIndexOnline(
            model_name="streamrecord",
            index=models.Index(
                condition=models.Q(("imported__isnull", False)),
                fields=["imported"],
                name="stream_record_import",
            ),
        ),
        AddIndexOnline(
            model_name="streamrecord",
            index=models.Index(
                condition=models.Q(("unit", ""), _negated=True), fields=["unit"], name="stream_record_unit"
            ),
        ),
    ]
