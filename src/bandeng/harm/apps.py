"""Django's registration of `bandeng.harm`."""

from django.apps import AppConfig

from bandeng.organisations.waiting import waits


class HarmConfig(AppConfig):
    """The app `harm`."""

    name = "bandeng.harm"
    label = "harm"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what waits for a post."""
        waits("bandeng.harm.selectors.waiting.waiting")
