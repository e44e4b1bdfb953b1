"""The space-time scan: scores by hand, a planted cluster, chance alone."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from reckon.outbreak import ScanInputUnfit, Spread, scan, shipped_scan
from reckon.outbreak.scan import BATCH, _drawn, _highest
from reckon.outbreak.zones import nearest, scores, zone_sums

SETTINGS = replace(shipped_scan(), neighbours=12, weeks=4, runs=99, seed=5)
Floats = NDArray[np.float64]


def places() -> Floats:
    """A grid of 12 × 12 areas, 100 m apart."""
    rows, columns = np.divmod(np.arange(144), 12)
    return np.column_stack([rows, columns]) * 100.0


def chance(seed: int) -> tuple[NDArray[np.int64], Floats]:
    random = np.random.default_rng(seed)
    expected = random.uniform(0.5, 2.0, (144, 6))
    return random.poisson(expected), expected


def test_the_score_is_the_one_by_hand() -> None:
    found = scores(cases=np.array([8.0, 4.0, 2.0]), expected=np.array([4.0, 4.0, 4.0]))
    assert found.tolist() == pytest.approx([8 * np.log(2) - 4, 0.0, 0.0])


def test_zones_grow_by_the_nearest_area_and_by_earlier_weeks() -> None:
    points = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]])
    table = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    areas = nearest(points=points, neighbours=3)
    assert areas.tolist() == [[0, 1, 2], [1, 0, 2], [2, 1, 0]]
    assert zone_sums(table=table, nearest_areas=areas)[0].tolist() == [[10, 11], [30, 33], [70, 77]]
    assert nearest(points=points, neighbours=50).shape == (3, 3)


def test_a_planted_cluster_is_found_where_and_since_when_it_is() -> None:
    cases, expected = chance(1)
    centre = 65
    planted = nearest(points=places(), neighbours=5)[centre]
    cases[planted, -3:] += 4
    result = scan(cases=cases, expected=expected, points=places(), settings=SETTINGS)
    first = result.clusters[0]
    assert set(planted.tolist()) <= set(first.areas)
    assert len(first.areas) <= 7
    assert first.weeks == 3
    assert first.p_value == pytest.approx(0.01)
    assert first.gumbel_p_value < 1e-6
    assert first.cases == cases[list(first.areas), -3:].sum()
    assert first.expected == pytest.approx(expected[list(first.areas), -3:].sum())
    assert first.ratio == first.cases / first.expected
    assert result.zones == 144 * 12 * 4


def test_two_planted_clusters_share_no_area() -> None:
    cases, expected = chance(2)
    for centre in (13, 130):
        cases[nearest(points=places(), neighbours=4)[centre], -2:] += 6
    clusters = scan(cases=cases, expected=expected, points=places(), settings=SETTINGS).clusters
    assert len(clusters) == 2
    assert not set(clusters[0].areas) & set(clusters[1].areas)
    assert clusters[0].score >= clusters[1].score
    assert {13, 130} <= set(clusters[0].areas) | set(clusters[1].areas)


def test_chance_alone_is_called_a_cluster_about_as_often_as_announced() -> None:
    quick = replace(SETTINGS, runs=39, p_value_most=0.2, clusters_most=1)
    named = sum(
        bool(
            scan(cases=cases, expected=expected, points=places(), settings=replace(quick, seed=seed)).clusters
        )
        for seed in range(40)
        for cases, expected in [chance(100 + seed)]
    )
    # Of 40 at one in five, 8 are expected; the odds of fewer than 2, and of more than 16, are one in a thousand.
    assert 2 <= named <= 16


def test_counts_that_spread_more_need_more_to_be_called_a_cluster() -> None:
    cases, expected = chance(3)
    cases[nearest(points=places(), neighbours=4)[40], -2:] += 3
    everything = replace(SETTINGS, p_value_most=1.0, clusters_most=1)
    calm = scan(cases=cases, expected=expected, points=places(), settings=everything)
    wild = scan(cases=cases, expected=expected, points=places(), settings=everything, dispersions=3.0)
    assert calm.clusters[0].score == wild.clusters[0].score
    assert wild.highest.mean() > calm.highest.mean()
    assert wild.clusters[0].gumbel_p_value > calm.clusters[0].gumbel_p_value


def test_the_quick_maximum_equals_the_plain_one() -> None:
    random = np.random.default_rng(4)
    expected = random.uniform(0.5, 2.0, (144, 4))
    areas = nearest(points=places(), neighbours=12)
    zone_expected = zone_sums(table=expected, nearest_areas=areas)
    drawn = random.poisson(expected[:, :, None], (144, 4, 5)).astype(np.float64)
    plain = [
        scores(cases=zone_sums(table=drawn[:, :, run], nearest_areas=areas), expected=zone_expected).max()
        for run in range(5)
    ]
    for needed in (zone_expected, zone_expected + 0.5):
        found = _highest(cases=drawn, expected=zone_expected, nearest_areas=areas, needed=needed)
        assert found == pytest.approx(plain, rel=1e-9)
    usual = zone_expected.astype(np.float32)
    single = _highest(cases=drawn.astype(np.float32), expected=usual, nearest_areas=areas, needed=usual)
    assert single == pytest.approx(plain, abs=1e-3)
    nothing = _highest(
        cases=drawn, expected=zone_expected, nearest_areas=areas, needed=np.full_like(zone_expected, 1e9)
    )
    assert not nothing.any()


def test_runs_after_the_first_ones_are_scored_as_fully_as_they() -> None:
    cases, expected = chance(9)
    everything = replace(SETTINGS, p_value_most=1.0, runs=BATCH * 3)
    quick = scan(cases=cases, expected=expected, points=places(), settings=everything).highest
    areas = nearest(points=places(), neighbours=12)
    zones = zone_sums(table=expected[:, -4:], nearest_areas=areas)
    random, spread = np.random.default_rng(SETTINGS.seed), np.ones(144)
    plain = [
        _highest(
            cases=_drawn(expected=expected[:, -4:], dispersions=spread, runs=BATCH, random=random).astype(float),
            expected=zones, nearest_areas=areas, needed=zones,
        )
        for _ in range(3)
    ]  # fmt: skip
    assert quick == pytest.approx(np.sort(np.concatenate(plain)), rel=1e-5)


@pytest.mark.parametrize("mean", [0.02, 0.3, 4.0])
@pytest.mark.parametrize("dispersion", [1.0, 1.6, 4.0])
def test_counts_by_chance_have_the_mean_and_the_spread(mean: float, dispersion: float) -> None:
    random = np.random.default_rng(17)
    expected = np.full((40, 3), mean)
    drawn = _drawn(expected=expected, dispersions=np.full(40, dispersion), runs=4000, random=random)
    assert drawn.shape == (40, 3, 4000)
    total = drawn.size
    assert drawn.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean * dispersion / total))
    assert drawn.var() / drawn.mean() == pytest.approx(dispersion, rel=0.06)
    # P(0) of a negative binomial, of a Poisson count where it spreads no more.
    none = np.exp(-mean) if dispersion == 1 else dispersion ** (-mean / (dispersion - 1))
    assert (drawn == 0).mean() == pytest.approx(none, abs=0.005)


def test_the_same_seed_gives_the_same_answer() -> None:
    cases, expected = chance(6)
    one, two = (
        scan(cases=cases, expected=expected, points=places(), settings=replace(SETTINGS, p_value_most=1.0))
        for _ in range(2)
    )
    assert one.clusters == two.clusters
    assert (one.highest == two.highest).all()


@pytest.mark.parametrize(
    ("cases", "expected", "points", "words"),
    [
        (np.ones((3, 4)), np.ones((3, 5)), np.zeros((3, 2)), "same areas and weeks"),
        (np.ones((3, 3)), np.ones((3, 3)), np.zeros((3, 2)), "at least 4 weeks"),
        (np.full((3, 4), 0.5), np.ones((3, 4)), np.zeros((3, 2)), "whole numbers"),
        (np.ones((3, 4)), np.zeros((3, 4)), np.zeros((3, 2)), "above 0"),
        (np.ones((3, 4)), np.ones((3, 4)), np.zeros((2, 2)), "3 pairs"),
    ],
)
def test_unfit_tables_are_refused(cases: Floats, expected: Floats, points: Floats, words: str) -> None:
    with pytest.raises(ScanInputUnfit, match=words):
        scan(cases=cases, expected=expected, points=points, settings=SETTINGS)


def test_a_scan_ends_early_only_where_nothing_could_be_named() -> None:
    everything = replace(SETTINGS, p_value_most=1.0, runs=199)
    for seed in range(12):
        cases, expected = chance(300 + seed)
        usual = scan(cases=cases, expected=expected, points=places(), settings=replace(everything, seed=seed))
        quick = scan(
            cases=cases, expected=expected, points=places(),
            settings=replace(everything, seed=seed, p_value_most=0.05),
        )  # fmt: skip
        assert len(usual.highest) == 199
        assert [each.score for each in quick.clusters] == [
            each.score for each in usual.clusters if each.p_value <= 0.05
        ]
        if quick.clusters:
            assert quick.p_value == usual.p_value == quick.clusters[0].p_value
        elif len(quick.highest) < 199:
            assert quick.p_value == 11 / len(quick.highest)


def test_the_p_value_of_a_whole_scan_is_even_by_chance() -> None:
    quick = replace(SETTINGS, runs=59)
    found = []
    for seed in range(80):
        cases, expected = chance(500 + seed)
        settings = replace(quick, seed=seed)
        found.append(scan(cases=cases, expected=expected, points=places(), settings=settings).p_value)
    assert np.mean(np.array(found) <= 0.25) == pytest.approx(0.25, abs=0.13)
    assert np.mean(found) == pytest.approx(0.5, abs=0.13)


def test_the_bound_of_a_zone_is_where_its_score_reaches_the_runs() -> None:
    cases, expected = chance(1)
    cases[nearest(points=places(), neighbours=5)[65], -3:] += 4
    result = scan(cases=cases, expected=expected, points=places(), settings=SETTINGS)
    for usual in (0.2, 4.0, 90.0):
        bound = result.bound(expected=usual, chance=0.05)
        above = scores(cases=np.array([bound + 0.01]), expected=np.array([usual]))[0]
        below = scores(cases=np.array([bound - 0.01]), expected=np.array([usual]))[0]
        assert usual < bound
        assert (result.highest >= above).mean() <= 0.06
        assert (result.highest >= below).mean() >= 0.04
    first = result.clusters[0]
    assert first.cases > result.bound(expected=first.expected, chance=0.05)


def test_areas_with_good_and_bad_weeks_together_spread_as_their_group_does() -> None:
    random = np.random.default_rng(8)
    expected = np.full((50, 2), 0.4)
    groups = np.repeat([0, 1], 25)
    spread = Spread(groups=groups, dispersions=np.array([1.0, 3.0]), known=np.full(50, 1e6))
    drawn = spread.drawn(expected=expected, runs=6000, random=random)
    assert drawn.shape == (50, 2, 6000)
    sums = [drawn[groups == group].sum(axis=0) for group in (0, 1)]
    for total, dispersion in zip(sums, (1.0, 3.0), strict=True):
        assert total.mean() == pytest.approx(10.0, rel=0.02)
        assert total.var() / total.mean() == pytest.approx(dispersion, rel=0.07)
    # A single area of twenty-five hardly spreads more than a Poisson count.
    assert drawn[30].var() / drawn[30].mean() == pytest.approx(1.08, abs=0.06)
    few = replace(spread, dispersions=np.ones(2), known=np.full(50, 2.0))
    uncertain = few.drawn(expected=expected, runs=6000, random=random)[0].sum(axis=0)
    assert uncertain.var() / uncertain.mean() == pytest.approx(1.4, rel=0.08)
