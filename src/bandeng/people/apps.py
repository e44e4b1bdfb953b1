"""Django's registration of `bandeng.people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app `people`."""

    name = "bandeng.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
