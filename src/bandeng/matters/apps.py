"""Django's registration of `bandeng.matters`."""

from django.apps import AppConfig

from bandeng.core.setup import base_data


class MattersConfig(AppConfig):
    """The app `matters`."""

    name = "bandeng.matters"
    label = "matters"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register base data."""
        base_data("bandeng.matters.services.types.types_load")
