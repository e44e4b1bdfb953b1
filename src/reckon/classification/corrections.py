"""Officers' corrections: what a person decided later stands above what the training file says."""

from collections.abc import Sequence
from dataclasses import replace

from reckon.classification.messages import LabelledText
from reckon.classification.settings import TrainingSettings, settings_in_force


def corrected(
    rows: Sequence[LabelledText],
    corrections: Sequence[LabelledText],
    *,
    settings: TrainingSettings | None = None,
) -> list[LabelledText]:
    """The rows to train on anew: the last correction of a text replaces its rows, and counts more."""
    weight = (settings or settings_in_force()).correction_weight
    latest = {_same(correction): correction for correction in corrections}
    kept = [row for row in rows if _same(row) not in latest]
    return kept + [replace(correction, weight=weight * correction.weight) for correction in latest.values()]


def _same(row: LabelledText) -> str:
    return "".join(f"{row.title}{row.text}".split())
