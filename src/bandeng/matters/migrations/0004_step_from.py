"""When the limit of the present step began, and the limit itself: without them a new calendar cannot move it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns that may be empty, which neither database rewrites the table for."""

    dependencies = [("matters", "0003_partial_parents")]
    operations = [
        migrations.AddField(model_name="matter", name="step_from", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="matter", name="step_limit", field=models.CharField(max_length=12, null=True)
        ),
    ]
