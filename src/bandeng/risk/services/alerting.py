"""Alerts: raised by a published map or by the detector, each with what was expected, what was seen, and why."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bandeng.core import audit, clock
from bandeng.core.outbox import publish
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.calendar import due
from bandeng.organisations.selectors import directory
from bandeng.risk.events import AlertRaised
from bandeng.risk.models import Alert, AlertStep, AlertTask, RiskMap
from bandeng.risk.rules import AlertKind, AlertTaskKind, settings_in_force
from bandeng.risk.selectors.maps import Shown, shown
from reckon.colours import Colour
from reckon.index import NEUTRAL

ALARMING = Colour.ORANGE


@dataclass(frozen=True, kw_only=True)
class Raising:
    """An alert about to be raised."""

    kind: AlertKind
    area_code: str
    month: int
    expected: float
    observed: float
    bound: float
    reasons: dict[str, Any]
    indicator: str = ""
    level: int = -1
    risk_map: RiskMap | None = None


def alerts_raise(made: RiskMap) -> int:
    """Raise an alert for every orange or red street without an open one, and tell open ones of the new colour."""
    view, raised = shown(made), 0
    levels = dict(made.streets.values_list("area_code", "level"))
    for alert in Alert.objects.filter(
        area_code__in=levels, closed_at__isnull=True, kind=AlertKind.COLOUR.value
    ):
        level = levels.pop(alert.area_code)
        _tell_level(alert, made, level)
    for area, level in sorted(levels.items()):
        if level >= ALARMING:
            raised += alert_raise(_of_colour(view, area=area, level=level)) is not None
    return raised


def _tell_level(alert: Alert, made: RiskMap, level: int) -> None:
    """A new map is a line of the story; a street that has turned red takes more than an orange one."""
    AlertStep.objects.create(
        alert=alert,
        at=clock.now(),
        actor=SYSTEM.key,
        state=alert.state,
        act="level",
        text=f"{made.month} {level}",
    )
    if level > alert.level:
        alert.level = level
        alert.save(update_fields=["level"])


def _of_colour(view: Shown, *, area: str, level: int) -> Raising:
    settings = settings_in_force()
    row = view.place(area)
    return Raising(
        kind=AlertKind.COLOUR,
        area_code=area,
        month=view.row.month,
        expected=NEUTRAL,
        observed=float(view.result["streets"]["risk"][row] or 0.0),
        bound=_bound(view, row=row, level=level),
        level=level,
        risk_map=view.row,
        reasons={
            "indicators": reasons_of(view, row=row, count=settings.reasons),
            "communities": communities_of(view, area=area, count=settings.communities),
        },
    )


def _bound(view: Shown, *, row: int, level: int) -> float:
    """The risk from which the street has its colour: the cut, or for a colour that is kept what is below its margin."""
    cuts = view.rules.colours.master
    cut = cuts.cuts[level - 1]
    risk = view.result["streets"]["risk"][row]
    return cut if risk is None or risk >= cut else cut - cuts.margin


def reasons_of(view: Shown, *, row: int, count: int) -> list[dict[str, Any]]:
    """The indicators that add most to a street's risk, with what was expected of them."""
    streets, codes = view.result["streets"], view.rules.declaration.codes
    added = streets["contributions"][row]
    order = sorted(range(len(codes)), key=lambda place: -added[place])
    return [
        {
            "indicator": codes[place],
            "added": added[place],
            "observed": streets["observed"][row][place],
            "expected": streets["expected"][row][place],
            "low": streets["ratio_low"][row][place],
            "high": streets["ratio_high"][row][place],
        }
        for place in order[:count]
        if added[place] > 0.0
    ]


def communities_of(view: Shown, *, area: str, count: int) -> list[dict[str, Any]]:
    """The street's communities that add most to the indicator that adds most to its risk."""
    row = view.place(area)
    added = view.result["streets"]["contributions"][row]
    worst = max(range(len(added)), key=lambda place: added[place])
    found = view.result["communities"]
    rows = [place for place, code in enumerate(view.inputs.communities.areas) if code.startswith(area)]
    rows.sort(key=lambda place: -found["contributions"][place][worst])
    return [
        {"area": view.inputs.communities.areas[place], "added": found["contributions"][place][worst]}
        for place in rows[:count]
        if found["contributions"][place][worst] > 0.0
    ]


@transaction.atomic
def alert_raise(new: Raising, *, by_person: bool = False) -> Alert | None:
    """Raise an alert with the street's self-examination as its first task; None while an earlier one is open.

    `by_person`: somebody asks for it, for whom a week that was looked into is not over.
    """
    same = Alert.objects.filter(area_code=new.area_code, indicator=new.indicator)
    if same.filter(closed_at__isnull=True).exists():
        return None
    # A week that was looked into and closed is not raised again when the detector next judges it.
    week = "" if by_person else new.reasons.get("week")
    if week and same.filter(reasons__week=week).exists():
        return None
    moment = clock.now()
    alert = Alert.objects.create(**(vars(new) | {"kind": new.kind.value}), raised_at=moment)
    AlertStep.objects.create(alert=alert, at=moment, actor=SYSTEM.key, state=alert.state, act="raised")
    street = directory().by_code.get(new.area_code)
    if street is not None:
        AlertTask.objects.create(
            alert=alert,
            kind=AlertTaskKind.EXAMINATION.value,
            title="",
            organisation_id=street.pk,
            due_at=due(start=moment, limit=settings_in_force().examination_limit).at,
            created_at=moment,
        )
    audit.record(
        action="risk.alert_raised",
        subject=alert,
        actor=SYSTEM.key,
        after={"area": new.area_code, "indicator": new.indicator, "level": new.level},
    )
    publish(AlertRaised(alert_id=alert.pk, area_code=new.area_code))
    return alert
