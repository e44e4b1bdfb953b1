"""Django's registration of `bandeng.harm`."""

from django.apps import AppConfig


class HarmConfig(AppConfig):
    """The app `harm`."""

    name = "bandeng.harm"
    label = "harm"
    default_auto_field = "django.db.models.BigAutoField"
