"""What the pages of a map show, assembled from its working."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from bandeng.risk.calculation import Figures, assessed, coloured, predicted
from bandeng.risk.models import RiskMap, StreetRisk
from bandeng.risk.rules import COMMUNITY, settings_in_force
from bandeng.risk.selectors.figures import months_back
from bandeng.risk.selectors.maps import Shown, map_in_force, shown
from reckon.colours import Backtest, Coverage, Explanation, backtest, probabilities, why
from reckon.index import (
    AreaWorking,
    Declaration,
    DimensionWorking,
    Indicator,
    IndicatorWorking,
    assess,
    working_of,
)

YEAR = 12


@dataclass(frozen=True, kw_only=True)
class StreetLine:
    """A street on a map: its colour with how sure it is, and the colour of the month before."""

    code: str
    level: int
    probability: float | None
    risk: float | None
    low: float | None
    high: float | None
    before: int | None
    is_held: bool = False  # by the cuts alone it would be lower


@dataclass(frozen=True, kw_only=True)
class IndicatorLine:
    """One indicator of a street: the month's own figures, and the working with earlier months."""

    working: IndicatorWorking
    level: int
    probability: float | None  # of this colour, by the cuts alone
    count: float | None  # of the month itself
    cases: float | None
    forecast: tuple[float, float] | None
    is_held: bool  # kept from the months before: by the cuts alone it would be lower


@dataclass(frozen=True, kw_only=True)
class DimensionLine:
    """One dimension of a street; no probability on maps of the first edition."""

    working: DimensionWorking
    level: int
    probability: float | None
    lines: tuple[IndicatorLine, ...]


@dataclass(frozen=True, kw_only=True)
class CommunityLine:
    """A community of a street: events of one indicator in the month, not told where they are few."""

    code: str
    count: int
    is_few: bool
    is_hidden: bool
    level: int
    probability: float | None = None


@dataclass(frozen=True, kw_only=True)
class Chances:
    """P(colour), green to red, and the middle nine tenths of the risk."""

    shares: tuple[float, ...]
    low: float
    median: float
    high: float
    draws: int


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """A street under other weights."""

    code: str
    level: int
    risk: float | None
    new_level: int
    new_risk: float | None
    probability: float | None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An indicator's forecasts against what came."""

    indicator: Indicator
    result: Backtest


def street_lines(view: Shown) -> list[StreetLine]:
    """All streets on the master map, the highest risk first."""
    before = _levels_before(view.row)
    rows = StreetRisk.objects.filter(risk_map=view.row)
    lines = [
        StreetLine(
            code=row.area_code, level=row.level, probability=row.probability, risk=row.risk, low=row.low,
            high=row.high, before=before.get(row.area_code),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.level, -(line.risk or 0.0), line.code))


def _levels_before(row: RiskMap) -> dict[str, int]:
    month = months_back(until=row.month, count=2)[0]
    earlier = map_in_force(month)
    if earlier is None:
        return {}
    return dict(StreetRisk.objects.filter(risk_map=earlier).values_list("area_code", "level"))


def colour_counts(lines: list[StreetLine]) -> list[tuple[int, int]]:
    """How many streets have each colour, red first."""
    counted = Counter(line.level for line in lines)
    return [(level, counted[level]) for level in (4, 3, 2, 1, 0, -1) if counted[level]]


def indicator_levels(view: Shown, code: str) -> list[StreetLine]:
    """All streets on one indicator's map."""
    column = view.rules.declaration.codes.index(code)
    streets, alone = view.result["streets"], view.levels_alone
    shares = streets["indicator_chances"]
    lines = []
    for row, area in enumerate(view.inputs.streets.areas):
        level = streets["states"]["indicators"]["level"][row][column]
        lines.append(
            StreetLine(
                code=area,
                level=level,
                probability=shares[row][column][level] if level >= 0 else None,
                risk=streets["indicator_risk"][row][column],
                low=streets["ratio_low"][row][column],
                high=streets["ratio_high"][row][column],
                before=None,
                is_held=level > alone[row, column],
            )
        )
    return sorted(lines, key=lambda line: (-line.level, -(line.risk or 0.0), line.code))


def working(view: Shown, area: str) -> AreaWorking:
    """Every step of a street. Raises KeyError."""
    return working_of(view.assessment, area=area)


