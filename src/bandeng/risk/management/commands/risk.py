"""`bandeng risk`: the five-colour map, and the detector and hot topics on files."""

from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from bandeng.risk.management import filework, mapwork, scanwork


class Command(BaseCommand):
    """Run, publish and check maps; judge files of series; gather hot topics."""

    requires_system_checks: list[str] = []
    help = "five-colour map, detector, hot topics / 五色图、异动识别、热点归集"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand for each act."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        self._add_maps(acts)
        self._add_files(acts)
        self._add_surges(acts)

    def _add_maps(self, acts: "_SubParsersAction[Any]") -> None:
        run = acts.add_parser("run", help="make the month's draft / 生成草稿")
        publish = acts.add_parser("publish", help="sign the month's draft / 签发")
        publish.add_argument("--by", required=True, metavar="ACCOUNT", help="who signs / 签发人账号")
        check = acts.add_parser("check", help="calculate every version of a month anew / 复算核对")
        acts.add_parser("verify", help="calculate every published version anew / 复算全部已发布版本")
        for each in (run, publish, check):
            each.add_argument("month", metavar="MONTH", help="such as 202610")
        for each in (run, publish):
            each.add_argument("--note", default="", help="why, or what is new / 说明")
        stocks = acts.add_parser("stocks", help="people and premises from a CSV / 导入人口与场所数")
        stocks.add_argument("file", type=Path, metavar="FILE.csv")

    def _add_files(self, acts: "_SubParsersAction[Any]") -> None:
        surveil = acts.add_parser("surveil", help="judge weekly series of a CSV / 识别周序列异动")
        surveil.add_argument("series", type=Path, metavar="SERIES.csv")
        surveil.add_argument("--out", type=Path, required=True, metavar="OUT.csv")
        # Under another name than the option: Django's commands have a `settings` of their own.
        surveil.add_argument(
            "--settings",
            type=Path,
            dest="detector",
            metavar="FILE.toml",
            help="what differs from the shipped ones / 参数文件",
        )
        topics = acts.add_parser("topics", help="hot topics of a file of messages / 归集热点留言")
        topics.add_argument("messages", type=Path, metavar="FILE")
        topics.add_argument("--out", type=Path, required=True, metavar="DIR")
        calibrate = acts.add_parser(
            "calibrate", help="study of the detector on simulated series / 检测器标定"
        )
        calibrate.add_argument("--out", type=Path, required=True, metavar="DIR")
        calibrate.add_argument(
            "--search", action="store_true", help="choose the criteria anew / 重新比选参数"
        )

    def _add_surges(self, acts: "_SubParsersAction[Any]") -> None:
        look = acts.add_parser("surges", help="look for surges and clusters / 监测突增与聚集")
        look.add_argument(
            "--week", default="", metavar="MONDAY", help="newest whole week unless named / 周一日期"
        )
        check = acts.add_parser("surges-check", help="make a look anew, to the digit / 复算一次监测")
        check.add_argument("number", type=int, metavar="RUN")
        weeks = acts.add_parser(
            "weeks", help="weekly counts of a former system from a CSV / 导入原系统周计数"
        )
        weeks.add_argument("file", type=Path, metavar="FILE.csv")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        """Do one act."""
        getattr(self, f"_{act.replace('-', '_')}")(options)

    def _run(self, options: dict[str, Any]) -> None:
        month = mapwork.month_from(options["month"])
        mapwork.map_run(month=month, note=options["note"], tell=self.stdout.write)

    def _publish(self, options: dict[str, Any]) -> None:
        month = mapwork.month_from(options["month"])
        mapwork.map_sign(month=month, login=options["by"], note=options["note"], tell=self.stdout.write)

    def _check(self, options: dict[str, Any]) -> None:
        mapwork.maps_verify(month=mapwork.month_from(options["month"]), tell=self.stdout.write)

    def _verify(self, options: dict[str, Any]) -> None:
        mapwork.maps_verify_all(tell=self.stdout.write)

    def _stocks(self, options: dict[str, Any]) -> None:
        mapwork.stocks_import(file=options["file"], tell=self.stdout.write)

    def _surveil(self, options: dict[str, Any]) -> None:
        filework.series_judge(
            series=options["series"], out=options["out"], settings=options["detector"], tell=self.stdout.write
        )

    def _topics(self, options: dict[str, Any]) -> None:
        filework.topics_gather(messages=options["messages"], out=options["out"], tell=self.stdout.write)

    def _calibrate(self, options: dict[str, Any]) -> None:
        scanwork.detector_calibrate(
            out=options["out"],
            search=options["search"],
            tell=self.stdout.write,
            quiet=options["verbosity"] == 0,
        )

    def _surges(self, options: dict[str, Any]) -> None:
        scanwork.surges_run(week=options["week"], tell=self.stdout.write)

    def _surges_check(self, options: dict[str, Any]) -> None:
        scanwork.surges_check(number=options["number"], tell=self.stdout.write)

    def _weeks(self, options: dict[str, Any]) -> None:
        scanwork.weeks_import(file=options["file"], tell=self.stdout.write)
