"""What pages show of surges and clusters: the lines of a run, one surge with its weeks, the matters behind it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from django.db.models import Q, QuerySet

from bandeng.dispatch.selectors import visible
from bandeng.matters.models import Matter
from bandeng.organisations.rules import Scope
from bandeng.risk.clusters import RunWorking, Surge, SurgeFinding, SurveillanceRun
from bandeng.risk.rules import STREET, SurgeKind, leads_street, may_publish, sees_street
from bandeng.risk.scan_calculation import Inputs, baseline_of, inputs_kept, judgements_of, shares
from bandeng.risk.scan_rules import Group, SurgeSettings, surge_settings_kept
from bandeng.risk.selectors.scan import counted

WEEK = timedelta(weeks=1)
WEEKS_SHOWN = 26
KEPT_RUNS = 8


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a run's table."""

    surge: Surge
    group: Group
    newest: int  # matters in the newest week
    since: date  # when it was first seen
    finding: SurgeFinding | None
    rise: Surge | None  # the same group's rise in the cluster's street

    @property
    def excess(self) -> float:
        """Matters more than expected."""
        return self.surge.observed - self.surge.expected

    @property
    def ratio(self) -> float:
        """Matters for each one expected."""
        return self.surge.observed / self.surge.expected

    @property
    def street(self) -> str:
        """The street, of a cluster that of its middle."""
        return self.surge.area_code[:STREET]

    @property
    def last_monday(self) -> date:
        """First day of its last week."""
        return self.surge.first_monday + (self.surge.weeks - 1) * WEEK

    @property
    def last_day(self) -> date:
        """Sunday of its last week."""
        return self.last_monday + timedelta(days=6)

    @property
    def is_cluster(self) -> bool:
        """Whether it is about neighbouring grids rather than a street."""
        return self.surge.kind == SurgeKind.CLUSTER.value


@dataclass(frozen=True, kw_only=True)
class RunShown:
    """A run as far as the viewer may see it."""

    run: SurveillanceRun
    settings: SurgeSettings
    lines: tuple[Line, ...]  # discoveries that go on first, by matters above expectation
    single: tuple[Line, ...]  # alarms that do not stand when all series are looked at together
    hidden: int  # surges of other streets
    has_earlier: bool  # a look before this one, without which nothing can be called new

    @property
    def last_day(self) -> date:
        """Sunday of the newest week."""
        return self.run.monday + timedelta(days=6)

    @property
    def clusters(self) -> int:
        """Clusters among the lines."""
        return sum(line.is_cluster for line in self.lines)

    @property
    def rises(self) -> int:
        """Rises among the lines, those beside a cluster counted as well."""
        return sum(not line.is_cluster or line.rise is not None for line in self.lines)

    @property
    def fresh(self) -> int:
        """Lines that no earlier run had."""
        return sum(line.surge.continues_id is None for line in self.lines)

    @property
    def open(self) -> int:
        """Lines that nobody has looked into."""
        return sum(line.finding is None for line in self.lines)


def runs() -> QuerySet[SurveillanceRun]:
    """All runs, the newest first."""
    return SurveillanceRun.objects.order_by("-monday", "-id").defer("settings")


def run_newest() -> SurveillanceRun | None:
    """The newest run of the newest week."""
    return SurveillanceRun.objects.order_by("-monday", "-id").first()


def run_numbered(run_id: int) -> SurveillanceRun | None:
    """One run by its number."""
    return SurveillanceRun.objects.filter(pk=run_id).first()


def sees_surge(scope: Scope, surge: Surge) -> bool:
    """Whether a post may open a surge: one of its areas lies in a street that it may see."""
    return any(sees_street(scope, street) for street in {area[:STREET] for area in surge.areas})


def judges_surge(scope: Scope, surge: Surge) -> bool:
    """Whether a post may say what came of it: who answers for its street or the whole district."""
    return may_publish(scope) or leads_street(scope, surge.area_code[:STREET])


