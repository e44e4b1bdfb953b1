"""The weekly run: from stream records to alerts, each with the evidence of its week."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from bandeng.core import audit, clock
from bandeng.core.rules import SYSTEM
from bandeng.harm.models import Alert, AlertStep, Document, Enterprise, StreamRecord
from bandeng.harm.rules import CHANGES, AlertState, AlertStepKind, DocumentKind
from bandeng.harm.rules.weeks import monday_of, week_of
from bandeng.harm.services.gathering import streams_gather
from bandeng.harm.services.resolving import enterprises_resolve
from bandeng.harm.terms import due_after, terms
from reckon.harm import Alert as Raised
from reckon.harm import (
    Assessment,
    Kinds,
    Level,
    Report,
    alerts_of,
    assess,
    evidence_of,
    kinds_in_force,
    levels_in_force,
    levels_text,
    triggers_in_force,
)

LIMIT_OF = {Level.WATCH: "watch", Level.ATTENTION: "attention", Level.URGENT: "urgent"}


@dataclass(frozen=True)
class Period:
    """The weeks that are judged together, by number."""

    first: int
    weeks: int

    @property
    def last(self) -> int:
        """The present week."""
        return self.first + self.weeks - 1


@dataclass(frozen=True)
class Judged:
    """One kind: its alerts, and the assessment that they come from."""

    alerts: tuple[Raised, ...]
    assessment: Assessment
    places: Mapping[str, int]


def harm_run() -> Document:
    """Gather, resolve, judge every kind, raise alerts, keep what the run came to."""
    began = time.perf_counter()
    gathered = streams_gather()
    resolved = enterprises_resolve()
    counts = alerts_raise()
    today = timezone.localdate(clock.now(), clock.LOCAL)
    content = {
        "gathered": gathered, "records": StreamRecord.objects.count(), "enterprises": resolved.enterprises,
        "pairs": resolved.pairs, "basis": basis(), **counts, "seconds": round(time.perf_counter() - began, 2),
    }  # fmt: skip
    return Document.objects.create(
        kind=DocumentKind.RUN.value, until=today, content=content, made_at=clock.now()
    )


def basis() -> str:
    """The digest of the kinds, levels and triggers in force."""
    text = f"{kinds_in_force()}{levels_text(levels=levels_in_force())}{triggers_in_force()}"
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def alerts_raise(*, kinds: Iterable[str] | None = None) -> dict[str, int]:
    """Judge these kinds, or all, up to the present week; returns how many alerts are new, risen and active."""
    known, moment = kinds_in_force(), clock.now()
    weeks = terms().periods["window_weeks"]
    period = Period(week_of(timezone.localdate(moment, clock.LOCAL)) - weeks + 1, weeks)
    rows = _rows(period)
    counts = {"raised": 0, "risen": 0, "unchanged": 0}
    for kind in kinds or known.kinds:
        judged = _judged(kind, rows, period, known)
        for alert in judged.alerts if judged else ():
            if judged and period.first + alert.last_week >= period.last - known.merge_weeks:
                counts[_write(alert, judged, period, moment)] += 1
    return {"raised": counts["raised"], "risen": counts["risen"], "active": sum(counts.values())}


def _rows(period: Period) -> list[StreamRecord]:
    rows = StreamRecord.objects.filter(
        happened_on__gte=monday_of(period.first),
        enterprise__isnull=False,
        enterprise__merged_into__isnull=True,
    )
    return list(rows.select_related("enterprise").order_by("pk"))


def _judged(kind: str, rows: list[StreamRecord], period: Period, known: Kinds) -> Judged | None:
    streams = known.kinds[kind].streams
    speaking = [
        row for row in rows
        if row.stream in streams and (row.kind == kind or (row.stream == CHANGES and not row.kind))
    ]  # fmt: skip
    facts = [row for row in rows if row.fact and row.kind in {kind, ""}]
    firms = {row.enterprise.number: row.enterprise for row in (*speaking, *facts) if row.enterprise}
    if not firms:
        return None
    exposure = {number: _exposure(firm, known.kinds[kind].exposure) for number, firm in firms.items()}
    evidence = evidence_of(
        reports=[each for row in speaking for each in _reports(row, kind, period)],
        kind=kind, kinds=known, exposure=exposure, weeks=period.weeks,
    )  # fmt: skip
    places = {number: place for place, number in enumerate(evidence.enterprises)}
    found = alerts_of(
        evidence=evidence, kinds=known, levels=levels_in_force(), table=triggers_in_force(),
        signals=_signals(facts, places, period),
    )  # fmt: skip
    return Judged(found, assess(evidence=evidence, kinds=known), places)


def _exposure(firm: Enterprise, name: str) -> float:
    return float(getattr(firm, name) or terms().exposure[name])


def _reports(row: StreamRecord, kind: str, period: Period) -> list[Report]:
    """One for each person behind a record: a document of twelve claimants speaks for twelve."""
    if row.enterprise is None:
        return []
    week = week_of(row.happened_on) - period.first
    return [
        Report(
            enterprise=row.enterprise.number, kind=kind, stream=row.stream, week=week,
            source=row.token if not number else f"{row.token}#{number}",
        )
        for number in range(row.people)
    ]  # fmt: skip


def _signals(
    facts: list[StreamRecord], places: Mapping[str, int], period: Period
) -> dict[str, np.ndarray[Any, np.dtype[np.int32]]]:
    found: dict[str, np.ndarray[Any, np.dtype[np.int32]]] = defaultdict(
        lambda: np.zeros((period.weeks, len(places)), dtype=np.int32)
    )
    for row in facts:
        if row.enterprise is not None and row.enterprise.number in places:
            week = week_of(row.happened_on) - period.first
            found[row.fact][week, places[row.enterprise.number]] += row.people
    return dict(found)


def _write(alert: Raised, judged: Judged, period: Period, moment: datetime) -> str:
    """Bring an alert up to date, or raise it; evidence of a closed one stays as it was unless its level has risen."""
    firm = Enterprise.objects.get(number=alert.enterprise)
    values = _values(alert, judged, period) | {"changed_at": moment}
    row = _present(firm, alert, period)
    if row is None:
        row = Alert.objects.create(
            enterprise=firm, kind=alert.kind, state=AlertState.NEW.value, raised_at=moment,
            due_at=due_after(LIMIT_OF[alert.level], start=moment), **values,
        )  # fmt: skip
        _step(row, AlertStepKind.RAISED, moment)
        return "raised"
    level_before = row.closed_level if row.state == AlertState.CLOSED else row.level
    rose = alert.level > (level_before or 0)
    if row.state == AlertState.CLOSED and not rose:
        return "unchanged"
    values["first_week"] = row.first_week
    if rose:
        values |= {"due_at": due_after(LIMIT_OF[alert.level], start=moment)}
        if row.state == AlertState.CLOSED:
            values |= {
                "state": AlertState.NEW.value, "outcome": "", "closed_at": None, "closed_level": None
            }  # fmt: skip
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    if rose:
        _step(row, AlertStepKind.ROSE, moment)
        return "risen"
    return "unchanged"


def _present(firm: Enterprise, alert: Raised, period: Period) -> Alert | None:
    """The alert that this one continues: of the same cause, with no more than a short rest between."""
    rest = kinds_in_force().merge_weeks + 1
    rows = Alert.objects.select_for_update().filter(
        enterprise=firm,
        kind=alert.kind,
        last_week__gte=period.first + alert.first_week - rest,
        first_week__lte=period.first + alert.last_week + rest,
    )
    return rows.order_by("-last_week").first()


def _values(alert: Raised, judged: Judged, period: Period) -> dict[str, Any]:
    return {
        "level": int(alert.level),
        "first_week": period.first + alert.first_week,
        "last_week": period.first + alert.last_week,
        "peak_week": period.first + alert.peak_week,
        "log_odds": alert.log_odds,
        "prior_log_odds": alert.prior_log_odds,
        "people": alert.people,
        "usual_people": alert.usual_people,
        "contributions": [
            {"stream": one.stream, "log_odds": one.log_odds, "held_back": one.held_back, "recent": one.recent}
            for one in alert.contributions
        ],
        "triggers": [trigger.id for trigger in alert.triggers],
        "chart": _chart(judged, judged.places[alert.enterprise], period),
        "basis": basis(),
    }


def _chart(judged: Judged, place: int, period: Period) -> list[list[Any]]:
    """The last weeks: total log-odds, and what each stream adds."""
    found, shown = judged.assessment, terms().periods["chart_weeks"]
    return [
        [
            period.first + week,
            round(float(found.log_odds[week, place]), 2),
            {
                stream: round(float(found.entering[week, row, place]), 2)
                for row, stream in enumerate(found.evidence.streams)
                if found.entering[week, row, place] > 0
            },
        ]
        for week in range(period.weeks - shown, period.weeks)
    ]


def _step(row: Alert, kind: AlertStepKind, moment: datetime) -> None:
    AlertStep.objects.create(
        alert=row, kind=kind.value, state=row.state, level=row.level, actor=SYSTEM.key, at=moment
    )
    audit.record(
        action=f"harm.alert_{kind.value}", subject=row, actor=SYSTEM.key,
        after={"kind": row.kind, "level": row.level, "log_odds": round(row.log_odds, 3)},
    )  # fmt: skip
