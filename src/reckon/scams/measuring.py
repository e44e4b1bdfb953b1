"""How often rules and classifier together are right, on texts that neither training nor near-duplicates saw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reckon.classification import Classifier, LabelledText, MessageText, TrainingSettings, train
from reckon.classification.folds import fold_numbers, near_duplicates
from reckon.classification.lexicon import learn_lexicon
from reckon.scams.judging import JudgedBy, judge
from reckon.scams.training import scam_settings


@dataclass(frozen=True)
class Measured:
    """Shares of right answers, 0 to 1; `by_rules` is the share of texts that the rules decide."""

    rows: int
    classifier_accuracy: float
    together_accuracy: float
    by_rules: float
    rules_accuracy: float


def measure(
    rows: Sequence[LabelledText], *, settings: TrainingSettings | None = None, seed: int = 1
) -> Measured:
    """Cross-validate from outside: each part is judged by a classifier trained on the other parts.

    Near-duplicates stay in one part. The rules were written by people who had seen examples: their figure is
    how they do on this file, not a promise.
    """
    chosen = settings or scam_settings()
    parts = _parts(rows, chosen, seed)
    alone, together, ruled = (np.zeros(len(rows), bool) for _ in range(3))
    for part in np.unique(parts):
        learnt = [row for row, own in zip(rows, parts, strict=True) if own != part]
        classifier = train(learnt, settings=chosen).classifier
        for place in np.flatnonzero(parts == part).tolist():
            alone[place], together[place], ruled[place] = _right(rows[place], classifier)
    return Measured(
        rows=len(rows),
        classifier_accuracy=float(alone.mean()),
        together_accuracy=float(together.mean()),
        by_rules=float(ruled.mean()),
        rules_accuracy=float(together[ruled].mean()) if ruled.any() else 0.0,
    )


def _right(row: LabelledText, classifier: Classifier) -> tuple[bool, bool, bool]:
    """Whether the classifier alone is right, whether both are together, and whether a rule decided."""
    (answer,) = classifier.predict([MessageText(text=row.text, title=row.title)])
    both = judge(row.text, classifier=classifier)
    said = both.type.value if both.type else ""
    return answer.category == row.category, said == row.category, both.by is JudgedBy.RULES


def _parts(rows: Sequence[LabelledText], settings: TrainingSettings, seed: int) -> NDArray[np.int64]:
    messages = [MessageText(text=row.text, title=row.title) for row in rows]
    names = sorted({row.category for row in rows})
    lexicon = learn_lexicon(messages, settings=settings, categories=len(names))
    groups = near_duplicates(lexicon.counts(messages).matrix(), share=settings.near_duplicate)
    labels = np.array([names.index(row.category) for row in rows])
    return fold_numbers(labels, groups, folds=settings.folds, seed=seed)
