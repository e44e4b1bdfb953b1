"""Streams together: additive log-odds of harm, every contribution kept."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reckon.harm.kinds import PEOPLE, Kind, Kinds
from reckon.harm.levels import RAISED, Levels
from reckon.harm.rates import Figures, beliefs, log_ratio, prior_of
from reckon.harm.tally import Evidence

Flags = npt.NDArray[np.bool_]
LevelsFound = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One kind over all enterprises and weeks.

    `sums` [week, stream, enterprise] is each stream's CUSUM, `entering` what of it enters the total: of people's
    streams no more than the number of different people beyond the usual, less a few, allows. `log_odds`
    [week, enterprise] is the kind's prior plus all that enters; `families` counts the independent families that speak;
    `people` and `usual` are different people in the window, and how many are usual there.
    """

    kind: Kind
    evidence: Evidence
    sums: Figures
    entering: Figures
    log_odds: Figures
    families: npt.NDArray[np.int8]
    people: npt.NDArray[np.int32]
    usual: Figures


def assess(*, evidence: Evidence, kinds: Kinds) -> Assessment:
    """Weekly log-odds that an enterprise does harm of this kind."""
    kind = kinds.kinds[evidence.kind]
    families = [kinds.family(stream=stream) for stream in evidence.streams]
    from_people = np.array([family == PEOPLE for family in families])
    sums, usual = _sums(evidence, kind, kinds, from_people)
    recent = recent_sum(counts=evidence.counts, weeks=kinds.window_weeks)
    people = recent[:, from_people].sum(axis=1, dtype=np.int32)
    entering = sums.copy()
    entering[:, from_people] *= _allowed(sums[:, from_people].sum(axis=1), people - usual, kinds)[:, None, :]
    return Assessment(
        kind=kind,
        evidence=evidence,
        sums=sums,
        entering=entering,
        log_odds=entering.sum(axis=1) + kind.prior_log_odds,
        families=_families(entering, families, kinds.family_least),
        people=people,
        usual=usual,
    )


def _allowed(said: Figures, excess: Figures, kinds: Kinds) -> Figures:
    """The share of what people's streams say that enters: at most `per_person` for each person beyond the few."""
    limit = kinds.per_person * np.maximum(excess - kinds.few_people, 0.0)
    return np.asarray(np.minimum(said, limit) / np.where(said > 0.0, said, 1.0))


def _sums(evidence: Evidence, kind: Kind, kinds: Kinds, from_people: Flags) -> tuple[Figures, Figures]:
    """S = min(cap, max(0, fade·S + weight·ln LR)) for each stream by itself: silence in one does not excuse another.

    Also the usual number of people in the window: what the beliefs expect of people's streams.
    """
    prior = prior_of(kind=kind, streams=evidence.streams)
    counts = np.minimum(evidence.counts, prior.weekly_cap)
    sums = np.empty(counts.shape)
    usual = np.empty((counts.shape[0], counts.shape[2]))
    present = np.zeros(counts.shape[1:])
    for week, belief in enumerate(beliefs(evidence=evidence, counts=counts, prior=prior, kinds=kinds)):
        step = log_ratio(counts=counts[week], belief=belief, exposure=evidence.exposure, ratio=prior.ratio)
        present = np.clip(kind.fade * present + prior.weight * step, 0.0, prior.cap)
        sums[week] = present
        usual[week] = (
            (belief.shape / belief.rate)[from_people].sum(axis=0) * evidence.exposure * kinds.window_weeks
        )
    return sums, usual


def _families(entering: Figures, families: list[str], least: float) -> npt.NDArray[np.int8]:
    found = np.zeros((entering.shape[0], entering.shape[2]), dtype=np.int8)
    for family in sorted(set(families)):
        rows = [place for place, name in enumerate(families) if name == family]
        found += entering[:, rows].sum(axis=1) >= least
    return found


def recent_sum(*, counts: npt.NDArray[np.int32], weeks: int) -> npt.NDArray[np.int32]:
    """For each week the sum of this and the weeks before it, so many in all; weeks are the first axis."""
    running = np.cumsum(counts, axis=0, dtype=np.int32)
    recent = running.copy()
    recent[weeks:] -= running[:-weeks]
    return recent


def levels_of(*, assessment: Assessment, levels: Levels) -> LevelsFound:
    """The highest level whose threshold and number of families are reached: [week, enterprise]."""
    found = np.zeros(assessment.log_odds.shape, dtype=np.int8)
    for level in RAISED:
        reached = assessment.log_odds >= levels.thresholds[assessment.kind.code][level]
        found[reached & (assessment.families >= levels.families[level])] = level
    return found
