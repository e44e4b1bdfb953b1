"""Reads of maps: which is in force, and what a page shows of it."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from django.db.models import QuerySet

from bandeng.organisations.rules import Scope
from bandeng.risk.calculation import Inputs, Rules, assessed, inputs_from
from bandeng.risk.models import IndicatorSet, MapWorking, ReferenceYear, RiskMap, StreetRisk
from bandeng.risk.rules import MapStatus, SetStatus, may_publish
from bandeng.risk.selectors.figures import declared
from reckon.colours import plain_colours
from reckon.colours.hysteresis import Levels
from reckon.index import Assessment, Declaration, reference_from

KEPT_MAPS = 32


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A version as pages use it; the same object for the same version."""

    row: RiskMap
    rules: Rules
    inputs: Inputs
    assessment: Assessment
    result: Mapping[str, Any]

    def place(self, area: str) -> int:
        """The street's row. Raises KeyError."""
        return self.assessment.place(area)

    @cached_property
    def levels_alone(self) -> Levels:
        """Colours of the indicators by the cuts alone, streets × indicators: a kept one is higher."""
        risk = np.array(self.result["streets"]["indicator_risk"], dtype=np.float64)
        return plain_colours(risk, self.rules.colours.indicator)


_KEEPING = Lock()
_KEPT: OrderedDict[tuple[int, str], tuple[Rules, Inputs, Assessment, Mapping[str, Any]]] = OrderedDict()


def rules_of(indicator_set: IndicatorSet, reference_year: ReferenceYear, *, month: int) -> Rules:
    """What a month's figures become colours by, from the rows that keep it."""
    declaration = declaration_of(indicator_set, month=month)
    return Rules(
        declaration=declaration,
        colours=declared(indicators=indicator_set.indicators, colours=indicator_set.colours).colours,
        reference=reference_from(reference_year.data).for_declaration(declaration),
    )


def declaration_of(indicator_set: IndicatorSet, *, month: int) -> Declaration:
    """The indicators of a set that hold in a month."""
    words = declared(indicators=indicator_set.indicators, colours=indicator_set.colours).declaration
    # A past before the first declaration is looked at by that one.
    return words.in_force(max(date(month // 100, month % 100, 1), words.valid_from))


def set_in_force(month: int) -> IndicatorSet | None:
    """The indicators that hold in a month; of a month before the first, the first ones."""
    rows = IndicatorSet.objects.filter(status=SetStatus.DECLARED.value)
    day = date(month // 100, month % 100, 1)
    return (
        rows.filter(valid_from__lte=day).order_by("-valid_from", "-id").first()
        or rows.order_by("valid_from", "id").first()
    )


def map_in_force(month: int) -> RiskMap | None:
    """The published version of a month."""
    return RiskMap.objects.filter(month=month, status=MapStatus.PUBLISHED.value).first()


def maps_for(scope: Scope) -> QuerySet[RiskMap]:
    """The versions that a post may see: drafts are for those who may sign them."""
    found = RiskMap.objects.order_by("-month", "-version")
    return found if may_publish(scope) else found.exclude(status=MapStatus.DRAFT.value)


def map_newest(scope: Scope) -> RiskMap | None:
    """The newest published map."""
    return maps_for(scope).filter(status=MapStatus.PUBLISHED.value).first()


def shown(row: RiskMap) -> Shown:
    """A version with all its working; what was worked out once is kept."""
    key = (row.pk, row.result_digest)
    found = _KEPT.get(key)
    if found is None:
        kept = MapWorking.objects.get(risk_map=row)
        rules = rules_of(row.indicator_set, row.reference_year, month=row.month)
        inputs = inputs_from(kept.inputs)
        found = rules, inputs, assessed(inputs.streets, rules), kept.result
    # Requests run in threads: nothing here may count on what another has not taken out meanwhile.
    with _KEEPING:
        _KEPT[key] = found
        _KEPT.move_to_end(key)
        while len(_KEPT) > KEPT_MAPS:
            _KEPT.popitem(last=False)
    rules, inputs, assessment, result = found
    return Shown(row=row, rules=rules, inputs=inputs, assessment=assessment, result=result)


def neighbours(row: RiskMap) -> tuple[RiskMap | None, RiskMap | None]:
    """The published maps of the months before and after a version."""
    rows = RiskMap.objects.filter(status=MapStatus.PUBLISHED.value)
    return (
        rows.filter(month__lt=row.month).order_by("-month").first(),
        rows.filter(month__gt=row.month).order_by("month").first(),
    )


def history(area: str) -> list[StreetRisk]:
    """A street's published colours, oldest first."""
    rows = StreetRisk.objects.filter(area_code=area, risk_map__status=MapStatus.PUBLISHED.value)
    return list(rows.select_related("risk_map").order_by("risk_map__month"))


def lines_on_screen() -> list[StreetRisk]:
    """The streets of the newest published map, the highest risk first; for the district's screen."""
    newest = RiskMap.objects.filter(status=MapStatus.PUBLISHED.value).order_by("-month").values("pk")[:1]
    rows = StreetRisk.objects.filter(risk_map__in=newest).select_related("risk_map")
    return list(rows.order_by("-level", "-risk", "area_code"))
