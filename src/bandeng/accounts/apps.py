"""Django's registration of `bandeng.accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app `accounts`."""

    name = "bandeng.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
