"""`bandeng harm run`, `import FILE --kind KIND`, `topics`, `study`."""

import argparse
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bandeng.core.rules import Actor
from bandeng.harm.rules import ImportKind
from bandeng.harm.services.importing import FIELDS, MappingWrong, Tally, records_import
from bandeng.harm.services.raising import harm_run
from bandeng.harm.services.studying import study_run
from bandeng.harm.services.topics import topics_run
from bandeng.intake.sheets import FileUnreadable, no_letters

SHOWN = 20
ENTERPRISES = 4000
SEEDS = (9001, 9002, 9003, 9004)
"""Other ones than those by which levels are chosen."""


class Command(BaseCommand):
    """Alerts of mass harm by enterprises."""

    help = "Alerts of mass harm by enterprises / 云上智控：数据导入、每周研判、热点、研究"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """One subcommand for each act."""
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("run", help="gather, resolve enterprises, judge, raise alerts / 研判")
        bringing = acts.add_parser("import", help="records from CSV or XLSX / 从表格导入")
        bringing.add_argument("file", type=Path)
        bringing.add_argument("--kind", required=True, choices=[kind.value for kind in ImportKind])
        bringing.add_argument(
            "--map", nargs="*", default=[], metavar="FIELD=COLUMN", help=f"fields: {', '.join(FIELDS)}"
        )
        bringing.add_argument(
            "--encoding", default="", help="when it is none of UTF-8, UTF-16, GB 18030 / 编码"
        )
        bringing.add_argument(
            "--dry-run", action="store_true", help="check every row, write nothing / 只检查"
        )
        acts.add_parser("topics", help="hot topics of the quarter / 热点问题")
        study = acts.add_parser("study", help="measure the levels in force on generated data / 模拟研究")
        study.add_argument("--enterprises", type=int, default=ENTERPRISES)
        study.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act and say what came of it."""
        act = {"run": self._run, "import": self._import, "topics": self._topics, "study": self._study}
        act[options["act"]](options)

    def _run(self, options: dict[str, Any]) -> None:
        found = harm_run().content
        self.stdout.write(
            f"记录 records {found['records']}（新 new {found['gathered']}），企业 enterprises {found['enterprises']}，"
            f"待判断 pairs {found['pairs']}，预警 alerts：新 new {found['raised']}，升级 risen {found['risen']}，"
            f"降级 fallen {found['fallen']}，持续 active {found['active']}，{found['seconds']} s"
        )

    def _import(self, options: dict[str, Any]) -> None:
        given = dict(pair.split("=", 1) for pair in options["map"] if "=" in pair)
        if len(given) != len(options["map"]):
            raise CommandError("--map: write FIELD=COLUMN / 请写成 字段=列名")
        try:
            tally = records_import(
                path=options["file"],
                kind=ImportKind(options["kind"]),
                actor=Actor(f"cli:{os.environ.get('USER') or os.getuid()}"),
                given=given,
                encoding=options["encoding"],
                dry_run=options["dry_run"],
            )
        except (FileUnreadable, MappingWrong, LookupError) as error:
            raise CommandError(str(error)) from error
        self._tell(tally, dry_run=options["dry_run"])
        if not options["encoding"] and any(reason == no_letters() for _, _, reason in tally.refusals):
            self.stdout.write(
                "  可用 --encoding 指明文件的编码 / name the encoding of the file with --encoding"
            )

    def _tell(self, tally: Tally, *, dry_run: bool) -> None:
        for line, column, reason in tally.refusals[:SHOWN]:
            self.stdout.write(f"  第 {line} 行 line {line}{f' [{column}]' if column else ''}: {reason}")
        verb = "可导入 would create" if dry_run else "已导入 created"
        self.stdout.write(
            f"{verb} {tally.created}，已有 known {tally.known}，未导入 refused {tally.refused}，共 rows {tally.rows}"
        )

    def _topics(self, options: dict[str, Any]) -> None:
        found = topics_run().content
        self.stdout.write(f"事项 messages {found['messages']}，热点 topics {len(found['topics'])}")

    def _study(self, options: dict[str, Any]) -> None:
        try:
            found = study_run(enterprises=options["enterprises"], seeds=options["seeds"]).content
        except ValueError as error:
            raise CommandError(str(error)) from error
        for row in found["rows"]:
            delay = "/".join(map(str, row["delay"] or ("–",)))
            alarms = " ".join(f"{each:.4f}" for each in row["false_alarms"])
            self.stdout.write(
                f"{row['kind']}: 发现 found {row['found'][0]:.0f}/{row['cases']}，"
                f"延迟 delay {delay}，误报 false {alarms}"
            )
