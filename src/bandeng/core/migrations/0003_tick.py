"""Repeated tasks remember when they were last begun."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of ticks."""

    dependencies = [("core", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Tick",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
            ],
        ),
    ]
