"""An index over the few alerts that go on in another one."""

from django.db import migrations, models

from bandeng.core.migrating import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("harm", "0006_letters_follow")]
    operations = [
        AddIndexOnline(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("goes_on_in__isnull", False)), fields=["goes_on_in"], name="alert_goes_on"
            ),
        ),
    ]
