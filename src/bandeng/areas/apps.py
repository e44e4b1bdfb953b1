"""Django's registration of `bandeng.areas`."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """The app `areas`."""

    name = "bandeng.areas"
    label = "areas"
    default_auto_field = "django.db.models.BigAutoField"
