"""Reads of alerts: lists, one with its story, and what stands in the way of closing it."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bandeng.organisations.rules import Scope
from bandeng.risk.models import Alert, AlertStep, AlertTask, IndicatorSet, RiskMap, StreetRisk, Supervision
from bandeng.risk.rules import (
    STREET,
    AlertTaskKind,
    AlertTaskState,
    MapStatus,
    Standing,
    SupervisionState,
    sees_whole_district,
)
from bandeng.risk.selectors.figures import declared
from reckon.index import Indicator


def alerts_for(scope: Scope) -> QuerySet[Alert]:
    """The alerts that a post may see: its street's, or those in which its organisation has a part."""
    found = Alert.objects.select_related("body").order_by("-raised_at", "-id")
    if sees_whole_district(scope):
        return found
    part = Q(pk__in=AlertTask.objects.filter(organisation_id=scope.organisation_id).values("alert_id"))
    part |= Q(body_id=scope.organisation_id)
    if scope.sees_area and len(scope.area_code) >= STREET:
        part |= Q(area_code=scope.area_code[:STREET])
    return found.filter(part)


def alert_of_street(area: str) -> Alert | None:
    """The open alert of a street's colour."""
    return Alert.objects.filter(area_code=area, indicator="", closed_at__isnull=True).first()


def level_now(area: str, *, since: int) -> int | None:
    """The street's colour on the newest map published after a month; None while there is none."""
    newest = RiskMap.objects.filter(status=MapStatus.PUBLISHED.value).order_by("-month").first()
    if newest is None or newest.month <= since:
        return None
    return StreetRisk.objects.filter(risk_map=newest, area_code=area).values_list("level", flat=True).first()


def standing_of(alert: Alert) -> Standing:
    """What is on record of an alert."""
    tasks = list(alert.tasks.values_list("kind", "state"))
    supervision = Supervision.objects.filter(alert=alert).values_list("state", flat=True).first()
    return Standing(
        level=alert.level,
        present_level=level_now(alert.area_code, since=alert.month),
        measures=sum(kind == AlertTaskKind.MEASURE.value for kind, _ in tasks),
        open_tasks=sum(state == AlertTaskState.OPEN.value for _, state in tasks),
        supervision=SupervisionState(supervision) if supervision else None,
    )


@dataclass(frozen=True, kw_only=True)
class AlertPage:
    """An alert with its tasks, its story, and what stands in the way of closing it."""

    alert: Alert
    tasks: tuple[AlertTask, ...]
    steps: tuple[AlertStep, ...]
    supervision: Supervision | None
    standing: Standing
    indicators: tuple[tuple[Indicator, dict[str, float]], ...]


def alert_page(number: int, scope: Scope) -> AlertPage | None:
    """One alert; None for one that the post may not see."""
    alert = alerts_for(scope).select_related("risk_map__indicator_set").filter(pk=number).first()
    if alert is None:
        return None
    return AlertPage(
        alert=alert,
        tasks=tuple(alert.tasks.order_by("id")),
        steps=tuple(alert.steps.order_by("-id")),
        supervision=Supervision.objects.filter(alert=alert).first(),
        standing=standing_of(alert),
        indicators=_reasons(alert),
    )


def _reasons(alert: Alert) -> tuple[tuple[Indicator, dict[str, float]], ...]:
    """The reasons with the indicators as they were declared then."""
    kept = alert.risk_map.indicator_set if alert.risk_map else IndicatorSet.objects.order_by("-id").first()
    if kept is None:
        return ()
    known = {
        row.code: row
        for row in declared(indicators=kept.indicators, colours=kept.colours).declaration.indicators
    }
    rows = alert.reasons.get("indicators", [])
    return tuple((known[row["indicator"]], row) for row in rows if row["indicator"] in known)
