"""Stream records become evidence, and evidence alerts: reads only."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone

from bandeng.core import clock
from bandeng.harm.models import Alert, Enterprise, StreamRecord
from bandeng.harm.rules import CHANGES
from bandeng.harm.rules.weeks import monday_of, week_of
from bandeng.harm.terms import terms
from reckon.harm import Alert as Raised
from reckon.harm import (
    Assessment,
    Contribution,
    Kinds,
    Level,
    Report,
    alerts_of,
    assess,
    contributions_at,
    evidence_of,
    kinds_in_force,
    levels_in_force,
    levels_text,
    recent_sum,
    triggers_in_force,
)


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


def period_at(moment: datetime) -> Period:
    """The weeks that are judged at a moment."""
    weeks = terms().periods["window_weeks"]
    return Period(week_of(timezone.localdate(moment, clock.LOCAL)) - weeks + 1, weeks)


def basis() -> str:
    """The digest of the kinds, levels and triggers in force."""
    text = f"{kinds_in_force()}{levels_text(levels=levels_in_force())}{triggers_in_force()}"
    return hashlib.sha256(text.encode()).hexdigest()


def records_in(period: Period, *, enterprise_id: int | None = None) -> list[StreamRecord]:
    """The records of a period, of all enterprises or of one."""
    rows = StreamRecord.objects.filter(
        happened_on__gte=monday_of(period.first),
        enterprise__isnull=False,
        enterprise__merged_into__isnull=True,
    )
    if enterprise_id is not None:
        rows = rows.filter(enterprise_id=enterprise_id)
    return list(rows.select_related("enterprise").order_by("pk"))


def judged(kind: str, rows: list[StreamRecord], period: Period, known: Kinds) -> Judged | None:
    """One kind over all enterprises of these records; None where none of them speaks of it."""
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


def values_of(alert: Raised, found: Judged, period: Period) -> dict[str, Any]:
    """An alert's evidence as its row keeps it."""
    return {
        "level": int(alert.level),
        "first_week": period.first + alert.first_week,
        "last_week": period.first + alert.last_week,
        "peak_week": period.first + alert.peak_week,
        "log_odds": alert.log_odds,
        "prior_log_odds": alert.prior_log_odds,
        "people": alert.people,
        "usual_people": alert.usual_people,
        "contributions": _kept(alert.contributions),
        "triggers": [trigger.id for trigger in alert.triggers],
        "chart": _chart(found, found.places[alert.enterprise], period),
        "basis": basis(),
    }


def values_below(row: Alert, found: Judged | None, period: Period) -> dict[str, Any]:
    """What stands of an alert whose level is no longer reached: the evidence of its peak week as it is known now."""
    place = found.places.get(row.enterprise.number) if found else None
    week = min(max(row.peak_week - period.first, 0), period.weeks - 1)
    prior = kinds_in_force().kinds[row.kind].prior_log_odds
    values: dict[str, Any] = {
        "level": int(Level.NONE), "log_odds": prior, "prior_log_odds": prior, "people": 0, "usual_people": 0.0,
        "contributions": [], "triggers": [], "chart": [], "basis": basis(),
    }  # fmt: skip
    if found is None or place is None:
        return values
    assessed, known = found.assessment, kinds_in_force()
    recent = recent_sum(counts=assessed.evidence.counts, weeks=known.window_weeks)
    parts = contributions_at(assessment=assessed, recent=recent, kinds=known, week=week, place=place)
    return values | {
        "log_odds": float(assessed.log_odds[week, place]),
        "people": int(assessed.people[week, place]),
        "usual_people": float(assessed.usual[week, place]),
        "contributions": _kept(parts),
        "chart": _chart(found, place, period),
    }


def _kept(parts: tuple[Contribution, ...]) -> list[dict[str, Any]]:
    return [
        {"stream": one.stream, "log_odds": one.log_odds, "held_back": one.held_back, "recent": one.recent}
        for one in parts
    ]


def _chart(found: Judged, place: int, period: Period) -> list[list[Any]]:
    """The last weeks: total log-odds, and what each stream adds."""
    assessed, shown = found.assessment, terms().periods["chart_weeks"]
    return [
        [
            period.first + week,
            round(float(assessed.log_odds[week, place]), 2),
            {
                stream: round(float(assessed.entering[week, row, place]), 2)
                for row, stream in enumerate(assessed.evidence.streams)
                if assessed.entering[week, row, place] > 0
            },
        ]
        for week in range(period.weeks - shown, period.weeks)
    ]
