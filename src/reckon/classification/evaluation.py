"""How good a classifier is: scores of each category, of the whole, and of its confidence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reckon.classification.calibration import calibration_error
from reckon.classification.messages import Prediction


@dataclass(frozen=True)
class CategoryScore:
    """Of the messages given this category, the share right; of those that have it, the share found."""

    category: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Report:
    """Scores of predictions against what people said."""

    categories: tuple[CategoryScore, ...]
    macro_f1: float
    accuracy: float
    calibration_error: float
    abstained: float
    """Share of messages."""
    precision_kept: float
    """Share right among those not abstained; 0 where all were."""
    rows: int


def evaluate(truth: Sequence[str], predictions: Sequence[Prediction]) -> Report:
    """Compare, category by category that people gave. Raises ValueError where there is nothing."""
    if not truth:
        raise ValueError("nothing to evaluate")
    given = [prediction.category for prediction in predictions]
    right = np.array([said == got for said, got in zip(truth, given, strict=True)])
    kept = np.array([not prediction.abstained for prediction in predictions])
    confidence = np.array([prediction.confidence for prediction in predictions])
    scores = tuple(_category_score(name, truth, given) for name in sorted(set(truth)))
    return Report(
        categories=scores,
        macro_f1=float(np.mean([score.f1 for score in scores])),
        accuracy=float(right.mean()),
        calibration_error=calibration_error(confidence, right),
        abstained=float(1 - kept.mean()),
        precision_kept=float(right[kept].mean()) if kept.any() else 0.0,
        rows=len(truth),
    )


def _category_score(name: str, truth: Sequence[str], given: Sequence[str]) -> CategoryScore:
    support, answered = sum(said == name for said in truth), sum(got == name for got in given)
    hits = sum(said == got == name for said, got in zip(truth, given, strict=True))
    precision, recall = hits / answered if answered else 0.0, hits / support
    return CategoryScore(name, precision, recall, 2 * hits / (answered + support), support)