def indicator_lines(view: Shown, area: str) -> list[IndicatorLine]:
    """The twelve indicators of a street in the order of their dimensions."""
    row = view.place(area)
    levels = view.result["streets"]["states"]["indicators"]["level"][row]
    shares = view.result["streets"]["indicator_chances"][row]
    forecast = view.result["forecast"]
    codes, figures = view.rules.declaration.codes, view.inputs.streets
    lines = []
    for dimension in working(view, area).dimensions:
        for each in dimension.indicators:
            column = codes.index(each.indicator.code)
            lines.append(
                IndicatorLine(
                    working=each,
                    level=levels[column],
                    probability=_share(shares[column], levels[column]),
                    count=_known(figures.observed[-1, row, column]),
                    cases=_known(figures.exposure[-1, row, column]),
                    forecast=(forecast["low"][column][row], forecast["high"][column][row])
                    if forecast
                    else None,
                    is_held=levels[column] > view.levels_alone[row, column],
                )
            )
    return lines


def dimension_lines(view: Shown, area: str) -> list[DimensionLine]:
    """The five dimensions of a street with their indicators."""
    row, lines = view.place(area), indicator_lines(view, area)
    levels = view.result["streets"]["states"]["dimensions"]["level"][row]
    shares = view.result["streets"].get("dimension_chances")
    return [
        DimensionLine(
            working=each,
            level=levels[place],
            probability=_share(shares[row][place], levels[place]) if shares else None,
            lines=tuple(line for line in lines if line.working.indicator.dimension == each.dimension.code),
        )
        for place, each in enumerate(working(view, area).dimensions)
    ]


def _share(shares: Sequence[float | None], level: int) -> float | None:
    return shares[level] if level >= 0 else None


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def community_lines(view: Shown, area: str, indicator: str) -> list[CommunityLine]:
    """The street's communities by the month's events of one indicator, most first."""
    figures, column = view.inputs.communities, view.rules.declaration.codes.index(indicator)
    small, levels = settings_in_force().small_number, view.result["communities"]["level"]
    sure = community_chances(view, area)
    lines = []
    for place, code in enumerate(figures.areas):
        if len(code) == COMMUNITY and code.startswith(area):
            count = _events(figures, place, column, view.rules.declaration)
            lines.append(
                CommunityLine(
                    code=code,
                    count=count,
                    is_few=count < small,
                    is_hidden=count < small,
                    level=levels[place],
                    probability=sure.get(code),
                )
            )
    return hidden_in_company(sorted(lines, key=lambda line: (-line.count, line.code)))


def hidden_in_company(lines: list[CommunityLine]) -> list[CommunityLine]:
    """A single small count follows from the street's and the others': the next one above it is not told either."""
    if sum(line.is_few for line in lines) == 1 and len(lines) > 1:
        lines[-2] = replace(lines[-2], is_hidden=True)
    return lines


def told_communities(view: Shown, area: str, indicator: str) -> frozenset[str]:
    """The street's communities whose count the page tells: only their records may be asked for alone."""
    return frozenset(line.code for line in community_lines(view, area, indicator) if not line.is_hidden)


def community_chances(view: Shown, area: str) -> dict[str, float]:
    """How sure the colour of each community of a street is."""
    return dict(_community_chances(view.row.pk, view.row.result_digest, area))


@lru_cache(maxsize=256)
def _community_chances(map_id: int, digest: str, area: str) -> tuple[tuple[str, float], ...]:
    """Only the street's own: every area draws from a stream of its own, so the others change nothing."""
    view = shown(RiskMap.objects.select_related("indicator_set", "reference_year").get(pk=map_id))
    figures = view.inputs.communities
    places = [place for place, code in enumerate(figures.areas) if code.startswith(area)]
    if not places:
        return ()
    own = Figures(
        areas=tuple(figures.areas[place] for place in places),
        months=figures.months,
        observed=figures.observed[:, places],
        exposure=figures.exposure[:, places],
    )
    levels = np.array([view.result["communities"]["level"][place] for place in places])
    sure = probabilities(assessment=assessed(own, view.rules), rules=view.rules.colours).of(levels)
    return tuple(
        (code, float(share)) for code, share in zip(own.areas, sure, strict=True) if not np.isnan(share)
    )


def _events(figures: Figures, place: int, column: int, declaration: Declaration) -> int:
    """Events of the month; of a median the matters that it is of."""
    source = figures.exposure if declaration.medians[column] else figures.observed
    return int(np.nan_to_num(source[-1, place, column]))