def run_shown(run: SurveillanceRun, scope: Scope) -> RunShown:
    """A run's lines, as far as the viewer may see them."""
    settings, working = surge_settings_kept(run.settings), working_of(run)
    rows = list(run.surges.select_related("continues__run").order_by("id"))
    seen = [row for row in rows if sees_surge(scope, row)]
    found = findings_of(seen)
    rises = {(row.group, row.area_code): row for row in seen if row.kind == SurgeKind.RISE.value}
    beside = {
        (row.group, row.area_code[:STREET])
        for row in seen
        if row.kind == SurgeKind.CLUSTER.value and row.is_discovery
    }
    lines = [
        line_of(row, settings=settings, inputs=working, findings=found, rises=rises)
        for row in seen
        if row.kind == SurgeKind.CLUSTER.value or (row.group, row.area_code) not in beside
    ]
    lines.sort(key=lambda line: (line.newest == 0, -line.excess, line.surge.pk))
    return RunShown(
        run=run,
        settings=settings,
        lines=tuple(line for line in lines if line.surge.is_discovery),
        single=tuple(line for line in lines if not line.surge.is_discovery),
        hidden=len(rows) - len(seen),
        has_earlier=SurveillanceRun.objects.filter(pk__lt=run.pk).exists(),
    )


def line_of(
    surge: Surge,
    *,
    settings: SurgeSettings,
    inputs: Inputs,
    findings: dict[int, SurgeFinding],
    rises: dict[tuple[str, str], Surge],
) -> Line:
    """A row with what belongs beside it."""
    group = next(group for group in settings.groups if group.code == surge.group)
    is_cluster = surge.kind == SurgeKind.CLUSTER.value
    first = surge.continues or surge
    return Line(
        surge=surge,
        group=group,
        newest=weeks_of(surge, settings=settings, inputs=inputs)[-1],
        since=first.run.monday,
        finding=findings.get(first.pk),
        rise=rises.get((surge.group, surge.area_code[:STREET])) if is_cluster else None,
    )


def rise_line(line: Line, rise: Surge, *, shown: RunShown) -> Line:
    """The line of a rise that stands beside a cluster's, which is looked into together with it."""
    weeks = weeks_of(rise, settings=shown.settings, inputs=working_of(shown.run))
    return replace(line, surge=rise, newest=weeks[-1], since=(rise.continues or rise).run.monday, rise=None)


def findings_of(surges: Sequence[Surge]) -> dict[int, SurgeFinding]:
    """The newest finding by the surge where each began."""
    firsts = {surge.continues_id or surge.pk for surge in surges}
    rows = SurgeFinding.objects.filter(Q(surge_id__in=firsts) | Q(surge__continues_id__in=firsts))
    return {
        row.surge.continues_id or row.surge_id: row
        for row in rows.select_related("surge", "alert").order_by("id")
    }


def history_of(surge: Surge) -> list[SurgeFinding]:
    """Everything that was ever found about a surge, the newest first."""
    first = surge.continues_id or surge.pk
    rows = SurgeFinding.objects.filter(Q(surge_id=first) | Q(surge__continues_id=first))
    return list(rows.select_related("alert", "surge__run").order_by("-id"))


def working_of(run: SurveillanceRun) -> Inputs:
    """What a run was made of."""
    return _working(run.pk, run.inputs_digest)


@lru_cache(maxsize=KEPT_RUNS)
def _working(run_id: int, digest: str) -> Inputs:
    """Kept in memory, because a run never changes; the digest says that it is still the same one."""
    return inputs_kept(RunWorking.objects.get(run_id=run_id, run__inputs_digest=digest).inputs)


def weeks_of(surge: Surge, *, settings: SurgeSettings, inputs: Inputs) -> list[int]:
    """Matters of each scanned week in a surge's areas, the newest last."""
    place = [group.code for group in settings.groups].index(surge.group)
    if surge.kind == SurgeKind.RISE.value:
        return list(inputs.series[place][inputs.streets.index(surge.area_code)][-settings.weeks :])
    weeks, areas = [0] * settings.weeks, set(surge.areas)
    for grid, week, count in inputs.recent[place]:
        if inputs.grids[grid] in areas:
            weeks[week] += count
    return weeks


@dataclass(frozen=True, kw_only=True)
class Week:
    """One week of a chart."""

    monday: date
    count: int
    expected: float | None
    bound: float | None  # counts above it alarm
    is_in: bool  # belongs to the surge


