"""The study of how well alerts do, on generated enterprises; kept as a dated report."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.utils import timezone

from bandeng.core import clock
from bandeng.harm.models import Document
from bandeng.harm.rules import DocumentKind
from bandeng.harm.services.judging import basis
from reckon.harm import (
    KindFindings,
    Level,
    Plan,
    Role,
    findings,
    kinds_in_force,
    levels_in_force,
    triggers_in_force,
    world_in_force,
)
from reckon.harm.levels import RAISED
from reckon.harm.report import wilson

UNUSED = (0,)
"""Nothing is chosen here: the levels in force are measured as they are."""


def study_run(*, enterprises: int, seeds: Sequence[int]) -> Document:
    """Measure detection, delay and false alarms of the levels in force. Raises ValueError for seed 0 or none."""
    plan = Plan(enterprises=enterprises, choosing=UNUSED, reporting=tuple(seeds))
    kinds, world = kinds_in_force(), world_in_force()
    found = findings(
        plan=plan, kinds=kinds, world=world, levels=levels_in_force(), table=triggers_in_force()
    )  # fmt: skip
    content = {
        "basis": basis(),
        "enterprises": enterprises,
        "seeds": list(seeds),
        "weeks": world.weeks,
        "warm_up": world.warm_up,
        "targets": _by_level(levels_in_force().per_year),
        "rows": [_row(one) for one in found],
    }
    return Document.objects.create(
        kind=DocumentKind.STUDY.value,
        until=timezone.localdate(clock.now(), clock.LOCAL),
        content=content,
        made_at=clock.now(),
    )


def _row(one: KindFindings) -> dict[str, object]:
    low, high = wilson(successes=one.found[Level.WATCH], trials=one.cases)
    return {
        "kind": one.kind,
        "cases": one.cases,
        "found": _by_level(one.found),
        "interval": [round(low, 4), round(high, 4)],
        "delay": _quantiles(one.delays),
        "remaining": _quantiles(one.remaining),
        "years": round(one.years, 1),
        "false_alarms": _by_level(one.false_alarms),
        "brigade": _by_level(one.raised[Role.BRIGADE]),
        "large_brigade": _by_level(one.raised[Role.LARGE_BRIGADE]),
        "look_alike": _by_level(one.raised[Role.LOOK_ALIKE]),
    }


def _by_level(figures: Mapping[Level, float]) -> list[float]:
    return [round(float(figures[level]), 5) for level in RAISED]


def _quantiles(weeks: Sequence[int]) -> list[int] | None:
    """Median and ninth decile; None of nothing."""
    return [round(float(np.quantile(weeks, share))) for share in (0.5, 0.9)] if weeks else None