def worst_indicator(view: Shown, area: str) -> str:
    """The indicator that adds most to the street's risk."""
    added = view.result["streets"]["contributions"][view.place(area)]
    return view.rules.declaration.codes[max(range(len(added)), key=lambda place: added[place])]


def chances(view: Shown, area: str) -> Chances | None:
    """How sure the street's colour is."""
    return _chances(view.result["streets"]["chances"], view.place(area))


def chances_ahead(view: Shown, area: str) -> Chances | None:
    """P(colour) of the month after; None where there are too few months."""
    forecast = view.result["forecast"]
    return _chances(forecast["chances"], view.place(area)) if forecast else None


def _chances(kept: Mapping[str, list[list[float]]], row: int) -> Chances | None:
    if kept["shares"][row][0] is None:
        return None
    return Chances(
        shares=tuple(kept["shares"][row]),
        low=kept["low"][row],  # type: ignore[arg-type]
        median=kept["median"][row],  # type: ignore[arg-type]
        high=kept["high"][row],  # type: ignore[arg-type]
        draws=kept["draws"],  # type: ignore[arg-type]
    )


def change_of(view: Shown, area: str) -> Explanation | None:
    """What moved the street's risk since the month before; None where the two cannot be compared."""
    earlier = map_in_force(months_back(until=view.row.month, count=2)[0])
    if earlier is None:
        return None
    before = shown(earlier)
    old = before.assessment
    try:
        if (
            before.rules.declaration != view.rules.declaration
            or before.rules.reference != view.rules.reference
        ):
            # By this month's rules: what other rules changed has no cause in the record.
            old = assessed(before.inputs.streets, view.rules)
        return why(before=old, after=view.assessment, area=area)
    except (ValueError, KeyError):
        return None


def what_if(view: Shown, *, indicators: Mapping[str, float], dimensions: Mapping[str, float]) -> list[WhatIf]:
    """All streets under other weights; the map itself stays as it is. Raises DeclarationInvalid."""
    declaration = view.rules.declaration.with_weights(indicators=indicators, dimensions=dimensions)
    given = view.assessment
    fresh = assess(
        declaration=declaration, reference=view.rules.reference, areas=given.areas, observed=given.given,
        exposure=given.exposure,
    )  # fmt: skip
    states = coloured(fresh, view.rules.colours, view.inputs.before)
    levels = states.layers["master"].level
    master = view.inputs.before.layers["master"] if view.inputs.before else None
    sure = probabilities(assessment=fresh, rules=view.rules.colours, before=master).of(levels)
    streets = view.result["streets"]
    return [
        WhatIf(
            code=area,
            level=streets["states"]["master"]["level"][row],
            risk=streets["risk"][row],
            new_level=int(levels[row]),
            new_risk=_known(fresh.risk[row]),
            probability=_known(sure[row]),
        )
        for row, area in enumerate(given.areas)
    ]


def forecasts_kept(view: Shown) -> list[Kept]:
    """How earlier forecasts of each indicator did; empty while there is no month beyond the first year."""
    if len(view.inputs.streets.months) <= YEAR:
        return []
    return list(_forecasts_kept(view.row.pk, view.row.result_digest))


def forecasts_together(kept: Sequence[Kept]) -> list[Coverage]:
    """Coverage of each level over all indicators, as it was printed."""
    rows = [one for each in kept for one in each.result.coverage if one.adjusted]
    return [
        Coverage(
            level=level,
            adjusted=True,
            inside=sum(one.inside for one in rows if one.level == level),
            total=sum(one.total for one in rows if one.level == level),
            mean_width=0.0,
        )
        for level in sorted({one.level for one in rows})
    ]


@lru_cache(maxsize=4)
def _forecasts_kept(map_id: int, digest: str) -> tuple[Kept, ...]:
    view = shown(RiskMap.objects.select_related("indicator_set", "reference_year").get(pk=map_id))
    figures, rules = view.inputs.streets, view.rules
    _, observed, expected = predicted(figures, rules, months_ahead=view.inputs.months_ahead)
    calendar = [month % 100 for month in figures.months]
    return tuple(
        Kept(
            indicator=indicator,
            result=backtest(
                observed=observed[:, :, column],
                expected=expected[:, :, column],
                calendar=[*calendar, calendar[-1] % YEAR + 1],
                shape=rules.reference.indicators[column].shape,
                settings=rules.colours.forecast,
                first=YEAR,
            ),
        )
        for column, indicator in enumerate(rules.declaration.indicators)
        if np.isfinite(observed[YEAR:, :, column]).any()
    )
