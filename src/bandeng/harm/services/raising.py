"""The weekly run: from stream records to alerts, each with the evidence of its week."""

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM
from bandeng.harm.models import Alert, AlertStep, Document, Enterprise, StreamImport, StreamRecord
from bandeng.harm.rules import AlertState, AlertStepKind, DocumentKind, ImportState, NoticeKind
from bandeng.harm.services.gathering import streams_gather
from bandeng.harm.services.judging import (
    Judged,
    Period,
    basis,
    judged,
    period_at,
    records_in,
    values_below,
    values_of,
)
from bandeng.harm.services.notices import alert_tell
from bandeng.harm.services.resolving import enterprises_resolve
from bandeng.harm.services.turns import turn_take
from bandeng.harm.terms import LIMIT_OF_LEVEL, due_after
from reckon.harm import Alert as Raised
from reckon.harm import Level, kinds_in_force

TOLD = {
    AlertStepKind.RAISED: NoticeKind.RAISED,
    AlertStepKind.ROSE: NoticeKind.ROSE,
    AlertStepKind.FELL: NoticeKind.FELL,
}


def harm_run() -> Document:
    """Gather, resolve, judge every kind, raise alerts, keep what the run came to."""
    began = time.perf_counter()
    anew = taken_back()
    gathered = streams_gather()
    resolved = enterprises_resolve(anew=anew)
    counts = alerts_raise()
    today = timezone.localdate(clock.now(), clock.LOCAL)
    content = {
        "gathered": gathered, "records": StreamRecord.objects.count(), "enterprises": resolved.enterprises,
        "pairs": resolved.pairs, "basis": basis(), **counts, "seconds": round(time.perf_counter() - began, 2),
    }  # fmt: skip
    return Document.objects.create(
        kind=DocumentKind.RUN.value, until=today, content=content, made_at=clock.now()
    )


def taken_back() -> bool:
    """Whether a file was taken back since the last run: an enterprise may be named otherwise now, or by nothing."""
    last = Document.objects.filter(kind=DocumentKind.RUN.value).order_by("-made_at").first()
    undone = StreamImport.objects.filter(state=ImportState.UNDONE.value)
    return undone.filter(undone_at__gte=last.made_at).exists() if last else undone.exists()


def files_wait() -> bool:
    """Whether a file was brought in, or taken back, and nothing has been judged since."""
    brought = StreamRecord.objects.filter(imported__isnull=False, enterprise__isnull=True)
    return taken_back() or brought.exists()


@transaction.atomic
def alerts_raise(*, kinds: Iterable[str] | None = None, enterprise_id: int | None = None) -> dict[str, int]:
    """Judge these kinds, or all, up to the present week, for all enterprises or one of them.

    Returns how many alerts are new, risen, fallen and active. What no evidence holds up any longer falls below every
    level and stays open: a person closes it.
    """
    turn_take()
    known, moment = kinds_in_force(), clock.now()
    period = period_at(moment)
    rows = records_in(period, enterprise_id=enterprise_id)
    counts = {"raised": 0, "risen": 0, "fallen": 0, "active": 0}
    for kind in kinds or known.kinds:
        found = judged(kind, rows, period, known)
        for outcome in _kind_write(kind, found, period, moment, enterprise_id):
            counts[outcome] += 1
    return counts


def _kind_write(
    kind: str, found: Judged | None, period: Period, moment: datetime, enterprise_id: int | None
) -> list[str]:
    """What came of every alert of a kind."""
    present = _present(kind, period, enterprise_id)
    firms = _firms(found)
    active_from = period.last - period.first - kinds_in_force().merge_weeks
    outcomes: list[str] = []
    going_on: dict[int, tuple[Alert, Raised]] = {}
    for alert in found.alerts if found else ():
        row = _continued(present[firms[alert.enterprise].pk], alert, period)
        outcomes += ["active"] if alert.last_week >= active_from else []
        if row is not None:
            going_on[row.pk] = (row, alert)  # of several, the newest
        elif found and alert.last_week >= active_from:
            outcomes += _raise(firms[alert.enterprise], values_of(alert, found, period), kind, moment)
    for row, alert in going_on.values():
        if found:
            values = values_of(alert, found, period) | {"first_week": row.first_week}
            outcomes += _bring(row, values, moment)
    for row in (each for own in present.values() for each in own if each.pk not in going_on):
        if row.state != AlertState.CLOSED and row.level > Level.NONE and row.peak_week >= period.first:
            outcomes += _bring(row, values_below(row, found, period), moment)
    return outcomes


