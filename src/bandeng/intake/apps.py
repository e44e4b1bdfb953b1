"""Django's registration of `bandeng.intake`."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The app `intake`; the outbox finds its handlers by their module."""

    name = "bandeng.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
