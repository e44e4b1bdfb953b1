"""Django's registration of `bandeng.clues`."""

from django.apps import AppConfig

from bandeng.organisations.waiting import waits


class CluesConfig(AppConfig):
    """The app `clues`."""

    name = "bandeng.clues"
    label = "clues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what waits for a post."""
        waits("bandeng.clues.selectors.waiting.waiting")
