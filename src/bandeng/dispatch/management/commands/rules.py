"""`bandeng rules`: the decision tables as files."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bandeng.dispatch.models import DecisionTable
from bandeng.dispatch.selectors.findings import difference_lines, findings_lines
from bandeng.dispatch.services import tables
from reckon.routing import Table, TableInvalid, dump_table, export_jdm, table_to_csv

FORMATS = {"json": dump_table, "csv": table_to_csv, "jdm": export_jdm}


class Command(BaseCommand):
    """List, check, try, import, export and publish decision tables."""

    help = "Decision tables: list, check, try, publish / 分派规则"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Arguments of the subcommands."""
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="versions / 各版本")
        export = acts.add_parser("export", help="write a version / 导出")
        export.add_argument("version", type=int)
        export.add_argument("--format", choices=sorted(FORMATS), default="csv")
        export.add_argument("--out", type=Path)
        for name, text in (("check", "find faults / 检查"), ("try", "dry run over history / 用历史事项试跑")):
            each = acts.add_parser(name, help=text)
            each.add_argument("file", type=Path)
            each.add_argument("--most", type=int, default=50_000, help="newest matters to try / 最近多少件")
        taken = acts.add_parser("import", help="make a draft from a file / 导入为草稿")
        taken.add_argument("file", type=Path)
        taken.add_argument("--note", default="")
        publish = acts.add_parser("publish", help="put a draft in force / 发布")
        publish.add_argument("version", type=int)
        publish.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run a subcommand."""
        getattr(self, f"_{options['act']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        for row in DecisionTable.objects.order_by("-version")[:100]:
            rules = len(row.content.get("rules", []))
            self.stdout.write(f"{row.version}\t{row.get_status_display()}\t{rules} 条 rules\t{row.note}")

    def _export(self, options: dict[str, Any]) -> None:
        text = FORMATS[options["format"]](table=tables.table_of(self._version(options["version"])))
        if options["out"]:
            options["out"].write_text(text, encoding="utf-8-sig" if options["format"] == "csv" else "utf-8")
        else:
            self.stdout.write(text)

    def _check(self, options: dict[str, Any]) -> None:
        findings = tables.findings_of(_read(options["file"]))
        for line in findings_lines(findings):
            self.stdout.write(line)
        if not tables.is_sound(findings):
            sys.exit(1)

    def _try(self, options: dict[str, Any]) -> None:
        tried = tables.trial(table=_read(options["file"]), most=options["most"])
        for line in difference_lines(tried.report):
            self.stdout.write(line)

    def _import(self, options: dict[str, Any]) -> None:
        row = tables.draft_create(
            table=_read(options["file"]), actor=_actor(), scope=None, note=options["note"]
        )
        self.stdout.write(f"第 {row.version} 版草稿 draft {row.version}")

    def _publish(self, options: dict[str, Any]) -> None:
        row = self._version(options["version"])
        try:
            tables.table_publish(
                table_id=row.pk, revision=row.revision, actor=_actor(), scope=None, reason=options["reason"]
            )
        except tables.NotADraft as error:
            raise CommandError("只有草稿能发布 only a draft can be published") from error
        except tables.TableNotSound as error:
            raise CommandError("\n".join(findings_lines(error.findings))) from error
        self.stdout.write(f"第 {row.version} 版已生效 version {row.version} is in force")

    def _version(self, version: int) -> DecisionTable:
        row = DecisionTable.objects.filter(version=version).first()
        if row is None:
            raise CommandError(f"没有第 {version} 版；用 bandeng rules list 查看 no version {version}")
        return row


def _actor() -> str:
    return f"cli:{os.environ.get('USER') or os.getuid()}"


def _read(path: Path) -> Table:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}. 请检查路径，文件须为 UTF-8。") from error
    try:
        return tables.table_parsed(text=text, file_name=path.name)
    except TableInvalid as error:
        raise CommandError("\n".join(problem.text for problem in error.problems)) from error
