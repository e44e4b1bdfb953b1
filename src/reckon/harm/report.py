"""The study's report in Markdown, Chinese first."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from reckon.harm.kinds import Kinds
from reckon.harm.levels import RAISED, Level, Levels
from reckon.harm.simulator import Role
from reckon.harm.study import KindFindings, Plan
from reckon.harm.worlds import World

HEAD = """# 云上智控模拟研究 Simulation study of mass-harm alerts

全部数据为模拟，不含真实企业；数字说明方法在这些情形下的表现，不能代替本区数据上的测定。
All data are generated. The figures say how the method does in these worlds; they are no promise for a real district.

- 每次模拟 {enterprises} 家企业、{weeks} 周（前 {warm_up} 周只用于学习基线）；
  定阈值用种子 {choosing}，报告用种子 {reporting}。
  {enterprises} enterprises and {weeks} weeks a run, the first {warm_up} for the baseline; thresholds chosen on seeds
  {choosing}, everything below measured on seeds {reporting}.
- 目标误报：每企业每年 {targets}。False alarms aimed at, per enterprise and year: watch, attention, urgent.
- 发现：在崩盘周之前（含）达到“关注”及以上。Found: at watch or above no later than the week of the break-down.
"""

CASES = """
## 发现与延迟 Detection and delay

| 类型 kind | 案例 cases | 发现 found (95 %) | 注意 attention | 延迟 median delay, weeks | 90 % | 距崩盘 weeks left |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""

ALARMS = """
## 误报 False alarms per enterprise and year

无害企业（含相似情形）。Among enterprises without harm, look-alikes included.

| 类型 kind | 阈值 thresholds | 企业年 years | 关注 watch | 注意 attention | 紧急 urgent |
| --- | --- | ---: | ---: | ---: | ---: |
"""

BRIGADES = """
## 刷投诉与相似情形 Brigades and look-alikes

达到某级的企业占比，整个评判期：关注 / 注意。少数人：三至五人反复投诉；多人：十二人以上，同一渠道。
Share of enterprises that reached watch / attention at any time judged. Few: three to five people again and again; many:
twelve or more in one stream.

| 类型 kind | 普通企业 plain | 少数人 few | 多人 many | 相似情形 look-alike |
| --- | ---: | ---: | ---: | ---: |
"""


def report_text(
    *, plan: Plan, kinds: Kinds, world: World, levels: Levels, found: Sequence[KindFindings]
) -> str:
    """The whole report."""
    head = HEAD.format(
        enterprises=plan.enterprises,
        weeks=world.weeks,
        warm_up=world.warm_up,
        choosing=_listed(plan.choosing),
        reporting=_listed(plan.reporting),
        targets="、".join(f"{levels.per_year[level]:g}" for level in RAISED),
    )
    parts = [head, CASES, *(_case_row(one, kinds) for one in found)]
    parts += [ALARMS, *(_alarm_row(one, kinds) for one in found)]
    parts += [BRIGADES, *(_brigade_row(one, kinds) for one in found)]
    return "".join(parts)


def wilson(*, successes: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); of nothing, everything is possible."""
    if trials == 0:
        return (0.0, 1.0)
    z, share = 1.959964, successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return (max(0.0, centre - half), min(1.0, centre + half))


def _listed(seeds: Sequence[int]) -> str:
    return ", ".join(str(seed) for seed in seeds)


def _named(one: KindFindings, kinds: Kinds) -> str:
    kind = kinds.kinds[one.kind]
    return f"{kind.name_zh} {kind.name_en}"


def _case_row(one: KindFindings, kinds: Kinds) -> str:
    low, high = wilson(successes=one.found[Level.WATCH], trials=one.cases)
    share, attention = (one.found[level] / max(1, one.cases) for level in (Level.WATCH, Level.ATTENTION))
    return (
        f"| {_named(one, kinds)} | {one.cases} | {share:.1%} ({low:.1%}–{high:.1%}) | {attention:.1%} "
        f"| {_quantile(one.delays, 0.5)} | {_quantile(one.delays, 0.9)} | {_quantile(one.remaining, 0.5)} |\n"
    )


def _quantile(values: Sequence[int], share: float) -> str:
    return f"{np.quantile(values, share):.0f}" if values else "–"


def _alarm_row(one: KindFindings, kinds: Kinds) -> str:
    thresholds = " / ".join(f"{one.thresholds[level]:.1f}" for level in RAISED)
    rates = " | ".join(f"{one.false_alarms[level]:.4f}" for level in RAISED)
    return f"| {_named(one, kinds)} | {thresholds} | {one.years:.0f} | {rates} |\n"


def _brigade_row(one: KindFindings, kinds: Kinds) -> str:
    roles = (Role.PLAIN, Role.BRIGADE, Role.LARGE_BRIGADE, Role.LOOK_ALIKE)
    shares = [" / ".join(f"{one.raised[role][level]:.1%}" for level in RAISED[:2]) for role in roles]
    return f"| {_named(one, kinds)} | {' | '.join(shares)} |\n"
