"""`bandeng classify train FILE`, `run FILE` and `evaluate FILE`."""

import argparse
import csv
import itertools
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from bandeng.core import clock
from bandeng.dispatch.services.corrections import base_rows_keep
from reckon.classification import (
    Classifier,
    MessageFileInvalid,
    MessageRow,
    ModelUnreadable,
    Report,
    TrainingDataUnfit,
    corrected,
    evaluate,
    labelled_rows,
    message_rows,
    train,
)

TOGETHER = 1024
"""Rows read, classified and written at once: memory stays small however long the file."""
COLUMNS = ("id", "category", "confidence", "abstained")
REFUSALS = (MessageFileInvalid, ModelUnreadable, TrainingDataUnfit)


class Command(BaseCommand):
    """Train the local classifier, apply it, measure it."""

    requires_system_checks: list[str] = []  # files only: neither pages nor tables are looked at
    help = "Train, apply and measure the message classifier / 训练、应用、评测分类器"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """One subcommand for each act."""
        acts = parser.add_subparsers(dest="act", required=True)
        training = acts.add_parser("train", help="learn from a CSV with text, category / 训练")
        training.add_argument("file", type=Path)
        training.add_argument("--out", type=Path, required=True, help="the model's file / 模型文件")
        training.add_argument(
            "--corrections", type=Path, help="officers' corrections, same columns / 人工更正"
        )
        training.add_argument(
            "--use", action="store_true", help="also classify incoming matters with it / 训练后启用"
        )
        running = acts.add_parser("run", help="classify a CSV with text, and title and id where there / 应用")
        running.add_argument("file", type=Path)
        running.add_argument("--model", type=Path, required=True)
        running.add_argument(
            "--out", type=Path, required=True, help="CSV: id, category, confidence, abstained"
        )
        measuring = acts.add_parser("evaluate", help="compare with a CSV with text, category / 评测")
        measuring.add_argument("file", type=Path)
        measuring.add_argument("--model", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the act; what is wrong with a file is said in words."""
        acts = {"train": self._train, "run": self._run, "evaluate": self._evaluate}
        try:
            acts[options["act"]](options)
        except REFUSALS as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def _train(self, options: dict[str, Any]) -> None:
        rows = list(labelled_rows(options["file"]))
        if options["corrections"]:
            rows = corrected(rows, list(labelled_rows(options["corrections"])))
        with _bar("训练 train", 1.0) as (progress, task):
            trained = train(
                rows,
                today=timezone.localdate(clock.now()),
                progress=lambda done: progress.update(task, completed=done),
            )
        trained.classifier.save(options["out"])
        if options["use"]:
            base_rows_keep(rows)
            trained.classifier.save(settings.CLASSIFIER_FILE)
        self.stdout.write("交叉验证 cross-validation")
        self._tell(trained.report)
        self.stdout.write(f"{options['out']}: {options['out'].stat().st_size / 1e6:.1f} MB")

    def _run(self, options: dict[str, Any]) -> None:
        classifier = Classifier.load(options["model"])
        count = 0
        with _rows(options["file"], "分类 classify") as rows, _whole_file(options["out"]) as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(COLUMNS)
            for batch in _batches(rows):
                answers = classifier.predict([row.message for row in batch])
                for row, answer in zip(batch, answers, strict=True):
                    said = "true" if answer.abstained else "false"
                    writer.writerow([row.id, answer.category, f"{answer.confidence:.4f}", said])
                count += len(batch)
        self.stdout.write(f"{options['out']}: {count} 行 rows")

    def _evaluate(self, options: dict[str, Any]) -> None:
        classifier = Classifier.load(options["model"])
        truth, answers = [], []
        with _rows(options["file"], "评测 evaluate", needed=("text", "category")) as rows:
            for batch in _batches(rows):
                truth += [row.category for row in batch]
                answers += classifier.predict([row.message for row in batch])
        self._tell(evaluate(truth, answers))

    def _tell(self, report: Report) -> None:
        self.stdout.write("precision  recall      f1  support  category")
        for score in report.categories:
            figures = f"{score.precision:9.4f} {score.recall:7.4f} {score.f1:7.4f} {score.support:8d}"
            self.stdout.write(f"{figures}  {score.category}")
        self.stdout.write(
            f"macro-F1 {report.macro_f1:.4f}  accuracy {report.accuracy:.4f}  rows {report.rows}"
        )
        self.stdout.write(
            f"calibration error {report.calibration_error:.4f}  abstained {report.abstained:.4f}  "
            f"precision of the rest {report.precision_kept:.4f}"
        )


@contextmanager
def _bar(what: str, total: float) -> Iterator[tuple[Progress, Any]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        yield progress, progress.add_task(what, total=total)


@contextmanager
def _rows(path: Path, what: str, needed: tuple[str, ...] = ("text",)) -> Iterator[Iterator[MessageRow]]:
    """The file's rows, with a bar of the bytes read."""
    size = path.stat().st_size
    with _bar(what, size) as (progress, task):
        yield message_rows(path, needed=needed, bytes_read=lambda count: progress.advance(task, count))


def _batches(rows: Iterable[MessageRow]) -> Iterator[list[MessageRow]]:
    source = iter(rows)
    while batch := list(itertools.islice(source, TOGETHER)):
        yield batch


@contextmanager
def _whole_file(path: Path) -> Iterator[TextIO]:
    """A file that takes its name only when it is complete."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        # mkstemp lets only its owner read; a result is as readable as any file that the user makes.
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    present = os.umask(0)
    os.umask(present)
    return present
