"""Django's registration of `bandeng.dispatch`."""

from django.apps import AppConfig

from bandeng.core.setup import base_data
from bandeng.ledger.sources import source


class DispatchConfig(AppConfig):
    """The app `dispatch`."""

    name = "bandeng.dispatch"
    label = "dispatch"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register base data and the records that the ledger keeps of this app."""
        base_data("bandeng.dispatch.services.calendars.calendar_load")
        base_data("bandeng.dispatch.services.templates.templates_load")
        source("matters", "bandeng.dispatch.selectors.records.matter_records")
        source("tasks", "bandeng.dispatch.selectors.records.task_records")