def _present(kind: str, period: Period, enterprise_id: int | None) -> dict[int, list[Alert]]:
    """The alerts of a kind that the period's weeks may continue, newest first, by enterprise; locked."""
    rows = Alert.objects.select_for_update(of=("self",)).select_related("enterprise").filter(kind=kind)
    rows = rows.filter(last_week__gte=period.first - kinds_in_force().merge_weeks - 1)
    if enterprise_id is not None:
        rows = rows.filter(enterprise_id=enterprise_id)
    found: dict[int, list[Alert]] = defaultdict(list)
    for row in rows.order_by("-last_week", "-pk"):
        found[row.enterprise_id].append(row)
    return found


def _firms(found: Judged | None) -> dict[str, Enterprise]:
    numbers = {alert.enterprise for alert in found.alerts} if found else set()
    return {row.number: row for row in Enterprise.objects.filter(number__in=numbers)}


def _continued(rows: list[Alert], alert: Raised, period: Period) -> Alert | None:
    """The alert that this one continues: of the same cause, with no more than a short rest between; open ones first."""
    rest = kinds_in_force().merge_weeks + 1
    first, last = period.first + alert.first_week, period.first + alert.last_week
    near = [row for row in rows if row.last_week >= first - rest and row.first_week <= last + rest]
    weeks = {row.first_week for row in near}
    worked_on = (row for row in rows if row.state != AlertState.CLOSED and row.first_week in weeks)
    return next(worked_on, near[0] if near else None)


def _raise(firm: Enterprise, values: dict[str, Any], kind: str, moment: datetime) -> list[str]:
    due = due_after(LIMIT_OF_LEVEL[Level(values["level"])], start=moment)
    row = Alert.objects.create(
        enterprise=firm, kind=kind, state=AlertState.NEW.value, raised_at=moment, changed_at=moment,
        due_at=due, **values,
    )  # fmt: skip
    _step(row, AlertStepKind.RAISED, moment)
    return ["raised"]


def _bring(row: Alert, values: dict[str, Any], moment: datetime) -> list[str]:
    """New evidence for an alert; that of a closed one stays as it was unless its level has risen."""
    closed = row.state == AlertState.CLOSED
    before = (row.closed_level or 0) if closed else row.level
    rose, fell = values["level"] > before, values["level"] < before
    if closed and not rose:
        return []
    if rose:
        values |= _hastened(row, values["level"], moment)
    if closed:
        values |= {"state": AlertState.NEW.value, "outcome": "", "closed_at": None, "closed_level": None}
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_at = moment
    row.save(update_fields=[*values, "changed_at"])
    if not rose and not fell:
        return []
    _step(row, AlertStepKind.ROSE if rose else AlertStepKind.FELL, moment)
    return ["risen" if rose else "fallen"]


def _hastened(row: Alert, level: int, moment: datetime) -> dict[str, Any]:
    """A higher level brings the day nearer, and never puts off one that is set."""
    due = due_after(LIMIT_OF_LEVEL[Level(level)], start=moment)
    set_already = row.due_at if row.state != AlertState.CLOSED else None
    return {"due_at": min((each for each in (due, set_already) if each is not None), default=None)}


def _step(row: Alert, kind: AlertStepKind, moment: datetime) -> None:
    AlertStep.objects.create(
        alert=row, kind=kind.value, state=row.state, level=row.level, actor=SYSTEM.key, at=moment
    )
    audit.record(
        action=f"harm.alert_{kind.value}", subject=row, actor=SYSTEM.key,
        after={"kind": row.kind, "level": row.level, "log_odds": round(row.log_odds, 3)},
    )  # fmt: skip
    alert_tell(alert=row, kind=TOLD[kind], occasion=moment)
