"""Counting people once, rates, and the sum of evidence."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from reckon.harm import (
    PEOPLE,
    Assessment,
    Evidence,
    Report,
    ReportsInvalid,
    assess,
    distinct,
    evidence_of,
    kinds_in_force,
)
from reckon.harm.assessment import recent_sum
from reckon.harm.rates import Belief, log_ratio

KINDS = kinds_in_force()
KIND = KINDS.kinds["wage_arrears"]
WEEKS = 20
EXPOSURE = {"small": 40.0, "large": 900.0}

REPORTS = st.lists(
    st.builds(
        Report,
        enterprise=st.sampled_from(sorted(EXPOSURE)),
        kind=st.just(KIND.code),
        stream=st.sampled_from(list(KIND.streams)),
        week=st.integers(0, WEEKS - 1),
        source=st.integers(0, 25).map(lambda number: f"p{number}"),
    ),
    max_size=80,
)


def evidence(reports: list[Report], *, weeks: int = WEEKS) -> Evidence:
    return evidence_of(reports=reports, kind=KIND.code, kinds=KINDS, exposure=EXPOSURE, weeks=weeks)


def assessed(reports: list[Report]) -> Assessment:
    return assess(evidence=evidence(reports), kinds=KINDS)


def report(source: str, week: int, stream: str = "matters", enterprise: str = "small") -> Report:
    return Report(enterprise=enterprise, kind=KIND.code, stream=stream, week=week, source=source)


@given(reports=REPORTS)
def test_contributions_and_prior_are_the_total(reports: list[Report]) -> None:
    found = assessed(reports)
    assert np.allclose(found.entering.sum(axis=1) + KIND.prior_log_odds, found.log_odds)
    assert (found.entering <= found.sums + 1e-12).all()
    assert (found.entering >= 0).all()


@given(reports=REPORTS.filter(bool), data=st.data())
def test_the_same_person_again_changes_nothing(reports: list[Report], data: st.DataObject) -> None:
    again = data.draw(st.sampled_from(reports))
    family = KINDS.family(stream=again.stream)
    streams = [name for name in KIND.streams if KINDS.family(stream=name) == family]
    later = data.draw(st.integers(again.week, WEEKS - 1))
    other = replace(
        again, week=later, stream=data.draw(st.sampled_from(streams)) if later > again.week else again.stream
    )
    assert (evidence([*reports, other]).counts == evidence(reports).counts).all()


@given(reports=REPORTS, seed=st.integers(0, 1000))
def test_order_does_not_matter(reports: list[Report], seed: int) -> None:
    shuffled = list(reports)
    Random(seed).shuffle(shuffled)
    assert distinct(reports=shuffled, kinds=KINDS) == distinct(reports=reports, kinds=KINDS)


@given(reports=REPORTS)
def test_who_it_was_does_not_matter(reports: list[Report]) -> None:
    renamed = [replace(one, source="x" + one.source[::-1] + one.source) for one in reports]
    assert distinct(reports=renamed, kinds=KINDS) == distinct(reports=reports, kinds=KINDS)


@given(reports=REPORTS, more=REPORTS)
def test_more_evidence_never_lowers_the_total(reports: list[Report], more: list[Report]) -> None:
    start = WEEKS - KINDS.gap_weeks
    before = evidence([one for one in reports if one.week >= start])
    counts = before.counts + evidence([one for one in more if one.week >= start]).counts
    less = assess(evidence=before, kinds=KINDS)
    greater = assess(evidence=replace(before, counts=counts), kinds=KINDS)
    assert (greater.log_odds >= less.log_odds - 1e-9).all()
    assert (greater.families >= less.families).all()
    assert (greater.sums >= less.sums - 1e-12).all()


@settings(max_examples=40)
@given(
    people=st.integers(1, KINDS.few_people),
    times=st.lists(
        st.tuples(st.integers(0, WEEKS - 1), st.sampled_from(["matters", "clues"])), min_size=1, max_size=60
    ),
)
def test_a_few_people_move_nothing_however_often_they_report(
    people: int, times: list[tuple[int, str]]
) -> None:
    quiet = assessed([])
    loud = assessed(
        [report(f"b{number}", week, stream) for number in range(people) for week, stream in times]
    )
    assert (loud.log_odds == quiet.log_odds).all()
    assert (loud.families == 0).all()


def test_each_person_beyond_the_few_counts_up_to_a_bound() -> None:
    totals = [
        assessed([report(f"p{number}", 19) for number in range(people)]).log_odds[-1, 1]
        for people in range(5, 9)
    ]
    steps = np.diff(totals)
    assert totals[0] == KIND.prior_log_odds
    assert ((steps > 0) & (steps <= KINDS.per_person + 1e-9)).all()


def test_people_streams_are_bounded_by_their_cap() -> None:
    found = assessed([report(f"p{number}", number % WEEKS) for number in range(300)])
    matters = found.evidence.streams.index("matters")
    assert found.entering[:, matters].max() == pytest.approx(KIND.streams["matters"].cap)


def test_a_person_counts_again_after_the_memory() -> None:
    weeks = KINDS.memory_weeks
    counted = distinct(reports=[report("p", 0), report("p", weeks - 1), report("p", weeks)], kinds=KINDS)
    assert sorted(week for _, _, _, week in counted) == [0, weeks]


def test_a_person_counts_once_over_streams_of_a_family_and_documents_apart() -> None:
    counted = distinct(
        reports=[report("p", 3, "clues"), report("p", 3, "matters"), report("p", 3, "court_filings")],
        kinds=KINDS,
    )
    assert {stream for _, _, stream, _ in counted} == {"matters", "court_filings"}


def test_reports_that_are_not_declared_are_refused() -> None:
    with pytest.raises(ReportsInvalid, match="registry_changes"):
        distinct(reports=[report("p", 0, "registry_changes")], kinds=KINDS)
    with pytest.raises(ReportsInvalid, match="week -1"):
        distinct(reports=[report("p", -1)], kinds=KINDS)


@given(
    count=st.integers(0, 40),
    shape=st.floats(0.1, 20),
    rate=st.floats(0.1, 200),
    exposure=st.floats(0.05, 50),
    ratio=st.floats(1.1, 20),
)
def test_log_ratio_is_that_of_two_negative_binomials(
    count: int, shape: float, rate: float, exposure: float, ratio: float
) -> None:
    usual = nbinom.logpmf(count, shape, rate / (rate + exposure))
    harmful = nbinom.logpmf(count, shape, rate / (rate + ratio * exposure))
    belief = Belief(shape=np.array([[shape]]), rate=np.array([[rate]]))
    found = log_ratio(
        counts=np.array([[float(count)]]),
        belief=belief,
        exposure=np.array([exposure]),
        ratio=np.array([[ratio]]),
    )
    assert found[0, 0] == pytest.approx(harmful - usual, abs=1e-6)


def test_log_ratio_worked_by_hand() -> None:
    # Gamma(2, 4) at exposure 1: ln(3^2 · (5/7)^(2+2)) = 2·ln 3 + 4·ln(5/7) = 2.1972 − 1.3459.
    belief = Belief(shape=np.array([[2.0]]), rate=np.array([[4.0]]))
    found = log_ratio(
        counts=np.array([[2.0]]), belief=belief, exposure=np.array([1.0]), ratio=np.array([[3.0]])
    )
    assert found[0, 0] == pytest.approx(0.8513, abs=1e-4)


def test_an_enterprise_that_always_had_reports_is_suspected_less() -> None:
    burst = [report(f"n{number}", 50) for number in range(6)]
    calm = evidence(burst, weeks=51)
    used = evidence(
        [*burst, *(report(f"o{week}-{n}", week) for week in range(38) for n in range(2))], weeks=51
    )
    matters = calm.streams.index("matters")
    row = calm.enterprises.index("small")
    week = [assess(evidence=one, kinds=KINDS).sums[50, matters, row] for one in (calm, used)]
    assert week[1] < week[0]


@given(counts=st.lists(st.integers(0, 9), min_size=1, max_size=30), weeks=st.integers(1, 12))
def test_recent_sum_adds_this_week_and_those_before(counts: list[int], weeks: int) -> None:
    column = np.array(counts, dtype=np.int32)[:, None]
    expected = [sum(counts[max(0, week - weeks + 1) : week + 1]) for week in range(len(counts))]
    assert recent_sum(counts=column, weeks=weeks)[:, 0].tolist() == expected


def test_the_streams_open_to_everybody_are_one_family() -> None:
    assert {name for name, one in KINDS.streams.items() if one.family == PEOPLE} == {"matters", "clues"}
