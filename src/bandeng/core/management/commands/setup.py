"""`bandeng setup`."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from bandeng.core import translations
from bandeng.core.setup import base_data_load


class Command(BaseCommand):
    """Create or upgrade tables and base data; running it again changes nothing."""

    help = "Create or upgrade the database and its base data / 建库、升级、基础数据"

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up and tell where."""
        compiled = translations.compile_changed()
        call_command("migrate", verbosity=0, interactive=False)
        base_data_load()
        name = connection.settings_dict["NAME"]
        self.stdout.write(f"database / 数据库: {connection.vendor} {name}")
        self.stdout.write(f"data folder / 数据文件夹: {settings.DATA}")
        if compiled:
            self.stdout.write(f"translations compiled / 已编译翻译: {compiled}")
