"""Organisations get a short name in English for lists."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="short_name_en",
            field=models.CharField(default="", max_length=60),
        ),
    ]
