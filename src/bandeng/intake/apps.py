"""Django's registration of `bandeng.intake`."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The app `intake`."""

    name = "bandeng.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
