"""Django's registration of `bandeng.core`."""

from django.apps import AppConfig

from bandeng.core.setup import base_data


class CoreConfig(AppConfig):
    """The app `core`."""

    name = "bandeng.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register base data."""
        base_data("bandeng.core.audit.lanes_create")
