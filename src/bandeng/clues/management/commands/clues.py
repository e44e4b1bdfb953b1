"""`bandeng clues train FILE`, `classify FILE`, `measure FILE`, `rotate`, `purge`."""

import argparse
import csv
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from bandeng.clues import vault
from bandeng.clues.services.retention import clues_purge, keys_rotate
from bandeng.clues.services.scam_types import model_file
from bandeng.core import clock
from reckon.classification import (
    Classifier,
    MessageFileInvalid,
    ModelUnreadable,
    Report,
    TrainingDataUnfit,
    message_rows,
)
from reckon.scams import DialoguesInvalid, dialogue_rows, judge, measure, train_scams

COLUMNS = ("id", "scam_type", "judged_by", "confidence", "words")
REFUSALS = (DialoguesInvalid, MessageFileInvalid, ModelUnreadable, TrainingDataUnfit)


class Command(BaseCommand):
    """Kinds of fraud: train, apply, measure; sealed clues: rotate keys, wipe what is due."""

    help = "Kinds of fraud, keys and retention of clues / 诈骗类型、线索密钥与清除"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """One subcommand for each act."""
        acts = parser.add_subparsers(dest="act", required=True)
        training = acts.add_parser("train", help="learn from labelled dialogues (JSON lines) / 训练")
        training.add_argument("file", type=Path)
        training.add_argument("--out", type=Path, required=True, help="the model's file / 模型文件")
        training.add_argument(
            "--use", action="store_true", help="also judge incoming clues with it / 训练后启用"
        )
        running = acts.add_parser("classify", help="judge a CSV with text, and id where there / 应用")
        running.add_argument("file", type=Path)
        running.add_argument("--model", type=Path, required=True)
        running.add_argument("--out", type=Path, required=True, help=f"CSV: {', '.join(COLUMNS)}")
        measuring = acts.add_parser("measure", help="rules and classifier together, cross-validated / 评测")
        measuring.add_argument("file", type=Path)
        acts.add_parser("rotate", help="wrap every sealed thing by the newest key / 更换密钥")
        acts.add_parser("purge", help="wipe clues whose day has come / 清除到期内容")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act; what is wrong with a file is said in words."""
        acts = {
            "train": self._train, "classify": self._classify, "measure": self._measure, "rotate": self._rotate,
            "purge": self._purge,
        }  # fmt: skip
        try:
            acts[options["act"]](options)
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        except vault.KeyUnknown as error:
            raise CommandError(
                f"no key {error} in BANDENG_CLUE_KEYS; add the old one / 缺少旧密钥"
            ) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _train(self, options: dict[str, Any]) -> None:
        rows = list(dialogue_rows(options["file"]))
        with Progress(console=Console(file=sys.stderr)) as progress:
            task = progress.add_task("训练 train", total=1.0)
            trained = train_scams(
                rows,
                today=timezone.localdate(clock.now()),
                progress=lambda done: progress.update(task, completed=done),
            )
        trained.classifier.save(options["out"])
        if options["use"]:
            trained.classifier.save(model_file())
        self.stdout.write("交叉验证，近似的不分开 cross-validation, near-duplicates kept together")
        self._tell(trained.report)

    def _tell(self, report: Report) -> None:
        self.stdout.write("precision  recall      f1  support  kind")
        for score in report.categories:
            figures = f"{score.precision:9.4f} {score.recall:7.4f} {score.f1:7.4f} {score.support:8d}"
            self.stdout.write(f"{figures}  {score.category}")
        self.stdout.write(
            f"accuracy {report.accuracy:.4f}  macro-F1 {report.macro_f1:.4f}  rows {report.rows}"
        )
        self.stdout.write(
            f"abstained {report.abstained:.4f}  precision of the rest {report.precision_kept:.4f}"
        )

    def _classify(self, options: dict[str, Any]) -> None:
        classifier = Classifier.load(options["model"])
        count = 0
        with _whole_file(options["out"]) as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in message_rows(options["file"], needed=("text",)):
                answer = judge(row.message.text, classifier=classifier)
                kind = answer.type.value if answer.type else ""
                sure = "" if answer.confidence is None else f"{answer.confidence:.4f}"
                writer.writerow([row.id, kind, answer.by.value, sure, " ".join(answer.words)])
                count += 1
        self.stdout.write(f"{options['out']}: {count} 行 rows")

    def _measure(self, options: dict[str, Any]) -> None:
        found = measure(list(dialogue_rows(options["file"])))
        self.stdout.write(
            f"rows {found.rows}  classifier {found.classifier_accuracy:.4f}  "
            f"rules and classifier {found.together_accuracy:.4f}\n"
            f"decided by rules {found.by_rules:.4f}  right of these {found.rules_accuracy:.4f}"
        )

    def _rotate(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{keys_rotate()} 个信封 envelopes → {vault.keys()[0].id}")

    def _purge(self, options: dict[str, Any]) -> None:
        self.stdout.write(f"{clues_purge()} 条线索 clues")


@contextmanager
def _whole_file(path: Path) -> Iterator[TextIO]:
    """A file that takes its name only when it is complete."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
