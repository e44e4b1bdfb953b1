"""`bandeng audit verify | checkpoint | export | show | key`."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from bandeng.core import audit
from bandeng.core.checkpoints import CheckpointWrong, checkpoint_read, checkpoint_write, public_key_text
from bandeng.core.verification import Fault, Problem, Row, Verdict, entries, verify

SHOWN = 50
FIELDS = (
    "id",
    "lane",
    "position",
    "at",
    "actor",
    "action",
    "subject_type",
    "subject_id",
    "content",
    "digest",
)
WORDS = {
    Fault.CHANGED: "the entry, or the one before it, was changed / 本条或上一条被改动",
    Fault.MISSING: "entries are gone / 条目缺失",
    Fault.REPEATED: "the place is taken twice / 位置重复",
    Fault.REORDERED: "the entry was moved or renumbered / 条目被换位或改号",
    Fault.CUT: "the end of the lane is gone / 末尾被截去",
    Fault.HEAD: "the lane table does not agree with the entries / 链首记录与条目不符",
    Fault.LANE: "the lane is in one table only / 链只在一处有记录",
    Fault.REWRITTEN: "not what the checkpoint signed / 与已签名的检查点不符",
}


class Command(BaseCommand):
    """Check, sign and read the audit log."""

    help = "Check, sign and read the audit log / 核验、签名、查阅审计日志"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        check = parts.add_parser("verify", help="find any edit, deletion or reordering / 核验全部条目")
        check.add_argument(
            "--checkpoint", type=Path, help="also against this signed checkpoint / 同时核对检查点"
        )
        check.add_argument(
            "--public-key", type=Path, help="PEM of the key that signed it; default: our own / 公钥"
        )
        sign = parts.add_parser("checkpoint", help="sign the heads of all lanes / 生成签名检查点")
        sign.add_argument(
            "--out", type=Path, required=True, help="the file; its signature goes to FILE.sig / 输出文件"
        )
        out = parts.add_parser(
            "export", help="write entries as JSON lines; this is logged / 导出，导出本身留痕"
        )
        out.add_argument("--out", type=Path, required=True, help="the file / 输出文件")
        out.add_argument("--reason", required=True, help="why; kept in the log / 理由")
        one = parts.add_parser("show", help="the entries of one subject / 查看一个对象的全部记录")
        one.add_argument(
            "--subject", required=True, metavar="TYPE:KEY", help="such as matters.matter:7 / 对象"
        )
        parts.add_parser("key", help="print the public key in PEM / 输出公钥")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act."""
        acts = {
            "verify": self._verify, "checkpoint": self._checkpoint, "export": self._export,
            "show": self._show, "key": self._key,
        }  # fmt: skip
        acts[options["act"]](options)

    def _verify(self, options: dict[str, Any]) -> None:
        signed = None
        if options["checkpoint"]:
            try:
                signed = checkpoint_read(options["checkpoint"], public_key=options["public_key"]).lanes
            except CheckpointWrong as error:
                raise CommandError(f"checkpoint / 检查点: {error}") from error
        started = time.monotonic()
        verdict = verify(signed=signed)
        self._tell(verdict, time.monotonic() - started)
        if not verdict.whole:
            sys.exit(1)

    def _tell(self, verdict: Verdict, seconds: float) -> None:
        self.stdout.write(f"{verdict.entries:,} entries read in {seconds:.1f} s / 已读条目")
        if verdict.whole:
            self.stdout.write(self.style.SUCCESS("The log is whole / 审计日志完整"))
            return
        for problem in verdict.problems[:SHOWN]:
            self.stdout.write(self.style.ERROR(_line(problem)))
        more = len(verdict.problems) - SHOWN + verdict.more
        if more > 0:
            self.stdout.write(f"… and {more} more / 另有 {more} 处")
        self.stdout.write(self.style.ERROR("The log was tampered with / 审计日志被篡改"))

    def _checkpoint(self, options: dict[str, Any]) -> None:
        path: Path = options["out"]
        made = checkpoint_write(path)
        self.stdout.write(
            f"{path} + {path.name}.sig: {made.entries:,} entries, {len(made.lanes)} lanes / 已签名"
        )
        self.stdout.write(
            "Keep both where nobody of this system can change them / 请存放到本系统人员无法改动之处"
        )

    def _export(self, options: dict[str, Any]) -> None:
        with transaction.atomic():
            audit.record(
                action="audit.exported",
                subject=("core.auditentry", "*"),
                actor=_actor(),
                reason=options["reason"],
            )
        with open(options["out"], "w", encoding="utf-8") as file, entries() as rows:
            count = sum(1 for row in rows if file.write(_document(row)))
        self.stdout.write(f"{options['out']}: {count:,} entries / 条")

    def _show(self, options: dict[str, Any]) -> None:
        kind, colon, key = options["subject"].partition(":")
        if not (kind and colon and key):
            raise CommandError("--subject: write TYPE:KEY, such as matters.matter:7 / 请写 类型:编号")
        with entries(where="WHERE subject_type = %s AND subject_id = %s", values=(kind, key)) as rows:
            lines = [f"{row[3]}  {row[5]}  {row[4]}  {row[8]}" for row in rows]
        for line in lines:
            self.stdout.write(line)
        if not lines:
            raise CommandError(f"{options['subject']}: no entries / 没有记录")

    def _key(self, options: dict[str, Any]) -> None:
        self.stdout.write(public_key_text(), ending="")


def _line(problem: Problem) -> str:
    place = f"{problem.first}" if problem.first == problem.last else f"{problem.first}-{problem.last}"
    entry = f", entry {problem.entry}" if problem.entry is not None else ""
    return f"lane {problem.lane}, place {place}{entry}: {WORDS[problem.fault]}"


def _document(row: Row) -> str:
    return json.dumps(dict(zip(FIELDS, row, strict=True)), ensure_ascii=False) + "\n"


def _actor() -> str:
    return f"cli:{os.environ.get('USER') or os.getuid()}"
