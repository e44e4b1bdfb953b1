"""The classifier learns from officers' corrections: trained anew from the base rows and what people said since."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM, Actor
from bandeng.dispatch.knowledge import classifier
from bandeng.dispatch.models import Correction
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.matters.selectors import taxonomy
from reckon.classification import LabelledText, TrainingDataUnfit, corrected, train


@dataclass(frozen=True)
class Retrained:
    """What a training did: `kept` says why the old model stays, empty when the new one is in use."""

    corrections: int
    rows: int = 0
    macro_f1: float | None = None
    kept: str = ""


def base_rows_file() -> Path:
    """Where the rows of the last full training lie, beside the model."""
    model: Path = settings.CLASSIFIER_FILE
    return model.with_name(f"{model.name}.rows.jsonl")


def base_rows_keep(rows: Iterable[LabelledText]) -> int:
    """Keep the rows of a full training, for training anew with corrections; returns how many."""
    path, count = base_rows_file(), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".rows-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def base_rows() -> Iterator[LabelledText]:
    """The rows of the last full training; none where it kept none."""
    path = base_rows_file()
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield LabelledText(**json.loads(line))


def corrections_due() -> int:
    """How many corrections are newer than the model."""
    model: Path = settings.CLASSIFIER_FILE
    since = datetime.fromtimestamp(model.stat().st_mtime, tz=UTC) if model.exists() else None
    waiting = Correction.objects.filter(corrected_at__gt=since) if since else Correction.objects.all()
    return waiting.count()


def classifier_retrain(*, actor: Actor = SYSTEM, always: bool = False) -> Retrained:
    """Train anew when enough was corrected since; the model's file is replaced whole, or the old one stays."""
    waiting = corrections_due()
    if waiting < procedure().corrections_to_retrain and not always:
        return Retrained(waiting, kept="too few corrections")
    rows = list(base_rows())
    if not rows:
        return Retrained(waiting, kept="no base rows")
    labels = {row.category for row in rows}
    result = _trained(rows, list(_labelled(labels)), waiting)
    with transaction.atomic():
        audit.record(
            action="classifier.retrained",
            subject=("dispatch.classifier", "1"),
            actor=actor.key,
            after=asdict(result),
        )
    classifier.forget()
    return result


def _trained(rows: Sequence[LabelledText], said: Sequence[LabelledText], waiting: int) -> Retrained:
    before = _score_in_use()
    try:
        trained = train(corrected(rows, said), today=timezone.localdate(clock.now()))
    except TrainingDataUnfit as unfit:
        return Retrained(waiting, len(rows), kept=str(unfit))
    score = trained.report.macro_f1
    if before is not None and score < before - procedure().worse_allowed:
        return Retrained(waiting, trained.report.rows, score, kept="worse than the model in use")
    trained.classifier.save(settings.CLASSIFIER_FILE)
    return Retrained(waiting, trained.report.rows, score)


def _score_in_use() -> float | None:
    model = classifier()
    report = model.about.get("report", {}) if model is not None else {}
    found = report.get("macro_f1")
    return float(found) if found is not None else None


def _labelled(labels: set[str]) -> Iterator[LabelledText]:
    """Corrections as rows; a type finer than the classifier's categories counts for the category above it."""
    for each in Correction.objects.select_related("matter").order_by("corrected_at", "id"):
        label = category_of(each.right, labels)
        if label is not None:
            yield LabelledText(text=each.matter.text, title=each.matter.title, category=label)


def category_of(type_code: str, labels: set[str]) -> str | None:
    """The classifier's category for a type: its own code or name, or that of the nearest level above."""
    for row in reversed(taxonomy().path(type_code)):
        for label in (row.code, row.name):
            if label in labels:
                return label
    return None
