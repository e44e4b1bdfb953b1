"""`bandeng import matters FILE`."""

import argparse
import csv
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bandeng.core.rules import Actor
from bandeng.intake.services.importing import FIELDS, FileUnreadable, MappingWrong, Tally, matters_import
from bandeng.intake.sheets import no_letters, opened

SHOWN = 20
ENCODING_TOLD = "  可用 --encoding 指明文件的编码 / name the encoding of the file with --encoding"


class Command(BaseCommand):
    """Bring matters in from a CSV or XLSX file."""

    help = "Bring matters in from CSV or XLSX / 从表格导入事项"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Arguments of the command."""
        parser.add_argument("what", choices=["matters"], help="what the file holds / 导入什么")
        parser.add_argument("file", type=Path, help="CSV or XLSX with a header line / 带表头的表格")
        parser.add_argument(
            "--map", nargs="*", default=[], metavar="FIELD=COLUMN", help=f"fields: {', '.join(FIELDS)}"
        )
        parser.add_argument(
            "--source", default="import", help="name of the system the file comes from / 来源系统"
        )
        parser.add_argument(
            "--encoding", default="", help="when it is none of UTF-8, UTF-16, GB 18030 / 编码"
        )
        parser.add_argument("--dry-run", action="store_true", help="check every row, write nothing / 只检查")
        parser.add_argument("--errors", type=Path, help="write every refused row to this CSV / 错误清单")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import and say what came of it."""
        path, dry_run = options["file"], options["dry_run"]
        given = dict(pair.split("=", 1) for pair in options["map"] if "=" in pair)
        if len(given) != len(options["map"]):
            raise CommandError("--map: write FIELD=COLUMN / 请写成 字段=列名")
        actor = Actor(f"cli:{os.environ.get('USER') or os.getuid()}")
        try:
            with Bar(path, options["encoding"]) as bar:
                tally = matters_import(
                    path=path,
                    actor=actor,
                    source=options["source"],
                    given=given,
                    encoding=options["encoding"],
                    dry_run=dry_run,
                    progress=bar.show,
                )
        except (FileUnreadable, MappingWrong, LookupError) as error:
            raise CommandError(str(error)) from error
        self._tell(tally, dry_run)
        if not options["encoding"] and any(reason == no_letters() for _, _, reason in tally.refusals):
            self.stdout.write(ENCODING_TOLD)
        if options["errors"]:
            _write_errors(options["errors"], tally)

    def _tell(self, tally: Tally, dry_run: bool) -> None:
        for line, column, reason in tally.refusals[:SHOWN]:
            self.stdout.write(f"  第 {line} 行 line {line}{f' [{column}]' if column else ''}: {reason}")
        if len(tally.refusals) > SHOWN:
            self.stdout.write(
                f"  … 另有 {len(tally.refusals) - SHOWN} 行，用 --errors FILE 看全部 / see --errors FILE"
            )
        verb = "可导入 would create" if dry_run else "已导入 created"
        self.stdout.write(
            f"{verb} {tally.created}，已有 known {tally.known}，未导入 refused {tally.refused}，共 rows {tally.rows}"
        )


class Bar:
    """A progress bar on standard error, with rows done and time left."""

    def __init__(self, path: Path, encoding: str) -> None:
        with opened(path, encoding=encoding) as (_, rows):
            self._total = sum(1 for _ in rows)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=Console(file=sys.stderr))
        self._task = self._progress.add_task("导入 import", total=self._total)

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._progress.stop()

    def show(self, tally: Tally) -> None:
        """Draw how far the import is."""
        self._progress.update(self._task, completed=tally.rows)


def _write_errors(path: Path, tally: Tally) -> None:
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "column", "reason"])
        writer.writerows(tally.refusals)
