"""Reads of alerts: lists, one with its story, and what stands in the way of closing it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from bandeng.organisations.rules import Scope
from bandeng.risk.models import Alert, AlertStep, AlertTask, RiskMap, StreetRisk, Supervision
from bandeng.risk.rules import (
    STREET,
    SURGE_OF,
    AlertKind,
    AlertTaskKind,
    AlertTaskState,
    MapStatus,
    Standing,
    SupervisionState,
    sees_whole_district,
)
from bandeng.risk.scan_rules import Group, surge_settings
from bandeng.risk.selectors.figures import declared, present_month
from bandeng.risk.selectors.maps import set_in_force
from reckon.index import Indicator

Course = tuple[tuple[int, int], ...]
"""Months and colours of an alert: those that it was raised with, then each higher one."""


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


def level_now(alert: Alert) -> int | None:
    """The street's colour on the newest map published after the alert's own; None while there is none.

    A correction of the alert's own month counts: what was raised by mistake can be closed at once.
    """
    newest = RiskMap.objects.filter(status=MapStatus.PUBLISHED.value).order_by("-month").first()
    raised_by = alert.risk_map
    if newest is None or (newest.month, newest.version) <= (
        alert.month,
        raised_by.version if raised_by else 0,
    ):
        return None
    levels = StreetRisk.objects.filter(risk_map=newest, area_code=alert.area_code)
    return levels.values_list("level", flat=True).first()


def standing_of(alert: Alert) -> Standing:
    """What is on record of an alert."""
    tasks = list(alert.tasks.values_list("kind", "state"))
    newest = Supervision.objects.filter(alert=alert).order_by("-id")
    supervision = newest.values_list("state", flat=True).first()
    return Standing(
        level=alert.level,
        present_level=level_now(alert),
        measures=sum(kind == AlertTaskKind.MEASURE.value for kind, _ in tasks),
        open_tasks=sum(state == AlertTaskState.OPEN.value for _, state in tasks),
        supervision=SupervisionState(supervision) if supervision else None,
    )


def courses_of(alerts: Sequence[Alert], *, until: int | None = None) -> dict[int, Course]:
    """For each alert of a colour how it went, up to a month: its first colour, and every higher one since."""
    coloured = [each for each in alerts if each.kind == AlertKind.COLOUR.value]
    firsts = {
        (row.risk_map_id, row.area_code): row.level
        for row in StreetRisk.objects.filter(
            risk_map__in={each.risk_map_id for each in coloured if each.risk_map_id},
            area_code__in={each.area_code for each in coloured},
        )
    }
    told: dict[int, list[tuple[int, int]]] = {}
    steps = AlertStep.objects.filter(alert__in=coloured, act="level").order_by("id")
    for key, text in steps.values_list("alert_id", "text"):
        month, level = (int(part) for part in text.split())
        if until is None or month <= until:
            told.setdefault(key, []).append((month, level))
    return {
        each.pk: _course(
            month=each.month,
            level=firsts.get((each.risk_map_id or 0, each.area_code), each.level),
            told=told.get(each.pk, ()),
        )
        for each in coloured
    }


def _course(*, month: int, level: int, told: Iterable[tuple[int, int]]) -> Course:
    found = [(month, level)]
    for later, higher in told:
        if higher <= found[-1][1]:
            continue
        if later == found[-1][0]:  # a correction of the same month
            found.pop()
        found.append((later, higher))
    return tuple(found)


def alerts_listed(scope: Scope, *, only_open: bool) -> QuerySet[Alert]:
    """The alerts that a post may see: open ones first, the newest first."""
    found = alerts_for(scope)
    if only_open:
        found = found.filter(closed_at__isnull=True)
    # Databases differ in where they put what is not there.
    return found.order_by(F("closed_at").desc(nulls_first=True), "-raised_at", "-id")


def tasks_waiting(scope: Scope) -> int:
    """How many tasks of alerts wait for the post's own organisation."""
    own = AlertTask.objects.filter(organisation_id=scope.organisation_id, alert__closed_at__isnull=True)
    return own.filter(state=AlertTaskState.OPEN.value).count()


def alerts_open(scope: Scope) -> list[Alert]:
    """Open alerts that a post may see, the highest colour first; for the district's screen."""
    return list(alerts_for(scope).filter(closed_at__isnull=True).order_by("-level", "raised_at", "id"))


def subjects_in_force() -> dict[str, Indicator | Group]:
    """What alerts are about, by the code that they keep: the indicators that hold now, and the groups of surges."""
    found: dict[str, Indicator | Group] = {f"{SURGE_OF}{each.code}": each for each in surge_settings().groups}
    row = set_in_force(present_month())
    if row is not None:
        words = declared(indicators=row.indicators, colours=row.colours)
        found |= {each.code: each for each in words.declaration.indicators}
    return found


@dataclass(frozen=True, kw_only=True)
class AlertPage:
    """An alert with its tasks, its story, and what stands in the way of closing it."""

    alert: Alert
    tasks: tuple[AlertTask, ...]
    steps: tuple[AlertStep, ...]
    supervisions: tuple[Supervision, ...]
    standing: Standing
    course: Course
    indicators: tuple[tuple[Indicator, dict[str, float]], ...]

    @property
    def supervision(self) -> Supervision | None:
        """The joint supervision that goes on."""
        under_way = (row for row in self.supervisions if row.state != SupervisionState.RELEASED.value)
        return next(under_way, None)

    @property
    def subject(self) -> Indicator | Group | None:
        """What it is about; None for a street's colour, and for what is declared no more."""
        return self.indicators[0][0] if self.indicators else subjects_in_force().get(self.alert.indicator)


def alert_page(number: int, scope: Scope) -> AlertPage | None:
    """One alert; None for one that the post may not see."""
    alert = alerts_for(scope).select_related("risk_map__indicator_set").filter(pk=number).first()
    if alert is None:
        return None
    return AlertPage(
        alert=alert,
        tasks=tuple(alert.tasks.order_by("id")),
        steps=tuple(alert.steps.order_by("-id")),
        supervisions=tuple(Supervision.objects.filter(alert=alert).order_by("id")),
        standing=standing_of(alert),
        course=courses_of([alert]).get(alert.pk, ((alert.month, alert.level),)),
        indicators=_reasons(alert),
    )


def _reasons(alert: Alert) -> tuple[tuple[Indicator, dict[str, float]], ...]:
    """The reasons with the indicators as they were declared then."""
    kept = alert.risk_map.indicator_set if alert.risk_map else set_in_force(alert.month)
    if kept is None:
        return ()
    known = {
        row.code: row
        for row in declared(indicators=kept.indicators, colours=kept.colours).declaration.indicators
    }
    rows = alert.reasons.get("indicators", [])
    return tuple((known[row["indicator"]], row) for row in rows if row["indicator"] in known)
