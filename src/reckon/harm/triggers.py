"""Hard triggers: a decision table of facts that call for a check, whatever the rates say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from reckon.harm.assessment import Flags, recent_sum
from reckon.harm.documents import DataInvalid, exactly, shipped, within
from reckon.harm.kinds import PEOPLE, Kinds, kinds_in_force
from reckon.harm.levels import RAISED, Level
from reckon.harm.tally import Evidence

Signals = Mapping[str, npt.NDArray[np.int32]]
"""Confirmed signals by name: how many in [week, enterprise]. A signal that is not given did not occur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A fact that a person in office has confirmed."""

    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """At least so many of a stream's reports, or of a signal, within so many weeks."""

    fact: str
    weeks: int
    at_least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One row of the table: all conditions together."""

    id: str
    kind: str
    level: Level
    reason_zh: str
    reason_en: str
    source: str
    source_en: str = field(repr=False)  # a translation changes no basis of an alert
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerTable:
    """All rows in order. Every row that holds fires; the highest level counts."""

    valid_from: str
    signals: Mapping[str, Signal]
    triggers: tuple[Trigger, ...]


def triggers_from(data: Mapping[str, Any], *, kinds: Kinds) -> TriggerTable:
    """A table from plain values. Raises DataInvalid, also for a row that people alone could meet."""
    exactly(data, keys=("valid_from", "signals", "triggers"), where="triggers")
    signals = {code: _signal(code, row) for code, row in data["signals"].items()}
    triggers = tuple(_trigger(row, kinds, signals) for row in data["triggers"])
    if len({trigger.id for trigger in triggers}) != len(triggers):
        raise DataInvalid("triggers: two rows have one id")
    return TriggerTable(valid_from=str(data["valid_from"]), signals=signals, triggers=triggers)


def _signal(code: str, row: Mapping[str, Any]) -> Signal:
    exactly(row, keys=("name_zh", "name_en"), where=f"signal {code}")
    return Signal(code=code, **row)


def _trigger(row: Mapping[str, Any], kinds: Kinds, signals: Mapping[str, Signal]) -> Trigger:
    where = f"trigger {row.get('id', '?')}"
    exactly(
        row,
        keys=("id", "kind", "level", "reason_zh", "reason_en", "source", "source_en", "when"),
        where=where,
    )
    if row["kind"] not in kinds.kinds:
        raise DataInvalid(f"{where}: unknown kind {row['kind']}")
    levels = {level.name.lower(): level for level in RAISED}
    if row["level"] not in levels:
        raise DataInvalid(f"{where}: unknown level {row['level']}; there are {', '.join(levels)}")
    streams = kinds.kinds[row["kind"]].streams
    when = tuple(_condition(condition, where, {*streams, *signals}) for condition in row["when"])
    # A handful of accounts must never reach a level by themselves.
    if all(one.fact in streams and kinds.family(stream=one.fact) == PEOPLE for one in when):
        raise DataInvalid(f"{where}: needs a condition on a signal, or on a stream of offices or courts")
    return Trigger(**{**row, "level": levels[row["level"]], "when": when})


def _condition(row: Mapping[str, Any], where: str, facts: set[str]) -> Condition:
    exactly(row, keys=("fact", "weeks", "at_least"), where=where)
    if row["fact"] not in facts:
        raise DataInvalid(f"{where}: unknown fact {row['fact']}")
    within(row["weeks"], low=1, high=520, where=f"{where}, weeks")
    within(row["at_least"], low=1, high=10_000, where=f"{where}, at_least")
    return Condition(**row)


@cache
def triggers_in_force() -> TriggerTable:
    """The table shipped with the program."""
    return triggers_from(shipped(name="triggers.toml"), kinds=kinds_in_force())


def fired(*, table: TriggerTable, evidence: Evidence, signals: Signals) -> dict[str, Flags]:
    """For each trigger of the evidence's kind, where it holds: [week, enterprise]."""
    return {
        trigger.id: np.logical_and.reduce([_holds(one, evidence, signals) for one in trigger.when])
        for trigger in table.triggers
        if trigger.kind == evidence.kind
    }


def _holds(condition: Condition, evidence: Evidence, signals: Signals) -> Flags:
    if condition.fact in evidence.streams:
        counts = evidence.counts[:, evidence.streams.index(condition.fact)]
    elif condition.fact in signals:
        counts = signals[condition.fact]
    else:
        return np.zeros((evidence.counts.shape[0], evidence.counts.shape[2]), dtype=np.bool_)
    return np.asarray(recent_sum(counts=counts, weeks=condition.weeks) >= condition.at_least)
