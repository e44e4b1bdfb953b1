"""`bandeng bench NAME`."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from bandeng.core.measuring import BENCHMARKS, Figure, NotScratch, check_scratch, load


class Command(BaseCommand):
    """Measure, print the figures, and fail where a limit is missed."""

    help = "Measure speed and load / 性能测试"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="which; none: list them / 名称，空则列出"
        )
        parser.add_argument("--all", action="store_true", help="every one / 全部")
        parser.add_argument("--json", action="store_true", help="figures as JSON lines / 输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the benchmarks named, or list them."""
        load()
        names = sorted(BENCHMARKS) if options["all"] else options["names"]
        unknown = sorted(set(names) - set(BENCHMARKS))
        if unknown:
            raise CommandError(f"no such benchmark / 没有: {', '.join(unknown)}")
        if not names:
            for name in sorted(BENCHMARKS):
                self.stdout.write(f"  {name:<12} {BENCHMARKS[name].meaning}")
            return
        try:
            check_scratch()
        except NotScratch as error:
            raise CommandError(
                f"{error}: holds a real record; use an empty BANDENG_DATA, or `make bench` / 请在空数据库上测试"
            ) from error
        figures = [(name, figure) for name in names for figure in BENCHMARKS[name].measure()]
        for name, figure in figures:
            self.stdout.write(_json(name, figure) if options["json"] else _line(name, figure))
        missed = [figure.name for _, figure in figures if not figure.met]
        if missed:
            raise CommandError(f"limits missed / 未达标: {', '.join(missed)}")


def _json(name: str, figure: Figure) -> str:
    told = {"benchmark": name, "database": connection.vendor, **figure.document()}
    return json.dumps(told, ensure_ascii=False)


def _line(name: str, figure: Figure) -> str:
    limit = "" if figure.limit is None else f"  ({'≥' if figure.more_is_better else '≤'} {figure.limit:,g})"
    mark = "" if figure.met else "  MISSED"
    return f"{name:<10} {figure.name:<58} {figure.value:>12,.1f} {figure.unit}{limit}{mark}"