def weeks_charted(surge: Surge) -> tuple[Week, ...]:
    """The weeks behind a surge with what was expected of them, the newest last."""
    run = surge.run
    settings, inputs = surge_settings_kept(run.settings), working_of(run)
    place = [group.code for group in settings.groups].index(surge.group)
    if surge.kind == SurgeKind.RISE.value:
        return _of_street(surge, place=place, settings=settings, inputs=inputs)
    return _of_grids(surge, place=place, settings=settings, inputs=inputs)


def _of_street(surge: Surge, *, place: int, settings: SurgeSettings, inputs: Inputs) -> tuple[Week, ...]:
    street = inputs.streets.index(surge.area_code)
    series = inputs.series[place][street]
    one = Inputs(
        **{
            **inputs.__dict__,
            "streets": (surge.area_code,),
            "series": ((series,),),
            "recent": (),
            "reference": (),
        }
    )
    judged = judgements_of(inputs=one, settings=settings, weeks=WEEKS_SHOWN)
    shown = min(WEEKS_SHOWN, inputs.length)
    known = 0 if judged is None else len(judged.weeks)
    monday = date.fromisoformat(inputs.monday)
    weeks = []
    for back in range(shown - 1, -1, -1):
        column = known - 1 - back
        is_judged = judged is not None and column >= 0
        weeks.append(
            Week(
                monday=monday - back * WEEK,
                count=series[len(series) - 1 - back],
                expected=float(judged.expected[0, column]) if judged is not None and is_judged else None,
                bound=float(judged.upper_bound[0, column]) if judged is not None and is_judged else None,
                is_in=back == 0,
            )
        )
    return tuple(weeks)


def _of_grids(surge: Surge, *, place: int, settings: SurgeSettings, inputs: Inputs) -> tuple[Week, ...]:
    judged = judgements_of(inputs=inputs, settings=settings, weeks=settings.weeks)
    baseline = baseline_of(place=place, inputs=inputs, settings=settings, judged=judged)
    share, _ = shares(place=place, inputs=inputs, settings=settings)
    wanted, expected = set(surge.areas), np.zeros(settings.weeks)
    for row, grid in enumerate(inputs.grids):
        if grid in wanted and baseline is not None:
            expected += share[row] * baseline.expected[inputs.streets.index(grid[:STREET])]
    first = date.fromisoformat(inputs.monday) - (settings.weeks - 1) * WEEK
    return tuple(
        Week(
            monday=first + number * WEEK,
            count=count,
            expected=float(expected[number]),
            bound=None,
            is_in=first + number * WEEK >= surge.first_monday,
        )
        for number, count in enumerate(weeks_of(surge, settings=settings, inputs=inputs))
    )


def surge_for(surge_id: int, scope: Scope) -> Surge | None:
    """One surge; None for one that the post may not see."""
    found = Surge.objects.select_related("run", "continues__run").filter(pk=surge_id).first()
    return found if found is not None and sees_surge(scope, found) else None


def surge_line(surge: Surge) -> Line:
    """One surge as its own page shows it."""
    settings = surge_settings_kept(surge.run.settings)
    rises = Surge.objects.filter(
        run=surge.run, kind=SurgeKind.RISE.value, group=surge.group, area_code=surge.area_code[:STREET]
    )
    return line_of(
        surge,
        settings=settings,
        inputs=working_of(surge.run),
        findings=findings_of([surge]),
        rises={(row.group, row.area_code): row for row in rises},
    )


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The matters of a surge."""

    seen: QuerySet[Matter]
    hidden: int  # counted, but not for this post to see
    elsewhere: int  # known from the former system only, or changed since


def matters_behind(line: Line, scope: Scope) -> Behind:
    """The matters that a surge counts, as far as the viewer may see them, the newest first."""
    surge = line.surge
    places = Q()
    for area in surge.areas:
        places |= (
            Q(area_code=area) if surge.kind == SurgeKind.CLUSTER.value else Q(area_code__startswith=area)
        )
    found = counted((line.group,), first=surge.first_monday, last=line.last_monday).filter(places)
    keys = found.values("pk")
    seen = visible(scope).filter(pk__in=keys).defer("text", "answers").order_by("-opened_at", "-id")
    total, shown = found.count(), seen.count()
    return Behind(seen=seen, hidden=total - shown, elsewhere=max(surge.observed - total, 0))
