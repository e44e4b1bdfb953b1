"""Where a joined alert goes on, and to whom a letter was written."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def letters_address(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Letters that were written before are to the enterprise that their alert is about now."""
    alerts = apps.get_model("harm", "Alert").objects.filter(pk=models.OuterRef("alert_id"))
    rows = apps.get_model("harm", "Letter").objects.using(editor.connection.alias)
    rows.filter(addressee="").update(addressee=models.Subquery(alerts.values("enterprise__name")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("harm", "0005_alerts_once_open"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="goes_on_in",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="harm.alert",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="addressee",
            field=models.CharField(default="", max_length=120),
            preserve_default=False,
        ),
        migrations.RunPython(letters_address, migrations.RunPython.noop),
    ]
