"""The limit of the present step: kept with its start, standing still in pauses, moved by a new calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from bandeng.core import clock
from bandeng.dispatch.models import Merge, Notice
from bandeng.dispatch.services import handling, merging, pausing, verifying
from bandeng.dispatch.services.calendars import calendar_recompute, calendar_year_set
from bandeng.dispatch.services.recomputing import Moved, Recomputation
from bandeng.dispatch.tests.stories import Stage, actor_of, audited, fresh, kinds_of, later
from bandeng.matters.models import Matter
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def holidays(stage: Stage, *days: date, **given: Any) -> Recomputation:
    scope = stage.scope("command_centre", Duty.RULES)
    return calendar_year_set(
        year=2026, holidays=days, makeup_days=[], source="通知（测试）", actor=actor_of(scope), scope=scope, **given
    )  # fmt: skip


def of_steps(result: Recomputation) -> list[Moved]:
    return [each for each in result.moved if each.step]


def centre(stage: Stage, matter: Matter) -> dict[str, Any]:
    return {"matter_id": matter.pk, "actor": actor_of(stage.centre), "scope": stage.centre}


def lead(stage: Stage, matter: Matter) -> dict[str, Any]:
    scope = stage.handler("city_management")
    return {"matter_id": matter.pk, "actor": actor_of(scope), "scope": scope}


def test_new_calendar_moves_the_limit_of_acceptance_and_says_so(stage: Stage) -> None:
    matter = stage.opened().matter
    before = fresh(matter)
    assert (before.step_from, before.step_limit) == (before.clock_from, "8wh")
    assert before.step_due_at == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    dry = holidays(stage, TUESDAY, dry_run=True)
    assert fresh(matter).step_due_at == before.step_due_at
    result = holidays(stage, TUESDAY)
    assert dry == result
    after = fresh(matter)
    assert after.step_due_at == datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
    moved = of_steps(result)
    assert [(each.number, each.old, each.new, each.days) for each in moved] == [
        (matter.number, before.step_due_at, after.step_due_at, ("2026-11-24",))
    ]
    assert kinds_of(matter)[-2:] == ["recomputed", "recomputed"]
    assert "step_due_at" in audited("matter.recomputed", matter.pk).content
    assert Notice.objects.filter(kind="recomputed").count() == 1
    assert holidays(stage, TUESDAY).moved == []


def test_new_calendar_moves_the_limit_of_verification_but_not_the_deadline(stage: Stage) -> None:
    matter = stage.opened().matter
    handling.matter_start(**lead(stage, matter))
    assert fresh(matter).step_from is None and fresh(matter).step_limit is None
    with later(hours=2):
        handling.matter_handled(result="已修复", **lead(stage, matter))
    kept = fresh(matter)
    assert kept.step_from == datetime(2026, 11, 23, 4, 0, tzinfo=UTC) and kept.step_limit == "2wd"
    result = holidays(stage, WEDNESDAY)
    assert [(each.step, each.new) for each in result.moved] == [(True, fresh(matter).step_due_at)]
    assert fresh(matter).step_due_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert fresh(matter).due_at == kept.due_at
    verifying.matter_close(**centre(stage, matter))
    assert fresh(matter).step_from is None
    assert holidays(stage).moved == []


def test_limit_of_a_step_stands_still_in_a_pause_and_stays_so_under_a_new_calendar(stage: Stage) -> None:
    matter = stage.opened().matter
    with later(hours=1):
        pausing.matter_pause(reason="等待材料", **centre(stage, matter))
    assert fresh(matter).step_due_at is None and fresh(matter).step_from is not None
    assert holidays(stage, TUESDAY).moved == []
    with later(days=3):
        pausing.matter_resume(**centre(stage, matter))
        resumed = fresh(matter).step_due_at
    # One hour was used before the pause; Tuesday is a holiday now, and Thursday goes on from 10:00.
    assert resumed == datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
    assert [each.new for each in of_steps(holidays(stage))] == []
    assert [each.new for each in of_steps(holidays(stage, date(2026, 11, 27)))] == [
        datetime(2026, 11, 30, 1, 30, tzinfo=UTC)
    ]


def test_step_whose_year_was_unknown_gets_its_limit_with_the_year(stage: Stage) -> None:
    with clock.fixed(datetime(2026, 12, 31, 8, 0, tzinfo=UTC)):
        matter = stage.opened().matter
        assert fresh(matter).step_due_at is None and fresh(matter).step_from is not None
        scope = stage.scope("command_centre", Duty.RULES)
        calendar_year_set(
            year=2027, holidays=[date(2027, 1, 1)], makeup_days=[], source="通知（测试）", actor=actor_of(scope),
            scope=scope,
        )  # fmt: skip
        assert fresh(matter).step_due_at is not None


def test_merge_keeps_the_step_and_undoing_restores_it(stage: Stage) -> None:
    child, target = stage.opened().matter, stage.opened().matter
    before = fresh(child)
    merging.matter_merge(
        child_id=child.pk, target_id=target.pk, actor=actor_of(stage.centre), scope=stage.centre
    )
    assert fresh(child).step_from is None
    merging.merge_undo(child_id=child.pk, actor=actor_of(stage.centre), scope=stage.centre)
    after = fresh(child)
    assert (after.step_from, after.step_limit, after.step_due_at) == (
        before.step_from, before.step_limit, before.step_due_at,
    )  # fmt: skip


def test_merge_of_before_the_start_was_kept_can_be_undone(stage: Stage) -> None:
    child, target = stage.opened().matter, stage.opened().matter
    merging.matter_merge(
        child_id=child.pk, target_id=target.pk, actor=actor_of(stage.centre), scope=stage.centre
    )
    merge = Merge.objects.get()
    del merge.before["step_from"], merge.before["step_limit"]
    merge.save()
    merging.merge_undo(child_id=child.pk, actor=actor_of(stage.centre), scope=stage.centre)
    assert fresh(child).step_from is None and fresh(child).step_due_at is not None


def test_migration_finds_the_start_of_the_present_step(stage: Stage) -> None:
    opened, returned, started, closed = (stage.opened().matter for _ in range(4))
    with later(hours=3):
        handling.matter_return(reason="不属我局", **lead(stage, returned))
    handling.matter_start(**lead(stage, started))
    handling.matter_start(**lead(stage, closed))
    handling.matter_handled(result="已修复", **lead(stage, closed))
    verifying.matter_close(**centre(stage, closed))
    known = {row.pk: (row.step_from, row.step_due_at) for row in Matter.objects.all()}
    Matter.objects.update(step_from=None, step_limit=None)
    fill = import_module("bandeng.matters.migrations.0005_step_from_filled").fill
    fill(apps, connection.schema_editor)
    assert {row.pk: (row.step_from, row.step_due_at) for row in Matter.objects.all()} == known
    assert known[returned.pk][0] == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
    assert known[opened.pk][0] is not None and known[started.pk][0] is None and known[closed.pk][0] is None
    # Without a limit of its own the type's counts, so nothing moves that was right.
    assert calendar_recompute().moved == []
