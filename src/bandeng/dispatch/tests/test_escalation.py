"""Reminders, overdue notices and the climb, each once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.core import clock
from bandeng.core.verification import verify
from bandeng.dispatch.models import Notice
from bandeng.dispatch.services import dispatching, handling, pausing
from bandeng.dispatch.services.dispatching import CoHandler
from bandeng.dispatch.services.escalation import Ticked, clocks_tick
from bandeng.dispatch.tests.stories import HOUSE, Stage, actor_of, audited, fresh, kinds_of, later
from bandeng.matters.models import Matter
from bandeng.matters.tests.factories import MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def tick(**delta: float) -> Ticked:
    with later(**delta) as moment:
        return clocks_tick(now=moment)


def handled_in_time(stage: Stage, *, lead_code: str = "city_management") -> Matter:
    """A matter being handled: only its main clock runs."""
    matter = stage.opened().matter
    if lead_code != "city_management":
        Matter.objects.filter(pk=matter.pk).update(lead_id=stage.organisation_id(lead_code))
    handling.matter_start(matter_id=matter.pk, actor=actor_of(stage.centre), scope=None)
    return fresh(matter)


def told(matter: Matter) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(matter=matter).exclude(kind="assigned").order_by("id")
    return [(row.kind, row.organisation.code) for row in rows]


def test_reminders_at_half_and_at_four_fifths(stage: Stage) -> None:
    matter = handled_in_time(stage)
    assert tick(days=1) == Ticked()
    assert tick(days=3) == Ticked(reminders=1)
    assert tick(days=3, minutes=5) == Ticked()
    assert tick(days=4, hours=7) == Ticked(reminders=1)
    assert told(matter) == [("reminder", "city_management")] * 2
    assert kinds_of(matter)[-2:] == ["reminded", "reminded"]
    assert audited("matter.reminded", matter.pk).actor == "system"


def test_overdue_climbs_street_then_district(stage: Stage) -> None:
    matter = handled_in_time(stage)
    assert matter.due_at is not None
    after = matter.due_at - MORNING
    assert clock_at(after + timedelta(minutes=1)) == Ticked(overdue=1)
    assert clock_at(after + timedelta(days=1, hours=16)) == Ticked(escalations=1)
    assert fresh(matter).escalation_level == 2
    assert clock_at(after + timedelta(days=2, hours=17)) == Ticked(escalations=1)
    assert fresh(matter).escalation_level == 1
    assert clock_at(after + timedelta(days=9)) == Ticked()
    assert told(matter) == [
        ("overdue", "city_management"),
        ("escalated", STREETS[0]),
        ("escalated", "command_centre"),
    ]


def clock_at(delta: timedelta) -> Ticked:
    return tick(seconds=delta.total_seconds())


def test_overdue_of_a_grid_team_climbs_all_levels_at_once_after_a_long_silence(stage: Stage) -> None:
    matter = handled_in_time(stage, lead_code=GRIDS[0])
    assert tick(days=30) == Ticked(overdue=1, escalations=3)
    assert [code for kind, code in told(matter) if kind == "escalated"] == [
        GRIDS[0][:12],
        STREETS[0],
        "command_centre",
    ]
    assert tick(days=31) == Ticked()


def test_step_limit_of_acceptance(stage: Stage) -> None:
    matter = stage.opened().matter
    assert tick(days=1, hours=1) == Ticked(overdue=1)
    assert told(matter) == [("overdue", "city_management")]


def test_a_paused_clock_asks_for_nothing_and_counts_on_after(stage: Stage) -> None:
    matter = handled_in_time(stage)
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(stage.centre), "scope": stage.centre}
    with later(days=1):
        pausing.matter_pause(reason="等待", **given)
    assert tick(days=20) == Ticked()
    with later(days=21):
        pausing.matter_resume(**given)
        assert clocks_tick() == Ticked()
    assert tick(days=23) == Ticked(reminders=1)


def test_tick_costs_the_same_queries_for_many_matters(stage: Stage) -> None:
    counts = []
    for number in (1, 30):
        for _ in range(number):
            handled_in_time(stage)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert tick(days=30).overdue == number
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_co_handler_is_told_once_of_its_own_limit(stage: Stage) -> None:
    matter = handled_in_time(stage)
    asked = [CoHandler(organisation_id=stage.organisation_id("police"), limit="1wd")]
    dispatching.co_handlers_add(matter_id=matter.pk, co_handlers=asked, actor=HOUSE, scope=None)
    assert tick(days=1) == Ticked()
    assert tick(days=1, hours=9) == Ticked(co_handlers=1)
    assert tick(days=2) == Ticked()
    assert told(matter) == [("overdue", "police")]


def test_unknown_calendar_is_left_alone(stage: Stage) -> None:
    matter = handled_in_time(stage)
    Matter.objects.filter(pk=matter.pk).update(due_at=datetime.fromisoformat("2031-01-01T10:00:00+08:00"))
    assert tick(days=1) == Ticked()


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_everything_once() -> None:
    with clock.fixed(MORNING):
        stage = Stage()
        matters = [handled_in_time(stage) for _ in range(12)]
    together = Barrier(2)

    def work() -> Ticked:
        together.wait(timeout=20)
        try:
            return tick(days=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        first, second = (done.result() for done in [workers.submit(work), workers.submit(work)])
    assert first + second == Ticked(overdue=len(matters), escalations=2 * len(matters))
    assert tick(days=30) == Ticked()
    assert verify().whole
