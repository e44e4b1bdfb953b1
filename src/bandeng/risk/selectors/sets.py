"""Sets of indicators: versions, the draft, what differs between two, and what a draft would do to the last map."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import QuerySet

from bandeng.risk.calculation import Figures, Rules, assessed, coloured
from bandeng.risk.models import IndicatorSet, ReferenceYear
from bandeng.risk.rules import SetStatus
from bandeng.risk.selectors.figures import (
    Declared,
    days_spread,
    declared,
    figures_read,
    months_back,
    streets_known,
)
from bandeng.risk.selectors.maps import Shown
from bandeng.risk.selectors.pages import WhatIf
from bandeng.risk.selectors.stocks import stock_months
from reckon.colours import Cuts, probabilities
from reckon.index import Declaration, Indicator, Reference, reference_freeze, reference_from

SAME = 1e-9
TEXTS = ("name_zh", "name_en", "definition_zh", "definition_en", "source_zh", "source")
LAYERS = ("master", "dimension", "indicator")


def sets_declared() -> QuerySet[IndicatorSet]:
    """All sets that are or were in force, or will be, the newest first."""
    return IndicatorSet.objects.filter(status=SetStatus.DECLARED.value).order_by("-valid_from", "-id")


def set_newest() -> IndicatorSet | None:
    """The set that holds from the latest month on: what a new draft goes on from."""
    return sets_declared().first()


def set_draft() -> IndicatorSet | None:
    """The draft that is being worked on."""
    return IndicatorSet.objects.filter(status=SetStatus.DRAFT.value).select_related("based_on").first()


def set_of(number: int) -> IndicatorSet | None:
    """A declared set."""
    return sets_declared().select_related("based_on").filter(pk=number).first()


def words_of(row: IndicatorSet) -> Declared:
    """A set as it is calculated with. Raises DeclarationInvalid."""
    return declared(indicators=row.indicators, colours=row.colours)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that differs: of the map, a dimension or an indicator (`code` ""), before and after.

    what: weight, owner, stock, a text, cuts, margin or months.
    """

    scope: str  # dimension, indicator, or a layer of maps
    code: str
    what: str
    before: Any
    after: Any


def differences(old: Declared, new: Declared) -> list[Difference]:
    """Everything that differs between two sets; weights as shares."""
    return [
        *_of_weights("dimension", _shares_across(old.declaration), _shares_across(new.declaration)),
        *_of_weights("indicator", _shares_within(old.declaration), _shares_within(new.declaration)),
        *_of_indicators(old.declaration, new.declaration),
        *_of_cuts(old, new),
    ]


def _of_weights(scope: str, old: Mapping[str, float], new: Mapping[str, float]) -> Iterator[Difference]:
    for code in [*new, *(code for code in old if code not in new)]:
        before, after = old.get(code), new.get(code)
        if before is None or after is None or abs(before - after) > SAME:
            yield Difference(scope=scope, code=code, what="weight", before=before, after=after)


def _shares_across(declaration: Declaration) -> dict[str, float]:
    return dict(
        zip((row.code for row in declaration.dimensions), declaration.outer_weights.tolist(), strict=True)
    )


def _shares_within(declaration: Declaration) -> dict[str, float]:
    return dict(zip(declaration.codes, declaration.inner_weights.tolist(), strict=True))


def _of_indicators(old: Declaration, new: Declaration) -> Iterator[Difference]:
    known = {row.code: row for row in old.indicators}
    for row in new.indicators:
        before = known.get(row.code)
        if before is None:
            continue
        pairs = [("owner", before.owner, row.owner), ("stock", stock_of(before), stock_of(row))]
        pairs += [(name, getattr(before, name), getattr(row, name)) for name in TEXTS]
        for what, first, second in pairs:
            if first != second:
                yield Difference(scope="indicator", code=row.code, what=what, before=first, after=second)


def _of_cuts(old: Declared, new: Declared) -> Iterator[Difference]:
    for layer in LAYERS:
        first: Cuts = getattr(old.colours, layer)
        second: Cuts = getattr(new.colours, layer)
        for what in ("cuts", "margin", "months"):
            before, after = getattr(first, what), getattr(second, what)
            if before != after:
                yield Difference(scope=layer, code="", what=what, before=before, after=after)


def stock_of(row: Indicator) -> str:
    """What an indicator's events are counted against; "" for shares and medians."""
    return row.denominator.records if row.denominator.is_stock else ""


def reference_carried(base: ReferenceYear, *, old: Declaration, new: Declaration) -> Reference:
    """The frozen year for other rules: unmeasured anew where nothing else is measured, else from the same months."""
    kept = reference_from(base.data)
    known = {row.code: row for row in old.indicators}
    frozen = {row.code: row for row in kept.indicators}
    other = {
        row.code
        for row in new.indicators
        if row.code not in frozen or _measured(known.get(row.code)) != _measured(row)
    }
    if other:
        count = _months_between(base.first_month, base.last_month)
        months = months_back(until=base.last_month, count=count)
        figures = figures_read(new, areas=streets_known(), months=months)
        flat = (-1, len(new.codes))
        fresh = reference_freeze(
            declaration=new,
            year=kept.year,
            observed=figures.observed.reshape(flat),
            exposure=figures.exposure.reshape(flat),
            spreads=days_spread(new, areas=figures.areas, months=months),
        )
        frozen |= {row.code: row for row in fresh.indicators if row.code in other}
    return replace(kept, indicators=tuple(frozen[code] for code in new.codes))


def _measured(row: Indicator | None) -> tuple[Any, ...]:
    return () if row is None else (row.kind, row.numerator, row.denominator)


def _months_between(first: int, last: int) -> int:
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100 + 1


def effect_of(view: Shown, draft: Declared) -> list[WhatIf]:
    """All streets of a published map under a draft's rules; nothing is kept. Raises DeclarationInvalid."""
    present = view.rules.declaration
    declaration = replace(
        draft.declaration,
        indicators=tuple(row for row in draft.declaration.indicators if row.code in present.codes),
    )
    reference = reference_carried(view.row.reference_year, old=present, new=declaration)
    rules = Rules(declaration=declaration, colours=draft.colours, reference=reference)
    fresh = assessed(_recounted(view, declaration), rules)
    states = coloured(fresh, rules.colours, view.inputs.before)
    levels = states.layers["master"].level
    before = view.inputs.before.layers["master"] if view.inputs.before else None
    sure = probabilities(assessment=fresh, rules=rules.colours, before=before).of(levels)
    streets = view.result["streets"]
    return [
        WhatIf(
            code=area,
            level=streets["states"]["master"]["level"][row],
            risk=streets["risk"][row],
            new_level=int(levels[row]),
            new_risk=None if np.isnan(fresh.risk[row]) else float(fresh.risk[row]),
            probability=None if np.isnan(sure[row]) else float(sure[row]),
        )
        for row, area in enumerate(fresh.areas)
    ]


def _recounted(view: Shown, declaration: Declaration) -> Figures:
    """The map's own figures, against other stocks where the draft asks for them."""
    figures, exposure = view.inputs.streets, view.inputs.streets.exposure.copy()
    for column, (old, new) in enumerate(
        zip(view.rules.declaration.indicators, declaration.indicators, strict=True)
    ):
        if stock_of(old) != stock_of(new):
            exposure[:, :, column] = stock_months(stock_of(new), areas=figures.areas, months=figures.months)
    return replace(figures, exposure=exposure)
