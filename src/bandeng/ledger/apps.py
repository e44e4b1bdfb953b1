"""Django's registration of `bandeng.ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The app `ledger`."""

    name = "bandeng.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
