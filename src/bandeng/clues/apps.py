"""Django's registration of `bandeng.clues`."""

from django.apps import AppConfig


class CluesConfig(AppConfig):
    """The app `clues`."""

    name = "bandeng.clues"
    label = "clues"
    default_auto_field = "django.db.models.BigAutoField"
