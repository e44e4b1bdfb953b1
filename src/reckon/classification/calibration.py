"""From scores to a probability of being right, and the confidence below which the classifier abstains."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reckon.classification.messages import Prediction

SHARPNESS = np.geomspace(0.25, 32.0, 225)
"""Tried one after another: a one-dimensional, convex search needs no cleverer way."""
ALWAYS = 2.0
"""A threshold above every confidence."""
BINS = 15
"""Usual for the expected calibration error (Guo et al. 2017, "On Calibration of Modern Neural Networks")."""
FEWEST_KEPT = 20
"""A precision measured on fewer answers proves nothing."""

Scores = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Calibration:
    """Sharpness of the softmax over scores (one over the temperature), and the threshold of abstaining."""

    sharpness: float
    threshold: float

    def confidence(self, scores: Scores) -> Scores:
        """Probability that the likeliest category of each row is right."""
        return np.asarray(probabilities(scores, self.sharpness).max(axis=1))

    def predictions(self, scores: Scores, categories: Sequence[str]) -> list[Prediction]:
        """The likeliest category of each row; abstained where its confidence is below the threshold."""
        best, sure = scores.argmax(axis=1).tolist(), self.confidence(scores).tolist()
        return [
            Prediction(categories[number], confidence, confidence < self.threshold)
            for number, confidence in zip(best, sure, strict=True)
        ]

    def as_data(self) -> dict[str, float]:
        """Plain values, as `from_data` takes them."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Calibration":
        """Raises ValueError, KeyError or TypeError for anything else than `as_data` gave."""
        if set(data) != {"sharpness", "threshold"}:
            raise ValueError("calibration with other settings")
        return cls(float(data["sharpness"]), float(data["threshold"]))


def probabilities(scores: Scores, sharpness: float) -> Scores:
    """Softmax of each row."""
    power = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(power / power.sum(axis=1, keepdims=True))


def calibrate(scores: Scores, labels: Labels, *, precision_target: float) -> Calibration:
    """Fit on scores of messages that the scorer was not trained on."""
    return _with_threshold(fitted_sharpness(scores, labels), scores, labels, precision_target)


def fitted_sharpness(scores: Scores, labels: Labels) -> float:
    """The sharpness under which the labels are likeliest (temperature scaling, Guo et al. 2017)."""
    rows = np.arange(len(labels))
    losses = [
        -np.log(np.maximum(probabilities(scores, each)[rows, labels], 1e-12)).mean() for each in SHARPNESS
    ]
    return float(SHARPNESS[int(np.argmin(losses))])


def _with_threshold(sharpness: float, scores: Scores, labels: Labels, target: float) -> Calibration:
    """The lowest threshold at which answers reach the precision wanted."""
    confidence = probabilities(scores, sharpness).max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    right = np.cumsum(scores.argmax(axis=1)[order] == labels[order])
    kept = np.arange(1, len(order) + 1)
    enough = np.flatnonzero((right / kept >= target) & (kept >= min(FEWEST_KEPT, len(order))))
    threshold = float(confidence[order[enough[-1]]]) if len(enough) else ALWAYS
    return Calibration(sharpness, threshold)


def calibration_error(confidence: Scores, right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean distance of confidence from the share of right answers."""
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    apart = np.bincount(bins, weights=confidence - right, minlength=BINS)
    return float(np.abs(apart).sum() / max(len(confidence), 1))
