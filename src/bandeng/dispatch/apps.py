"""Django's registration of `bandeng.dispatch`."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """The app `dispatch`."""

    name = "bandeng.dispatch"
    label = "dispatch"
    default_auto_field = "django.db.models.BigAutoField"
