"""Training: the n-grams that count, their weights, and how sure the result may be."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from reckon.classification.calibration import calibrate
from reckon.classification.classifier import Classifier
from reckon.classification.evaluation import Report, evaluate
from reckon.classification.folds import fold_numbers, near_duplicates
from reckon.classification.lexicon import Lexicon, learn_lexicon
from reckon.classification.messages import LabelledText, MessageText, Prediction
from reckon.classification.separation import Separation, separate
from reckon.classification.settings import TrainingSettings, settings_in_force
from reckon.classification.vectors import Numbers, Vectors

FEWEST = 2
"""Rows of a category: one to learn from, one to test with."""

Scores = NDArray[np.float64]
Progress = Callable[[float], None]


class TrainingDataUnfit(ValueError):
    """The rows cannot train a classifier; the message says why and what to do."""


@dataclass(frozen=True)
class TrainedModel:
    """The classifier, and its scores on messages that it had not seen (cross-validation)."""

    classifier: Classifier
    report: Report


def train(
    rows: Sequence[LabelledText],
    *,
    settings: TrainingSettings | None = None,
    today: date | None = None,
    progress: Progress = lambda done: None,
) -> TrainedModel:
    """Train on labelled messages; the same rows give the same model. Raises TrainingDataUnfit.

    `progress` hears after each step the share done, from 0 to 1.
    """
    chosen = settings or settings_in_force()
    material = _material(rows, chosen)
    unseen = _scores_of_unseen(material, progress)
    calibration = calibrate(unseen, material.labels, precision_target=chosen.precision_target)
    report = evaluate([row.category for row in rows], _honest(unseen, material))
    final = material.separated(np.arange(len(rows)))
    progress(1.0)
    about = {"trained": today.isoformat() if today else "", "report": asdict(report)}
    classifier = Classifier(
        categories=material.categories,
        lexicon=replace(material.lexicon, evidence=final.evidence),
        weights=final.weights,
        intercepts=final.intercepts,
        calibration=calibration,
        settings=chosen,
        about=about,
    )
    return TrainedModel(classifier, report)


@dataclass(frozen=True)
class _Material:
    """The rows in numbers."""

    categories: tuple[str, ...]
    labels: Numbers
    importance: NDArray[np.float64]
    lexicon: Lexicon
    counts: Vectors
    parts: Numbers
    settings: TrainingSettings

    def separated(self, rows: Numbers) -> Separation:
        """What these rows teach."""
        return separate(
            self.lexicon,
            self.counts.rows(rows),
            self.labels[rows],
            self.importance[rows],
            categories=len(self.categories),
            settings=self.settings,
        )


def _material(rows: Sequence[LabelledText], settings: TrainingSettings) -> _Material:
    categories = _categories(rows)
    number = {name: place for place, name in enumerate(categories)}
    labels = np.array([number[row.category] for row in rows])
    messages = [MessageText(text=row.text, title=row.title) for row in rows]
    lexicon = learn_lexicon(messages, settings=settings, categories=len(categories))
    if not len(lexicon.slot):
        raise TrainingDataUnfit(
            "no words occur in two messages; training needs texts that have something in common"
        )
    counts = lexicon.counts(messages)
    groups = near_duplicates(counts.matrix(), share=settings.near_duplicate)
    parts = fold_numbers(labels, groups, folds=settings.folds, seed=settings.seed)
    importance = np.array([row.weight for row in rows])
    return _Material(categories, labels, importance, lexicon, counts, parts, settings)


def _categories(rows: Sequence[LabelledText]) -> tuple[str, ...]:
    counts = Counter(row.category for row in rows)
    rare = sorted(name for name, count in counts.items() if count < FEWEST)
    if len(counts) < 2:
        raise TrainingDataUnfit("training needs messages of at least two categories")
    if rare:
        raise TrainingDataUnfit(f"only one message for: {', '.join(rare[:5])}; add another or leave it out")
    if any(not row.category.strip() or not row.weight > 0 for row in rows):
        raise TrainingDataUnfit("every row needs a category and a weight above zero")
    return tuple(sorted(counts))


def _scores_of_unseen(material: _Material, progress: Progress) -> Scores:
    """Scores of each row from a model that was trained without the row's part."""
    scores = np.zeros((len(material.labels), len(material.categories)))
    parts = np.unique(material.parts)
    for done, part in enumerate(parts, start=1):
        progress(done / (len(parts) + 2))
        unseen = np.flatnonzero(material.parts == part)
        learnt = material.separated(np.flatnonzero(material.parts != part))
        scores[unseen] = learnt.scores(material.lexicon, material.counts.rows(unseen))
    return scores


def _honest(scores: Scores, material: _Material) -> list[Prediction]:
    """Predictions whose confidence and threshold, too, come from the other parts only."""
    result: dict[int, Prediction] = {}
    for part in np.unique(material.parts):
        seen, unseen = material.parts != part, np.flatnonzero(material.parts == part)
        target = material.settings.precision_target
        calibration = calibrate(scores[seen], material.labels[seen], precision_target=target)
        answers = calibration.predictions(scores[unseen], material.categories)
        result.update(zip(unseen.tolist(), answers, strict=True))
    return [result[row] for row in range(len(scores))]
