"""`bandeng ledger`: follow, check and count the event log anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bandeng.ledger import files
from bandeng.ledger.models import Segment
from bandeng.ledger.services import entries_write, figures_count, figures_recount, touched_take


class Command(BaseCommand):
    """Follow, check and recount the event log."""

    help = "event log: follow changes, check its files, count its figures anew / 事件账"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("follow", help="take, write and count what has changed / 同步变动")
        acts.add_parser("check", help="compare every file with its digest / 核对文件")
        acts.add_parser("recount", help="count all figures anew from the files / 重新计数")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        getattr(self, f"_{act}")()

    def _follow(self) -> None:
        taken = written = 0
        while step := touched_take():
            taken += step
        while step := entries_write():
            written += step
        counted = figures_count()
        self.stdout.write(f"subjects taken {taken}, rows written {written}, rows counted {counted}")

    def _recount(self) -> None:
        self.stdout.write(f"rows counted {figures_recount()}")

    def _check(self) -> None:
        rows = 0
        for segment in Segment.objects.order_by("id").iterator():
            path = files.folder() / segment.file
            if not path.exists() or files.digest_of(path) != segment.digest:
                raise CommandError(
                    f"{segment.file} is missing or was changed. 文件缺失或被改动；请从备份恢复后运行 recount"
                )
            rows += segment.rows
        self.stdout.write(f"files whole, {rows} rows / 文件完整")
