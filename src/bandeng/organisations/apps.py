"""Django's registration of `bandeng.organisations`."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """The app `organisations`."""

    name = "bandeng.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"
