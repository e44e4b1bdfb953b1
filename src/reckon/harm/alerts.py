"""Alerts: one for each enterprise, kind and time of unrest, with everything that speaks for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from reckon.harm.assessment import Assessment, Flags, LevelsFound, assess, levels_of, recent_sum
from reckon.harm.kinds import Kinds
from reckon.harm.levels import NEXT_STEP, Level, Levels
from reckon.harm.tally import Evidence
from reckon.harm.triggers import Signals, Trigger, TriggerTable, fired


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What a stream adds to the log-odds, what its CUSUM says beyond that and is held back, and its recent count."""

    stream: str
    family: str
    log_odds: float
    held_back: float
    recent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A call for a check, as of its peak week: the first week of the highest level and then of the highest total.

    `log_odds` is `prior_log_odds` plus all contributions. `triggers` are those that fired in its weeks.
    """

    id: str
    enterprise: str
    kind: str
    level: Level
    first_week: int
    last_week: int
    peak_week: int
    log_odds: float
    prior_log_odds: float
    people: int
    usual_people: float
    contributions: tuple[Contribution, ...]
    triggers: tuple[Trigger, ...]
    next_step: str = NEXT_STEP


def alerts_of(
    *, evidence: Evidence, kinds: Kinds, levels: Levels, table: TriggerTable, signals: Signals
) -> tuple[Alert, ...]:
    """All alerts of one kind, ordered by enterprise and first week."""
    assessment = assess(evidence=evidence, kinds=kinds)
    fires = fired(table=table, evidence=evidence, signals=signals)
    rows = {trigger.id: trigger for trigger in table.triggers}
    found = lifted(found=levels_of(assessment=assessment, levels=levels), fires=fires, rows=rows)
    recent = recent_sum(counts=evidence.counts, weeks=kinds.window_weeks)
    alerts = []
    for place in np.flatnonzero(found.any(axis=0)).tolist():
        for first, last in spans(found=found, place=place, quiet=kinds.merge_weeks):
            peak = _peak(assessment, found, place, first, last)
            named = _fired_between(fires, rows, place, first, last)
            alerts.append(
                Alert(
                    id=alert_id(enterprise=evidence.enterprises[place], kind=evidence.kind, first_week=first),
                    enterprise=evidence.enterprises[place],
                    kind=evidence.kind,
                    level=Level(int(found[peak, place])),
                    first_week=first,
                    last_week=last,
                    peak_week=peak,
                    log_odds=float(assessment.log_odds[peak, place]),
                    prior_log_odds=assessment.kind.prior_log_odds,
                    people=int(assessment.people[peak, place]),
                    usual_people=float(assessment.usual[peak, place]),
                    contributions=contributions_at(
                        assessment=assessment, recent=recent, kinds=kinds, week=peak, place=place
                    ),
                    triggers=named,
                )
            )
    return tuple(alerts)


def lifted(*, found: LevelsFound, fires: Mapping[str, Flags], rows: Mapping[str, Trigger]) -> LevelsFound:
    """The levels, lifted to those of the triggers where they fired."""
    for name, flags in fires.items():
        found = np.where(flags, np.maximum(found, np.int8(rows[name].level)), found)
    return found


def alert_id(*, enterprise: str, kind: str, first_week: int) -> str:
    """An id that the same cause keeps while its alert grows."""
    return "a" + blake2b(f"{enterprise}\x1f{kind}\x1f{first_week}".encode(), digest_size=10).hexdigest()


def spans(*, found: LevelsFound, place: int, quiet: int) -> Iterator[tuple[int, int]]:
    """First and last weeks of an enterprise's times above NONE; up to `quiet` weeks of rest do not part them."""
    weeks = np.flatnonzero(found[:, place]).tolist()
    first = last = weeks[0]
    for week in weeks[1:]:
        if week - last > quiet + 1:
            yield first, last
            first = week
        last = week
    yield first, last


def _peak(assessment: Assessment, found: LevelsFound, place: int, first: int, last: int) -> int:
    weeks = range(first, last + 1)
    return max(weeks, key=lambda week: (found[week, place], assessment.log_odds[week, place], -week))


def _fired_between(
    fires: Mapping[str, Flags], rows: Mapping[str, Trigger], place: int, first: int, last: int
) -> tuple[Trigger, ...]:
    return tuple(rows[name] for name, flags in fires.items() if flags[first : last + 1, place].any())


def contributions_at(
    *,
    assessment: Assessment,
    recent: np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    kinds: Kinds,
    week: int,
    place: int,
) -> tuple[Contribution, ...]:
    """Every stream's part in one week for one enterprise; `recent` are the counts of the window: `recent_sum`."""
    return tuple(
        Contribution(
            stream=stream,
            family=kinds.family(stream=stream),
            log_odds=float(assessment.entering[week, row, place]),
            held_back=float(assessment.sums[week, row, place] - assessment.entering[week, row, place]),
            recent=int(recent[week, row, place]),
        )
        for row, stream in enumerate(assessment.evidence.streams)
    )
