"""Reads of maps: which is in force, and what a page shows of it."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bandeng.organisations.rules import Scope
from bandeng.risk.calculation import Inputs, Rules, assessed, inputs_from
from bandeng.risk.models import IndicatorSet, MapWorking, ReferenceYear, RiskMap, StreetRisk
from bandeng.risk.rules import MapStatus, may_publish
from bandeng.risk.selectors.figures import declared
from reckon.index import Assessment, reference_from

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


_KEPT: OrderedDict[tuple[int, str], tuple[Rules, Inputs, Assessment, Mapping[str, Any]]] = OrderedDict()


def rules_of(indicator_set: IndicatorSet, reference_year: ReferenceYear) -> Rules:
    """What figures become colours by, from the rows that keep it."""
    words = declared(indicators=indicator_set.indicators, colours=indicator_set.colours)
    return Rules(
        declaration=words.declaration, colours=words.colours, reference=reference_from(reference_year.data)
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
    if key not in _KEPT:
        kept = MapWorking.objects.get(risk_map=row)
        rules, inputs = rules_of(row.indicator_set, row.reference_year), inputs_from(kept.inputs)
        _KEPT[key] = rules, inputs, assessed(inputs.streets, rules), kept.result
        if len(_KEPT) > KEPT_MAPS:
            _KEPT.popitem(last=False)
    _KEPT.move_to_end(key)
    rules, inputs, assessment, result = _KEPT[key]
    return Shown(row=row, rules=rules, inputs=inputs, assessment=assessment, result=result)


def history(area: str) -> list[StreetRisk]:
    """A street's published colours, oldest first."""
    rows = StreetRisk.objects.filter(area_code=area, risk_map__status=MapStatus.PUBLISHED.value)
    return list(rows.select_related("risk_map").order_by("risk_map__month"))


def lines_on_screen() -> list[StreetRisk]:
    """The streets of the newest published map, the highest risk first; for the district's screen."""
    newest = RiskMap.objects.filter(status=MapStatus.PUBLISHED.value).order_by("-month").values("pk")[:1]
    rows = StreetRisk.objects.filter(risk_map__in=newest).select_related("risk_map")
    return list(rows.order_by("-level", "-risk", "area_code"))
