"""What training learns from labels: how telling each n-gram is, and what weighs for each category."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reckon.classification.lexicon import Lexicon
from reckon.classification.settings import TrainingSettings
from reckon.classification.vectors import Floats, Numbers, Vectors

Weights = NDArray[np.float64]

ABSENT = -100.0
"""Intercept of a category of which there was no row: it is never the answer."""
MOST_ROUNDS = 5000


@dataclass(frozen=True)
class Separation:
    """How telling each n-gram is; a row of weights and an intercept for each category."""

    evidence: Floats
    weights: Floats
    intercepts: Floats

    def scores(self, lexicon: Lexicon, counts: Vectors) -> NDArray[np.float64]:
        """One row a message, one column a category."""
        return lexicon.weighed(counts, self.evidence).scores(self.weights, self.intercepts)


def separate(
    lexicon: Lexicon,
    counts: Vectors,
    labels: Numbers,
    importance: Weights,
    *,
    categories: int,
    settings: TrainingSettings,
) -> Separation:
    """Linear support vector machines, one category against the rest, on n-grams weighed by what they tell.

    A share of complement naive Bayes is mixed in: it learns little from single messages and so misleads less
    where messages come from another year or channel than those it was trained on.
    """
    # Only training needs scikit-learn, and importing it costs a second that no request should pay.
    from sklearn.svm import LinearSVC

    telling = lexicon.evidence * tellingness(counts, labels, categories=categories, settings=settings)
    present = np.unique(labels)
    machine = LinearSVC(C=settings.fit, dual=True, random_state=settings.seed, max_iter=MOST_ROUNDS)
    vectors = lexicon.weighed(counts, telling)
    machine.fit(vectors.matrix(), labels, sample_weight=importance)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(present) == 2:
        coefficients, intercepts = (
            np.stack([-coefficients[0], coefficients[0]]),
            np.append(-intercepts, intercepts),
        )
    weights = settings.naive * naive_weights(
        vectors, labels, importance, categories=categories, settings=settings
    )
    weights[present] += coefficients
    biased = np.full(categories, ABSENT, np.float32)
    biased[present] = intercepts
    return Separation(telling, weights.astype(np.float32), biased)


def naive_weights(
    vectors: Vectors, labels: Numbers, importance: Weights, *, categories: int, settings: TrainingSettings
) -> Weights:
    """Complement naive Bayes (Rennie et al. 2003): how rare an n-gram is outside the category."""
    cell = labels[vectors.row] * vectors.columns + vectors.column
    mass = vectors.value * importance[vectors.row]
    inside = np.bincount(cell, weights=mass, minlength=categories * vectors.columns).reshape(categories, -1)
    outside = inside.sum(axis=0) - inside + settings.naive_smoothing
    weights = -np.log(outside / outside.sum(axis=1, keepdims=True))
    return np.asarray(weights - weights.mean(axis=0))


def tellingness(counts: Vectors, labels: Numbers, *, categories: int, settings: TrainingSettings) -> Floats:
    """From 1 for an n-gram equally frequent everywhere to 1 + `telling` for one that one category has.

    The certainty is one minus the normalised entropy over categories, as in entropy-based term weighting;
    `doubt` draws rare n-grams, which look certain by chance, towards 1.
    """
    sizes = np.bincount(labels, minlength=categories).astype(float)
    cell = labels[counts.row] * counts.columns + counts.column
    present = np.bincount(cell, minlength=categories * counts.columns).reshape(categories, -1)[sizes > 0]
    sizes = sizes[sizes > 0]
    rows = present.sum(axis=0)
    share = present / sizes[:, None] + settings.smoothing / sizes.mean()
    share /= share.sum(axis=0)
    certainty = 1 + (share * np.log(share)).sum(axis=0) / np.log(max(len(sizes), 2))
    return np.asarray(1 + settings.telling * certainty * rows / (rows + settings.doubt), np.float32)
