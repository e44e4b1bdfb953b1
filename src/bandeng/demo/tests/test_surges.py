"""The demo's weekly past, and what stands out in its month."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import clock
from bandeng.demo.surges import DISPERSION, Rates, rates_of, register_rows, surges_load
from bandeng.dispatch.tests.factories import house
from bandeng.ledger.rules import LOCAL
from bandeng.risk.clusters import SurveillanceRun, WeekCount
from bandeng.risk.tests.surges import BUSY, MONDAY, matters

UNTIL = datetime(2026, 11, 23, 15, 25, tzinfo=LOCAL)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(UNTIL):
        yield


def test_the_register_has_the_rates_that_it_is_made_of() -> None:
    rates = Rates(
        grids=GRIDS, groups=("noise", "air"), weekly=np.outer([8.0, 2.0], np.full(8, 0.125)), first=MONDAY
    )
    rows = list(register_rows(rates=rates, random=np.random.default_rng(1)))
    weeks = len({row.monday for row in rows})
    for group, mean in (("noise", 8.0), ("air", 2.0)):
        total = sum(row.count for row in rows if row.group == group)
        assert total / weeks == pytest.approx(mean, abs=4 * np.sqrt(mean * (DISPERSION + 0.5) / weeks))
    assert max(row.monday for row in rows) < MONDAY
    assert {len(row.area_code) for row in rows} == {9, 15}


@pytest.mark.django_db
def test_a_hot_spot_does_not_count_as_usual_and_so_stands_out() -> None:
    house()
    for back in range(1, 5):
        for grid in GRIDS:
            matters(1, grid=grid, monday=MONDAY - timedelta(weeks=back))
    matters(25, grid=BUSY)
    rates = rates_of(until=UNTIL)
    assert rates is not None
    usual = rates.weekly[rates.groups.index("facilities")]
    assert usual[GRIDS.index(BUSY)] < 3 * np.median(usual)
    surges_load(until=UNTIL, seed=1)
    run = SurveillanceRun.objects.get()
    assert run.clusters == 1
    assert run.surges.get(kind="cluster").area_code == BUSY
    first = WeekCount.objects.order_by("-monday").values_list("monday", flat=True).first()
    assert first is not None
    assert first < MONDAY - timedelta(weeks=4)


@pytest.mark.django_db
def test_without_matters_there_is_nothing_to_tell() -> None:
    house()
    surges_load(until=UNTIL, seed=1)
    assert not SurveillanceRun.objects.exists()
