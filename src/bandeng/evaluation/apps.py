"""Django's registration of `bandeng.evaluation`."""

from django.apps import AppConfig

from bandeng.core.setup import base_data
from bandeng.organisations.waiting import waits


class EvaluationConfig(AppConfig):
    """The app `evaluation`."""

    name = "bandeng.evaluation"
    label = "evaluation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the shipped rules as base data, and what waits for a post."""
        base_data("bandeng.evaluation.services.versions.rules_load")
        waits("bandeng.evaluation.selectors.waiting.waiting")
