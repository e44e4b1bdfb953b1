"""Django's registration of `bandeng.risk`."""

from django.apps import AppConfig

from bandeng.core.setup import base_data
from bandeng.organisations.waiting import waits


class RiskConfig(AppConfig):
    """The app `risk`."""

    name = "bandeng.risk"
    label = "risk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the declared indicators as base data, and what waits for a post."""
        base_data("bandeng.risk.services.declaring.indicator_set_load")
        waits("bandeng.risk.selectors.waiting.waiting")
