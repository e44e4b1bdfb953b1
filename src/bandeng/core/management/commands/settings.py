"""`bandeng settings`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.table import Table


class Command(BaseCommand):
    """List the environment variables, their values and meanings."""

    help = "List settings, their values and meanings / 列出全部设置"
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table; secrets are masked."""
        table = Table(box=None, pad_edge=False)
        for title in ("variable / 变量", "value / 值", "meaning / 含义"):
            table.add_column(title, overflow="fold")
        for row in settings.ENVIRONMENT.rows():
            table.add_row(row.name, f"{row.value}{'' if row.given else '  (default / 默认)'}", row.meaning)
        console = Console(highlight=False, markup=False)
        with console.capture() as capture:
            console.print(table)
        self.stdout.write(capture.get(), ending="")
