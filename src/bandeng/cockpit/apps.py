"""Django's registration of `bandeng.cockpit`."""

from django.apps import AppConfig


class CockpitConfig(AppConfig):
    """The app `cockpit`."""

    name = "bandeng.cockpit"
    label = "cockpit"
    default_auto_field = "django.db.models.BigAutoField"
