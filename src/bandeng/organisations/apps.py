"""Django's registration of `bandeng.organisations`."""

from django.apps import AppConfig

from bandeng.core.setup import base_data


class OrganisationsConfig(AppConfig):
    """The app `organisations`."""

    name = "bandeng.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register base data."""
        base_data("bandeng.organisations.services.roles.roles_load")
