"""The weekly look: what is declared, what is counted, what is found, and that it comes out the same again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.core import clock
from bandeng.core.models import AuditEntry, OutboxEvent
from bandeng.core.outbox import relay
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.tests.factories import house
from bandeng.matters.models import Matter
from bandeng.matters.rules import AccessClass, MatterState
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk import scan_rules
from bandeng.risk.clusters import RunWorking, Surge, SurveillanceRun, WeekCount
from bandeng.risk.rules import NotYours, SurgeKind
from bandeng.risk.scan_calculation import (
    Inputs,
    inputs_kept,
    overlap,
    ratio_interval,
    shares,
    surges_of,
)
from bandeng.risk.scan_rules import SurgeSettings, surge_settings, surge_settings_from, surge_settings_kept
from bandeng.risk.selectors.scan import inputs_read, newest_monday
from bandeng.risk.services import scan
from bandeng.risk.services.scan import (
    surveillance_ask,
    surveillance_check,
    surveillance_follow,
    surveillance_run,
)
from bandeng.risk.tests.factories import NOW
from bandeng.risk.tests.surges import BUSY, CLERK, FACILITIES, MONDAY, matters, weeks_before
from reckon.index.reading import DeclarationInvalid

PLAIN = {
    "valid_from": "2026-01-01", "source": "测试", "detector": "calibrated", "series_weeks": 320, "neighbours": 30,
    "weeks": 6, "runs": 99, "seed": 1, "p_value_most": 0.05, "clusters_most": 3, "reference_weeks": 52,
    "reference_least": 6, "household_cases": 2.0, "discovery_rate": 0.1, "overlap_least": 0.5, "monday_hour": 6,
    "again_hours": 12,
    "group": [{"code": "facilities", "name_zh": "市政设施", "name_en": "Facilities", "category": ["01.01"]}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture
def few_runs(monkeypatch: pytest.MonkeyPatch) -> SurgeSettings:
    # Fifteen groups are tested: with fewer runs no p-value is low enough to stand among them.
    settings = replace(surge_settings(), runs=199)
    for place in (scan, scan_rules):
        monkeypatch.setattr(place, "surge_settings", lambda: settings)
    return settings


def district_of(*, side: int = 12, weeks: int = 60, seed: int = 1, extra: int = 0) -> Inputs:
    """Two streets of side × side grids with two matters a week; `extra` more in five grids, over three weeks."""
    random = np.random.default_rng(seed)
    streets = ("330199001", "330199002")
    grids = tuple(f"{street}001{number:03d}" for street in streets for number in range(side * side // 2))
    counts = random.poisson(0.3, (len(grids), weeks))
    counts[:5, -3:] += extra
    half = len(grids) // 2
    return Inputs(
        monday=MONDAY.isoformat(),
        streets=streets,
        grids=grids,
        points=tuple((100.0 * (number % side), 100.0 * (number // side)) for number in range(len(grids))),
        households=(500,) * len(grids),
        series=(tuple(tuple(part.sum(axis=0).tolist()) for part in (counts[:half], counts[half:])),),
        recent=(
            tuple(
                (grid, week, int(counts[grid, weeks - 6 + week]))
                for grid in range(len(grids))
                for week in range(6)
                if counts[grid, weeks - 6 + week]
            ),
        ),
        reference=(tuple((grid, int(row[:-6].sum())) for grid, row in enumerate(counts)),),
    )


def test_the_shipped_settings_hold_and_can_be_kept_word_for_word() -> None:
    settings = surge_settings()
    assert len(settings.groups) == 15
    kept = json.loads(json.dumps(settings.as_data()))
    assert surge_settings_kept(kept) == settings


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"neighbors": 5}, "Did you mean neighbours"),
        ({"weeks": 0}, "'weeks' is 0"),
        ({"weeks": 2.5}, "whole number"),
        ({"discovery_rate": 0.9}, "'discovery_rate' is 0.9"),
        ({"detector": "own"}, "standard"),
        ({"group": []}, "holds no tables"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DeclarationInvalid, match=words):
        surge_settings_from({**PLAIN, **change})


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ({"category": ["13.04"]}, "voices"),
        ({"category": ["13"]}, "voices"),
        ({"category": ["12.01"]}, "voices"),
        ({"category": "01.01"}, "no codes"),
        ({"code": "petitioners"}, "never scored"),
        ({"name_zh": "信访人"}, "never scored"),
        ({"name_en": "Fines"}, "no quotas"),
        ({"name": "x"}, "not known"),
    ],
)
def test_a_group_of_what_is_never_counted_is_refused(group: dict[str, Any], words: str) -> None:
    rows = [{**PLAIN["group"][0], **group}]  # type: ignore[index]
    with pytest.raises(DeclarationInvalid, match=words):
        surge_settings_from({**PLAIN, "group": rows})


def test_a_planted_cluster_is_found_and_nothing_beside_it() -> None:
    settings = surge_settings_from(PLAIN)
    result = surges_of(inputs=district_of(extra=3), settings=settings)
    clusters = [each for each in result.surges if each.kind == SurgeKind.CLUSTER.value]
    assert len(clusters) == 1
    planted = {f"330199001001{number:03d}" for number in range(5)}
    assert planted <= set(clusters[0].areas)
    assert (clusters[0].weeks, clusters[0].first_monday) == (3, "2026-11-02")
    assert clusters[0].is_discovery
    assert clusters[0].observed > clusters[0].bound > clusters[0].expected
    assert clusters[0].ratio_low < clusters[0].observed / clusters[0].expected < clusters[0].ratio_high
    assert clusters[0].method == "mean"
    assert (result.series, result.scans) == (2, 1)


def test_without_a_cluster_hardly_any_is_named() -> None:
    settings = surge_settings_from({**PLAIN, "runs": 39})
    named = sum(
        any(
            each.kind == SurgeKind.CLUSTER.value
            for each in surges_of(inputs=inputs, settings=settings).surges
        )
        for seed in range(40)
        for inputs in [district_of(seed=seed)]
    )
    # Two of forty are expected; the odds of more than seven are one in three hundred.
    assert named <= 7


def test_a_long_past_gives_season_and_trend() -> None:
    inputs = district_of(weeks=300, extra=3)
    result = surges_of(inputs=inputs, settings=surge_settings_from(PLAIN))
    assert {each.method for each in result.surges} == {"farrington"}
    assert {each.kind for each in result.surges} == {SurgeKind.CLUSTER.value, SurgeKind.RISE.value}


@pytest.mark.parametrize(("weeks", "series", "scans"), [(6, 0, 0), (9, 2, 0), (12, 2, 1)])
def test_a_short_past_is_looked_at_as_far_as_it_allows(weeks: int, series: int, scans: int) -> None:
    result = surges_of(inputs=district_of(weeks=weeks), settings=surge_settings_from(PLAIN))
    assert (result.series, result.scans) == (series, scans)


def test_what_is_kept_of_the_inputs_gives_the_same_result() -> None:
    inputs, settings = district_of(extra=2), surge_settings_from(PLAIN)
    kept = inputs_kept(json.loads(json.dumps(inputs.as_data())))
    assert kept == inputs
    assert surges_of(inputs=kept, settings=settings) == surges_of(inputs=inputs, settings=settings)


@given(
    st.lists(st.integers(0, 60), min_size=8, max_size=8),
    st.lists(st.integers(0, 900), min_size=8, max_size=8),
)
def test_shares_of_a_street_make_one(counts: list[int], households: list[int]) -> None:
    inputs = replace(
        district_of(side=4), households=tuple(households * 1), grids=GRIDS, streets=STREETS,
        points=tuple((float(n), 0.0) for n in range(8)), reference=(tuple(enumerate(counts)),),
    )  # fmt: skip
    share, known = shares(place=0, inputs=inputs, settings=surge_settings_from(PLAIN))
    assert share[:4].sum() == pytest.approx(1.0)
    assert share[4:].sum() == pytest.approx(1.0)
    assert (known >= np.array(counts)).all()
    assert known.sum() == pytest.approx(sum(counts) + 2.0 * 8)


@given(st.integers(0, 500), st.floats(0.02, 500), st.floats(1.0, 9.0))
def test_the_interval_holds_the_ratio_and_widens_with_the_dispersion(
    observed: int, expected: float, dispersion: float
) -> None:
    low, high = ratio_interval(observed=observed, expected=expected, dispersion=dispersion)
    narrow = ratio_interval(observed=observed, expected=expected, dispersion=1.0)
    assert 0.0 <= low <= observed / expected <= high
    assert high - low >= (narrow[1] - narrow[0]) * (1 - 1e-9)


def test_the_interval_of_ten_is_the_exact_one() -> None:
    # Garwood's interval of ten events: 4.795 to 18.390.
    assert ratio_interval(observed=10, expected=1.0, dispersion=1.0) == pytest.approx(
        (4.7954, 18.3904), abs=1e-4
    )


def test_overlap_is_the_share_of_the_smaller() -> None:
    assert overlap(["a", "b"], ["b", "c", "d", "e"]) == 0.5
    assert overlap(["a"], ["b"]) == 0.0


@pytest.mark.django_db
def test_a_week_is_over_on_its_monday_morning() -> None:
    assert newest_monday(hour=6) == MONDAY
    with clock.fixed(NOW.replace(hour=5)):
        assert newest_monday(hour=6) == MONDAY - timedelta(weeks=1)
    with clock.fixed(NOW + timedelta(days=6)):
        assert newest_monday(hour=6) == MONDAY


@pytest.mark.django_db
def test_counts_are_those_of_matters_that_count(few_runs: SurgeSettings) -> None:
    house()
    weeks_before(10)
    first = matters(7)[0]
    Matter.objects.filter(pk=matters(1)[0].pk).update(state=MatterState.MERGED.value, merged_into=first)
    Matter.objects.filter(pk=matters(1)[0].pk).update(state=MatterState.REJECTED.value)
    Matter.objects.filter(pk=matters(1)[0].pk).update(access_class=AccessClass.SEALED.value)
    matters(1, type_code="13.04.03")
    matters(1, type_code="99.01.01")
    matters(2, grid=STREETS[0])
    matters(3, monday=MONDAY + timedelta(weeks=1))
    inputs = inputs_read(few_runs, monday=MONDAY)
    place = [group.code for group in few_runs.groups].index(FACILITIES)
    assert inputs.series[place][0][-1] == 9
    assert inputs.series[place][1][-1] == 0
    newest = [row for row in inputs.recent[place] if row[1] == few_runs.weeks - 1]
    assert newest == [(GRIDS.index(BUSY), few_runs.weeks - 1, 7)]
    before = WeekCount.objects.filter(monday__lt=MONDAY - timedelta(weeks=5))
    assert sum(count for _, count in inputs.reference[place]) == sum(before.values_list("count", flat=True))
    others = [areas for number, areas in enumerate(inputs.series) if number != place]
    assert not any(count for areas in others for weeks in areas for count in weeks)


@pytest.mark.django_db
def test_the_first_week_that_is_looked_at_is_whole(few_runs: SurgeSettings) -> None:
    house()
    matters(1, monday=MONDAY - timedelta(weeks=9) + timedelta(days=2))
    assert inputs_read(few_runs, monday=MONDAY).length == 9
    assert inputs_read(few_runs, monday=MONDAY - timedelta(weeks=30)).length == 0


@pytest.mark.django_db
def test_a_run_is_made_once_and_told(few_runs: SurgeSettings) -> None:
    house()
    weeks_before(200)
    matters(30)
    first = surveillance_run(actor=CLERK)
    assert (first.clusters, first.rises) == (1, 1)
    cluster = first.surges.get(kind=SurgeKind.CLUSTER.value)
    assert cluster.area_code == BUSY
    assert cluster.observed >= 30
    assert surveillance_run(actor=CLERK).pk == first.pk
    assert SurveillanceRun.objects.count() == RunWorking.objects.count() == 1
    assert AuditEntry.objects.filter(action="risk.surveillance_run").count() == 1


@pytest.mark.django_db
def test_a_late_record_makes_another_run_that_goes_on_from_the_first(few_runs: SurgeSettings) -> None:
    house()
    weeks_before(200)
    matters(30)
    first = surveillance_follow()
    assert first is not None
    assert surveillance_follow() is None
    matters(2)
    assert surveillance_follow() is None
    with clock.fixed(NOW + timedelta(hours=few_runs.again_hours)):
        second = surveillance_follow()
    assert second is not None
    began = {row.kind: row for row in first.surges.all()}
    for row in second.surges.all():
        assert row.continues == began[row.kind]
    assert second.surges.get(kind=SurgeKind.CLUSTER.value).observed == began["cluster"].observed + 2


@pytest.mark.django_db
def test_a_run_cut_short_leaves_the_one_before(
    few_runs: SurgeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    house()
    weeks_before(200)
    matters(30)
    monkeypatch.setattr(
        "bandeng.core.audit.record", lambda **_: (_ for _ in ()).throw(RuntimeError("cut short"))
    )
    with pytest.raises(RuntimeError, match="cut short"):
        surveillance_run(actor=SYSTEM)
    assert not SurveillanceRun.objects.exists()
    assert not Surge.objects.exists()


@pytest.mark.django_db
def test_a_run_can_be_repeated_to_the_digit(few_runs: SurgeSettings) -> None:
    house()
    weeks_before(200)
    matters(30)
    made = surveillance_run(actor=SYSTEM)
    found = surveillance_check(number=made.pk)
    assert (found.differences, found.inputs_moved) == ((), False)
    matters(1)
    assert surveillance_check(number=made.pk).inputs_moved
    Surge.objects.filter(run=made).update(observed=29)
    assert "surges[0].observed" in surveillance_check(number=made.pk).differences


@pytest.mark.django_db
def test_a_district_without_grids_or_matters_finds_nothing(few_runs: SurgeSettings) -> None:
    made = surveillance_run(actor=SYSTEM)
    assert (made.series, made.scans, made.matters) == (0, 0, 0)
    house()
    Area.objects.filter(level=Level.GRID.value).update(longitude=None)
    weeks_before(20)
    assert surveillance_run(actor=SYSTEM).scans == 0


@pytest.mark.django_db
def test_asking_for_a_run_takes_the_whole_district(few_runs: SurgeSettings) -> None:
    built = house()
    weeks_before(60)
    street = scope(Duty.SUPERVISE, organisation=built.organisations[STREETS[0]])
    with pytest.raises(NotYours):
        surveillance_ask(actor=CLERK, scope=street)
    centre = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
    surveillance_ask(actor=CLERK, scope=centre)
    assert OutboxEvent.objects.filter(name="SurveillanceAsked", done_at__isnull=True).count() == 1
    while relay():
        pass
    assert SurveillanceRun.objects.get().made_by == CLERK.key
