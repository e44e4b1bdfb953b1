"""Django's registration of `bandeng.desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The officers' desk: queues, a matter's page, rules and calendars; it has no tables of its own."""

    name = "bandeng.desk"
    label = "desk"
