"""Forms on character and ability as figures: trimmed, fair to mild and strict raters, silent where too few spoke.

Free texts and residents' opinions are no part of any figure.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.stats import t as student

from bandeng.evaluation.rules import Relation
from bandeng.evaluation.rules.settings import Settings

LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, kw_only=True)
class GivenForm:
    """One filled form: whose, by whom, as what, and the answers by item."""

    post: int
    rater: int
    relation: Relation
    answers: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class SideFigure:
    """One side of a post as its peers or its supervisors see it; no figure where too few answered."""

    side: str
    relation: Relation
    raters: int  # 0 where fewer than the least answered: a number below it would tell too much
    value: float | None
    low: float | None
    high: float | None
    raw: float | None  # before leniency was taken off and the ends were trimmed


def leniency(forms: Sequence[GivenForm], *, prior: float) -> dict[int, float]:
    """How far each rater's answers lie above what all raters gave, drawn towards none by `prior` imagined forms."""
    if not forms:
        return {}
    by_rater: dict[int, list[float]] = defaultdict(list)
    for form in forms:
        by_rater[form.rater].append(_mean(list(form.answers.values())))
    middle = _mean([value for values in by_rater.values() for value in values])
    return {
        rater: (_mean(values) - middle) * len(values) / (len(values) + prior)
        for rater, values in by_rater.items()
    }


def trimmed_mean(values: Sequence[float], *, share: float) -> float:
    """Mean without the `share` at either end, rounded down."""
    cut = int(len(values) * share)
    return _mean(sorted(values)[cut : len(values) - cut])


def sides_of(
    *, post: int, forms: Sequence[GivenForm], lenient: Mapping[int, float], settings: Settings
) -> list[SideFigure]:
    """Character and ability of one post, by peers and by supervisors apart."""
    own = [form for form in forms if form.post == post]
    return [
        _figure(side, relation, [form for form in own if form.relation is relation], lenient, settings)
        for side in ("character", "ability")
        for relation in Relation
    ]


def check_answers(answers: Mapping[str, int], *, items: Collection[str]) -> bool:
    """Whether every item, and nothing else, is answered within the scale."""
    return set(answers) == set(items) and all(LOWEST <= value <= HIGHEST for value in answers.values())


def _figure(
    side: str,
    relation: Relation,
    forms: Sequence[GivenForm],
    lenient: Mapping[int, float],
    settings: Settings,
) -> SideFigure:
    codes = [item.code for item in settings.items if item.side == side]
    least = settings.peers_least if relation is Relation.PEER else 1
    if len(forms) < least:
        return SideFigure(side=side, relation=relation, raters=0, value=None, low=None, high=None, raw=None)
    plain = [_mean([form.answers[code] for code in codes]) for form in forms]
    fair = [value - lenient.get(form.rater, 0.0) for value, form in zip(plain, forms, strict=True)]
    value = _within(trimmed_mean(fair, share=settings.trimmed))
    low, high = _interval(fair, value=value, level=settings.rating_level)
    return SideFigure(
        side=side, relation=relation, raters=len(forms), value=value, low=low, high=high, raw=_mean(plain)
    )


def _interval(values: Sequence[float], *, value: float, level: float) -> tuple[float, float]:
    """Student's interval; of a single form the whole scale."""
    if len(values) < 2:
        return float(LOWEST), float(HIGHEST)
    middle = _mean(values)
    spread = sqrt(sum((each - middle) ** 2 for each in values) / (len(values) - 1) / len(values))
    reach = float(student.ppf(0.5 + level / 2.0, len(values) - 1)) * spread
    return _within(value - reach), _within(value + reach)


def _within(value: float) -> float:
    return min(max(value, float(LOWEST)), float(HIGHEST))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
