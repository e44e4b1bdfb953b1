"""`bandeng calendar`: the legal calendar on the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bandeng.core.rules import Actor
from bandeng.dispatch.selectors.calendars import hours_listed, years_listed
from bandeng.dispatch.services.calendars import (
    CalendarInvalid,
    calendar_read,
    calendar_recompute,
    calendar_set,
)
from bandeng.dispatch.services.recomputing import Moved, Recomputation

ACTOR = Actor("command line")
SHOWN = 50


class Command(BaseCommand):
    """List, import or recompute."""

    help = "legal calendar: list, import, recompute deadlines / 法定工作日历"

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="years and working hours / 列出")
        importing = acts.add_parser("import", help="years and hours from a TOML file / 从文件导入")
        importing.add_argument("file", type=Path)
        recomputing = acts.add_parser(
            "recompute", help="open deadlines with the calendar as it is / 重算期限"
        )
        for each in (importing, recomputing):
            each.add_argument("--dry-run", action="store_true", help="only say what would move / 只显示")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "list":
            self._list()
        elif options["act"] == "import":
            self._import(options["file"], dry_run=options["dry_run"])
        else:
            self._told(
                calendar_recompute(actor=ACTOR, dry_run=options["dry_run"]), dry_run=options["dry_run"]
            )

    def _list(self) -> None:
        for year in years_listed():
            days, makeup = len(year.holidays), len(year.makeup_days)
            self.stdout.write(f"{year.year}  {days} holidays, {makeup} make-up days  {year.source}")
        for hours in hours_listed():
            sessions = ", ".join(f"{opens}–{closes}" for opens, closes in hours.sessions)
            self.stdout.write(f"{hours.valid_from}  {sessions}  {hours.source}")

    def _import(self, file: Path, *, dry_run: bool) -> None:
        try:
            new = calendar_read(file.read_text(encoding="utf-8"))
            result = calendar_set(new=new, actor=ACTOR, scope=None, dry_run=dry_run)
        except (OSError, UnicodeDecodeError, CalendarInvalid) as wrong:
            raise CommandError(str(wrong)) from wrong
        self._told(result, dry_run=dry_run)

    def _told(self, result: Recomputation, *, dry_run: bool) -> None:
        matters = [each for each in result.moved if each.task_id is None]
        for each in matters[:SHOWN]:
            self.stdout.write(self._line(each))
        if len(matters) > SHOWN:
            self.stdout.write(f"… {len(matters) - SHOWN} more")
        verb = "would move" if dry_run else "moved"
        steps = sum(each.step for each in matters)
        tasks = len(result.moved) - len(matters)
        self.stdout.write(
            f"{result.checked} open matters checked; {len(matters) - steps} deadlines, {steps} limits of steps "
            f"and {tasks} tasks {verb}"
        )

    def _line(self, each: Moved) -> str:
        new = (
            each.new.isoformat(sep=" ", timespec="minutes")
            if each.new
            else f"unknown until {each.unknown_year}"
        )
        old = each.old.isoformat(sep=" ", timespec="minutes") if each.old else "none"
        reason = each.reason.value if each.reason else "unknown_year"
        what = "  (limit of the step / 环节时限)" if each.step else ""
        return f"{each.number}  {old} → {new}  {reason} {' '.join(each.days)}{what}"
