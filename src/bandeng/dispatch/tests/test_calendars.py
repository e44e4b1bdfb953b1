"""Calendar years set, deadlines recomputed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bandeng.core import clock
from bandeng.dispatch.models import CalendarYear, Notice, Task
from bandeng.dispatch.services import pausing
from bandeng.dispatch.services.calendars import (
    CalendarInvalid,
    calendar_load,
    calendar_year_set,
    work_hours_set,
)
from bandeng.dispatch.services.recomputing import Recomputation
from bandeng.dispatch.tests.stories import Stage, actor_of, audited, fresh, kinds_of, later
from bandeng.matters.models import Matter
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty, DutyMissing

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 11, 27)
NOTICE = "国务院办公厅通知（测试）"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def set_year(stage: Stage, **changed: object) -> Recomputation:
    given: dict[str, object] = {
        "year": 2026,
        "holidays": [FRIDAY],
        "makeup_days": [],
        "source": NOTICE,
        "dry_run": False,
    }
    scope = stage.scope("command_centre", Duty.RULES)
    return calendar_year_set(actor=actor_of(scope), scope=scope, **(given | changed))  # type: ignore[arg-type]


def test_calendar_load_brings_published_years_and_keeps_what_is_there(stage: Stage) -> None:
    CalendarYear.objects.filter(year=2025).delete()
    CalendarYear.objects.filter(year=2026).update(source="本区")
    calendar_load()
    assert set(CalendarYear.objects.values_list("year", flat=True)) == {2024, 2025, 2026}
    assert CalendarYear.objects.get(year=2026).source == "本区"


def test_calendar_year_set_moves_open_deadlines_and_says_which(stage: Stage) -> None:
    matter, closed = stage.opened(type_code="01.01.02").matter, stage.opened().matter
    before = fresh(matter).due_at
    Matter.objects.filter(pk=closed.pk).update(state="closed", closed_at=MORNING)
    dry = set_year(stage, dry_run=True, holidays=[date(2026, 11, 24)])
    assert fresh(matter).due_at == before
    result = set_year(stage, holidays=[date(2026, 11, 24)])
    assert dry == result
    moved = [each for each in result.moved if each.task_id is None]
    assert [(each.number, each.old, each.new, each.days) for each in moved] == [
        (matter.number, before, fresh(matter).due_at, ("2026-11-24",))
    ]
    assert before is not None and fresh(matter).due_at != before
    assert set(Task.objects.filter(matter=matter).values_list("due_at", flat=True)) == {fresh(matter).due_at}
    assert kinds_of(matter)[-1] == "recomputed"
    audited("matter.recomputed", matter.pk)
    audited("calendar.year_set", 2026)
    assert Notice.objects.filter(kind="recomputed").count() == 1
    assert set_year(stage, holidays=[date(2026, 11, 24)]).moved == []


def test_calendar_year_set_gives_dates_to_those_that_waited(stage: Stage) -> None:
    with clock.fixed(datetime(2026, 12, 31, 2, 0, tzinfo=UTC)):
        matter = stage.opened().matter
        assert (fresh(matter).due_at, fresh(matter).due_unknown) == (None, 2027)
        result = set_year(stage, year=2027, holidays=[date(2027, 1, 1)])
        assert fresh(matter).due_at == datetime(2027, 1, 8, 9, 30, tzinfo=UTC)
        assert fresh(matter).due_unknown is None
        assert [(each.old, each.step) for each in result.moved] == [
            (None, False),
            (None, True),
            (None, False),
        ]
        assert Task.objects.get(matter=matter).due_at == fresh(matter).due_at


def test_a_paused_matter_keeps_standing_still(stage: Stage) -> None:
    matter = stage.opened().matter
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(stage.centre), "scope": stage.centre}
    pausing.matter_pause(reason="等待", **given)
    assert set_year(stage).moved == []
    with later(days=7):
        pausing.matter_resume(**given)
        assert fresh(matter).due_at == datetime(2026, 12, 4, 9, 30, tzinfo=UTC)


def test_calendar_year_set_refusals(stage: Stage) -> None:
    with pytest.raises(DutyMissing):
        calendar_year_set(
            year=2026,
            holidays=[],
            makeup_days=[],
            source=NOTICE,
            actor=actor_of(stage.centre),
            scope=stage.centre,
        )
    with pytest.raises(CalendarInvalid):
        set_year(stage, source=" ")
    with pytest.raises(CalendarInvalid):
        set_year(stage, holidays=[date(2025, 1, 1)])
    with pytest.raises(CalendarInvalid):
        set_year(stage, makeup_days=[FRIDAY], holidays=[])


def test_work_hours_set_moves_deadlines(stage: Stage) -> None:
    matter = stage.opened().matter
    scope = stage.scope("command_centre", Duty.RULES)
    result = work_hours_set(
        valid_from=date(2026, 11, 25), sessions=[("09:00", "12:00"), ("13:00", "17:00")], source="冬季作息",
        actor=actor_of(scope), scope=scope,
    )  # fmt: skip
    assert fresh(matter).due_at == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert {each.reason.value for each in result.moved if each.reason} >= {"hours_changed"}


def test_command_lists_imports_and_recomputes(stage: Stage, tmp_path: Path) -> None:
    matter = stage.opened().matter
    file = tmp_path / "calendar.toml"
    file.write_text(
        f'[[year]]\nyear = 2026\nholidays = [2026-11-24]\nmakeup_days = []\nsource = "{NOTICE}"\n',
        encoding="utf-8",
    )
    out = StringIO()
    call_command("calendar", "import", str(file), "--dry-run", stdout=out)
    assert matter.number in out.getvalue() and "would move" in out.getvalue()
    call_command("calendar", "import", str(file), stdout=out)
    call_command("calendar", "list", stdout=out)
    assert NOTICE in out.getvalue() and "08:30–12:00" in out.getvalue()
    again = StringIO()
    call_command("calendar", "recompute", stdout=again)
    assert "0 deadlines" in again.getvalue()
    file.write_text("year = 2026", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("calendar", "import", str(file), stdout=out)
