"""Django's registration of `bandeng.demo`."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo district; it has no tables."""

    name = "bandeng.demo"
    label = "demo"
