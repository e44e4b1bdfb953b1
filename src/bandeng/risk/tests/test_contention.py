"""Two act at the same moment: what is signed stays, and one cause is followed up once."""

import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from django.db import transaction

from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.core import clock
from bandeng.core.tests.contention import LONGEST, Meeting, at_once, somebody_waits
from bandeng.dispatch.tests.factories import house
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.clusters import Surge, SurgeFinding, SurveillanceRun
from bandeng.risk.models import Alert, IndicatorSet, MapWorking, ReferenceYear, RiskMap
from bandeng.risk.rules import FindingKind, MapStatus, NotAllowed
from bandeng.risk.selectors.figures import figures_read
from bandeng.risk.services import declaring
from bandeng.risk.services.clusters import NewFinding, finding_add
from bandeng.risk.services.maps import RunRefused, map_draft, map_publish
from bandeng.risk.tests.factories import ACTOR, LAST, MONTHS, NOW, district, history
from bandeng.risk.tests.surges import FACILITIES, MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW):
        yield


def together(*acts: Callable[[], object]) -> list[str]:
    """The acts at one moment; the code of each one's refusal, or "done"."""
    return at_once(*acts, moment=NOW, refusals=(NotAllowed, RunRefused))


@pytest.mark.parametrize("only_first", [True, False])
def test_a_map_that_is_signed_while_a_draft_is_made_stays(only_first: bool) -> None:
    district()
    history()
    looked_at = map_draft(month=LAST, actor=ACTOR)
    signed = Event()

    def sign() -> None:
        with transaction.atomic():
            map_publish(month=LAST, actor=ACTOR, scope=None)
            signed.set()
            until = time.monotonic() + LONGEST
            while not somebody_waits() and time.monotonic() < until:
                time.sleep(0.05)

    def draft() -> None:
        signed.wait(LONGEST)
        map_draft(month=LAST, actor=ACTOR, only_first=only_first)

    assert together(sign, draft) == ["done", "published" if only_first else "done"]
    kept = RiskMap.objects.get(pk=looked_at.pk)
    assert kept.status == MapStatus.PUBLISHED.value and MapWorking.objects.filter(risk_map=kept).exists()
    assert RiskMap.objects.filter(month=LAST).count() == (1 if only_first else 2)


def surge(run: SurveillanceRun, grid: str) -> Surge:
    """A surge of one group in a grid."""
    return Surge.objects.create(
        run=run, kind="cluster", group=FACILITIES, area_code=grid, areas=[grid], first_monday=MONDAY, weeks=1,
        observed=30, expected=2.0, bound=8.0, ratio_low=4.0, ratio_high=20.0, p_value=0.001, adjusted=0.01,
        is_discovery=True, method="mean",
    )  # fmt: skip


def test_two_surges_of_a_street_followed_up_at_once_share_one_alert_or_one_is_refused() -> None:
    built = house()
    run = SurveillanceRun.objects.create(
        monday=MONDAY, made_at=NOW, made_by="x", settings={}, version="x", series=1, scans=1, matters=60,
        clusters=2, rises=0,
    )  # fmt: skip
    surges = [surge(run, grid) for grid in GRIDS if grid.startswith(STREETS[0])][:2]
    who = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])

    def follow(one: Surge) -> None:
        new = NewFinding(kind=FindingKind.FOLLOW_UP, text="派人核实", seen=0)
        finding_add(surge_id=one.pk, new=new, actor=ACTOR, scope=who)

    outcome = together(*((lambda one=one: follow(one)) for one in surges))
    assert set(outcome) <= {"done", "alert_raced"} and "done" in outcome
    alert = Alert.objects.get()
    assert {row.alert_id for row in SurgeFinding.objects.all()} == {alert.pk}
    assert SurgeFinding.objects.count() == outcome.count("done")


def test_a_reference_year_frozen_twice_at_once_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    district()
    history()
    monkeypatch.setattr(declaring, "figures_read", Meeting().before(figures_read))
    rules = IndicatorSet.objects.get()

    def freeze() -> None:
        declaring.reference_year_freeze(indicator_set=rules, first_month=MONTHS[0], actor=ACTOR)

    assert together(freeze, freeze) == ["done", "done"]
    assert ReferenceYear.objects.count() == 1
