"""The working of one area's index: every step's figures, for a page or a printed sheet."""

from dataclasses import dataclass

from reckon.index.aggregation import NEUTRAL
from reckon.index.assessment import Assessment
from reckon.index.decomposition import contributions
from reckon.index.indicators import Dimension, Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorWorking:
    """One indicator of one area.

    given, exposure: the record's figures, None where missing; observed, expected: counts; shape: shrinkage; ratio:
    (observed + shape) / (expected + shape) with its interval; z: spreads of the reference year from 1, higher is
    worse; drawn_in: it lay beyond the limit; contribution: to the risk above 50.
    """

    indicator: Indicator
    missing: bool
    given: float | None
    exposure: float | None
    observed: float
    expected: float
    shape: float
    ratio: float
    ratio_low: float
    ratio_high: float
    z: float
    drawn_in: bool
    score: float
    weight_within: float
    contribution: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionWorking:
    """One dimension: the weighted arithmetic mean of its indicators' scores."""

    dimension: Dimension
    score: float
    weight: float
    contribution: float
    indicators: tuple[IndicatorWorking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaWorking:
    """One area: risk is None where too much is missing; otherwise 50 and the contributions add up to it."""

    area: str
    risk: float | None
    neutral: float
    aggregation: str
    normalisation: str
    reference_year: int
    dimensions: tuple[DimensionWorking, ...]


def working_of(assessment: Assessment, *, area: str) -> AreaWorking:
    """Every step of one area. Raises KeyError for an area that was not assessed."""
    row, declared = assessment.place(area), assessment.declaration
    added = contributions(assessment)[row]
    indicators = [
        _indicator(assessment, row=row, column=column, contribution=float(added[column]))
        for column in range(len(declared.codes))
    ]
    return AreaWorking(
        area=area,
        risk=float(assessment.risk[row]) if assessment.scored[row] else None,
        neutral=NEUTRAL,
        aggregation=declared.method.aggregation.value,
        normalisation=declared.method.normalisation.value,
        reference_year=assessment.reference.year,
        dimensions=tuple(
            _dimension(assessment, row=row, place=place, indicators=indicators)
            for place in range(len(declared.dimensions))
        ),
    )


def _dimension(
    assessment: Assessment, *, row: int, place: int, indicators: list[IndicatorWorking]
) -> DimensionWorking:
    dimension = assessment.declaration.dimensions[place]
    own = tuple(each for each in indicators if each.indicator.dimension == dimension.code)
    return DimensionWorking(
        dimension=dimension,
        score=float(assessment.dimensions[row, place]),
        weight=float(assessment.declaration.outer_weights[place]),
        contribution=sum(each.contribution for each in own),
        indicators=own,
    )


def _indicator(assessment: Assessment, *, row: int, column: int, contribution: float) -> IndicatorWorking:
    missing = bool(assessment.missing[row, column])
    nothing = missing or assessment.exposure[row, column] == 0.0
    return IndicatorWorking(
        indicator=assessment.declaration.indicators[column],
        missing=missing,
        given=None if nothing else float(assessment.given[row, column]),
        exposure=None if missing else float(assessment.exposure[row, column]),
        observed=float(assessment.observed[row, column]),
        expected=float(assessment.expected[row, column]),
        shape=float(assessment.reference.row("shape")[column]),
        ratio=float(assessment.ratio[row, column]),
        ratio_low=float(assessment.ratio_low[row, column]),
        ratio_high=float(assessment.ratio_high[row, column]),
        z=float(assessment.z[row, column]),
        drawn_in=bool(assessment.drawn_in[row, column]),
        score=float(assessment.scores[row, column]),
        weight_within=float(assessment.declaration.inner_weights[column]),
        contribution=contribution,
    )
