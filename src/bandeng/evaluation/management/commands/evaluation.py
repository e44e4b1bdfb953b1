"""`bandeng evaluation`: reckon a month as a draft, check one, play the tricks of the simulator."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bandeng.core.rules import SYSTEM
from bandeng.evaluation.labels import REFUSALS
from bandeng.evaluation.models import Evaluation
from bandeng.evaluation.rules import Kind, Refused
from bandeng.evaluation.rules.study import study_text
from bandeng.evaluation.services.evaluations import evaluation_check, evaluation_draft
from reckon.index import duties_shipped
from reckon.index.gaming import gains, world_shipped

SEEDS = 20


class Command(BaseCommand):
    """Draft, check, gaming."""

    help = "grid index and evaluation of posts: draft, check, play known tricks / 考核评价"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        draft = acts.add_parser("draft", help="reckon a month as a draft / 计算草稿")
        draft.add_argument("month", type=int, help="such as 202611")
        draft.add_argument("--kind", choices=[kind.value for kind in Kind], default=Kind.GRIDS.value)
        acts.add_parser("check", help="reckon every evaluation again and compare / 重算核对")
        gaming = acts.add_parser("gaming", help="what known tricks gain, in points / 刷分模拟")
        gaming.add_argument("--seeds", type=int, default=SEEDS)
        gaming.add_argument("--keep", type=Path, help="file for what the page shows / 页面所用结果文件")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        getattr(self, f"_{act}")(**options)

    def _draft(self, *, month: int, kind: str, **options: Any) -> None:
        try:
            row = evaluation_draft(kind=Kind(kind), month=month, actor=SYSTEM.key)
        except Refused as refusal:
            raise CommandError(str(REFUSALS[refusal.code])) from refusal
        self.stdout.write(f"evaluation {row.pk}: {row.kind} {row.month} version {row.version}, {row.digest}")

    def _check(self, **options: Any) -> None:
        different = [
            row.pk for row in Evaluation.objects.order_by("id") if not evaluation_check(evaluation_id=row.pk)
        ]
        if different:
            raise CommandError(f"evaluations come out differently / 与原结果不一致: {different}")
        self.stdout.write("all evaluations come out the same to the last digit / 全部一致")

    def _gaming(self, *, seeds: int, keep: Path | None, **options: Any) -> None:
        if seeds < 2:
            raise CommandError("two seeds at least / 至少两个种子")
        self.stdout.write("trick                 gain  ± 2 s.e.   without audits")
        found = gains(world=world_shipped(), declaration=duties_shipped(), seeds=range(seeds))
        if keep is not None:
            keep.write_text(study_text(found, seeds=seeds), encoding="utf-8")
        for gain in found:
            self.stdout.write(
                f"{gain.trick:<18} {gain.mean:>+7.2f} {2 * gain.error:>9.2f} {gain.unaudited:>+14.2f}"
            )
