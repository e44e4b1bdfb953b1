"""Django's registration of `bandeng.matters`."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """The app `matters`."""

    name = "bandeng.matters"
    label = "matters"
    default_auto_field = "django.db.models.BigAutoField"
