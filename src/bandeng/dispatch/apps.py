"""Django's registration of `bandeng.dispatch`."""

from django.apps import AppConfig

from bandeng.core.setup import base_data


class DispatchConfig(AppConfig):
    """The app `dispatch`."""

    name = "bandeng.dispatch"
    label = "dispatch"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register base data."""
        base_data("bandeng.dispatch.services.calendars.calendar_load")
        base_data("bandeng.dispatch.services.templates.templates_load")
