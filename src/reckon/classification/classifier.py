"""A trained classifier: loads fast, answers fast, knows when to abstain."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reckon.classification.calibration import Calibration
from reckon.classification.lexicon import BATCH, SLOTS, Lexicon
from reckon.classification.messages import MessageText, Prediction
from reckon.classification.model_file import ModelUnreadable, read_model, write_model
from reckon.classification.settings import TrainingSettings, settings_from


@dataclass(frozen=True)
class Classifier:
    """Categories, the n-grams' weights for each, and how sure a score is."""

    categories: tuple[str, ...]
    lexicon: Lexicon
    weights: NDArray[np.float32]
    """One row a category, one column an n-gram."""
    intercepts: NDArray[np.float32]
    calibration: Calibration
    settings: TrainingSettings
    about: dict[str, Any] = field(default_factory=dict)
    """How it was trained: day, rows, scores."""

    def predict(self, texts: Sequence[MessageText]) -> list[Prediction]:
        """One prediction for each message, in order."""
        return [
            answer
            for start in range(0, len(texts), BATCH)
            for answer in self._batch(texts[start : start + BATCH])
        ]

    def scores(self, texts: Sequence[MessageText]) -> NDArray[np.float64]:
        """Raw scores: one row a message, one column a category; the largest is the answer."""
        return self.lexicon.vectors(texts).scores(self.weights, self.intercepts)

    def _batch(self, texts: Sequence[MessageText]) -> list[Prediction]:
        return self.calibration.predictions(self.scores(texts), self.categories)

    def save(self, path: Path) -> None:
        """Write the model's file, whole or not at all."""
        header = {
            "categories": list(self.categories), "settings": self.settings.as_data(),
            "calibration": self.calibration.as_data(), "about": self.about,
        }  # fmt: skip
        arrays = {
            "slot": self.lexicon.slot.astype("<u4"), "view": self.lexicon.view.astype("|u1"),
            "evidence": self.lexicon.evidence.astype("<f4"), "weights": self.weights.astype("<f2"),
            "intercepts": self.intercepts.astype("<f4"),
        }  # fmt: skip
        write_model(Path(path), header=header, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        """Read a model's file. Raises ModelUnreadable."""
        header, arrays = read_model(Path(path))
        try:
            return _assembled(header, arrays)
        except (ValueError, KeyError, TypeError) as error:
            raise ModelUnreadable(f"{path}: the model does not fit together: {error}") from error


def _assembled(header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Classifier:
    settings = settings_from(header["settings"])
    categories = tuple(str(name) for name in header["categories"])
    slot, view, evidence, weights = (arrays[name] for name in ("slot", "view", "evidence", "weights"))
    wanted = (len(categories), len(slot))
    if weights.shape != wanted or (len(view), len(evidence)) != wanted[1:] * 2:
        raise ValueError("arrays of different length")
    if arrays["intercepts"].shape != wanted[:1]:
        raise ValueError("another number of categories")
    if len(slot) and (slot.max() >= SLOTS or view.max() >= len(settings.views)):
        raise ValueError("n-grams out of range")
    lexicon = Lexicon(slot, view, evidence, settings.views, settings.lead_characters)
    calibration = Calibration.from_data(header["calibration"])
    weights = weights.astype(np.float32)
    about, intercepts = dict(header["about"]), arrays["intercepts"]
    return Classifier(categories, lexicon, weights, intercepts, calibration, settings, about)
