"""Django's registration of `bandeng.core`."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The app `core`."""

    name = "bandeng.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register base data."""
        from bandeng.core.audit import lanes_create
        from bandeng.core.setup import base_data

        base_data(lanes_create)
