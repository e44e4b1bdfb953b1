"""What kind of fraud a clue tells of: rules and classifier propose, an officer decides."""

import logging
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bandeng.clues.models import Clue
from bandeng.clues.rules import ActNotAllowed, ClueKind, ClueStepKind, TypedBy
from bandeng.clues.services.changing import check_worker, clue_lock, noted
from bandeng.core.remembered import Remembered
from bandeng.core.rules import Actor
from bandeng.organisations.rules import Scope
from reckon.classification import Classifier, ModelUnreadable
from reckon.scams import JudgedBy, ScamType, judge

log = logging.getLogger("bandeng.clues")
BY = {
    JudgedBy.RULES: TypedBy.RULES,
    JudgedBy.CLASSIFIER: TypedBy.CLASSIFIER,
    JudgedBy.NOBODY: TypedBy.NOBODY,
}


@dataclass(frozen=True)
class Typed:
    """A kind of fraud, or none, with who said it."""

    type: str = ""
    by: TypedBy = TypedBy.NOBODY
    confidence: float | None = None


def model_file() -> Path:
    """Where the classifier of kinds of fraud lies, made by `bandeng clues train`."""
    return Path(settings.DATA) / "models" / "scams"


def _stamp() -> float:
    path = model_file()
    return path.stat().st_mtime if path.exists() else 0.0


def _read() -> Classifier | None:
    if not model_file().exists():
        return None
    try:
        return Classifier.load(model_file())
    except ModelUnreadable as error:
        log.warning("%s", error)
        return None


scam_classifier = Remembered(stamp=_stamp, read=_read)
"""The classifier as it lies on the disk, or None."""


def scam_judge(*, kind: ClueKind, text: str) -> Typed:
    """What rules and classifier say of a clue of fraud; of other kinds, and where they abstain, nothing."""
    if kind is not ClueKind.FRAUD:
        return Typed()
    answer = judge(text, classifier=scam_classifier())
    if answer.type is None or answer.by is JudgedBy.NOBODY:
        return Typed()
    return Typed(answer.type.value, BY[answer.by], answer.confidence)


@transaction.atomic
def scam_type_set(*, number: str, scam_type: str, actor: Actor, scope: Scope) -> Clue:
    """An officer says what kind of fraud it is.

    Raises NotVisible, DutyMissing, ActNotAllowed, ValueError for an unknown kind.
    """
    clue = clue_lock(number=number, scope=scope)
    check_worker(scope, clue)
    if clue.kind != ClueKind.FRAUD:
        raise ActNotAllowed("not_fraud")
    clue.scam_type, clue.typed_by, clue.type_confidence = (
        ScamType(scam_type).value,
        TypedBy.OFFICER.value,
        None,
    )
    clue.save(update_fields=["scam_type", "typed_by", "type_confidence"])
    noted(clue=clue, kind=ClueStepKind.TYPED, actor=actor, after={"scam_type": clue.scam_type})
    return clue
