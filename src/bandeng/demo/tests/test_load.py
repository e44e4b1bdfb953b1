"""The demo goes into a database whole, obeys its constraints, and keeps out of a database in use."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from bandeng.accounts.models import User
from bandeng.areas.models import Area
from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.demo.clues import WORKERS
from bandeng.demo.pace import LOCAL
from bandeng.demo.reviews import CASES
from bandeng.demo.scale import SMALL
from bandeng.dispatch.knowledge import in_force
from bandeng.dispatch.models import Merge, Task
from bandeng.matters.models import Matter, MatterType, Photo, Report, Review, Step
from bandeng.matters.rules import OPEN_STATES, ReviewOutcome, ReviewState
from bandeng.organisations.models import Organisation, Post, VisitingTeam

UNTIL = "2026-11-23T15:25"


@pytest.fixture
def demo(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "photos")
    call_command("demo", small=True, seed=7, until=UNTIL, verbosity=0)


@pytest.mark.usefixtures("demo")
def test_the_demo_is_whole() -> None:
    kinds = Organisation.objects.exclude(kind="enterprise")
    assert (Area.objects.count(), User.objects.count()) == (49, SMALL.staff)
    on_clues = Post.objects.filter(role__code__startswith="clue_")
    assert on_clues.count() == len(WORKERS)
    stand_ins = on_clues.filter(user__username__in=[stand_in for _, stand_in, _ in WORKERS])
    assert Post.objects.count() == SMALL.staff + stand_ins.count()
    assert kinds.count() == 1 + 14 + SMALL.streets + SMALL.communities + SMALL.grids
    assert (VisitingTeam.objects.count(), VisitingTeam.posts.through.objects.count()) == (50, SMALL.staff)
    assert Matter.objects.count() == SMALL.matters + len(CASES)
    assert MatterType.objects.filter(level=3).count() >= 219
    table = in_force()
    assert table is not None and len(table.table.rules) > 120
    assert json.loads((settings.DATA / "demo.json").read_text(encoding="utf-8"))["small"] is True


@pytest.mark.usefixtures("demo")
def test_disputed_answers_stand_in_every_state() -> None:
    rows = Review.objects.all()
    assert {row.state for row in rows} == {state.value for state in ReviewState}
    assert {row.outcome for row in rows} - {""} == {outcome.value for outcome in ReviewOutcome}
    assert {row.body for row in rows} == {"street", "district", "city"}
    assert {row.stage for row in rows} == {1, 2}


@pytest.mark.usefixtures("demo")
def test_matters_agree_with_their_steps_tasks_and_reports() -> None:
    for matter in Matter.objects.all():
        steps = list(Step.objects.filter(matter=matter).order_by("id"))
        assert matter.state == steps[-1].state and steps[0].kind == "opened"
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        live = Task.objects.filter(matter=matter, role="lead", state__in=["assigned", "working", "done"])
        if matter.state in {"dispatched", "handling", "verifying", "closed"}:
            assert live.get().organisation_id == matter.lead_id
        merged = Merge.objects.filter(target=matter).count()
        assert matter.report_count == Report.objects.filter(matter=matter).count() + merged
        assert matter.satisfaction == Report.objects.filter(matter=matter).order_by("id")[0].rating


@pytest.mark.usefixtures("demo")
def test_deadlines_come_from_the_calendar_and_nothing_was_accepted_late() -> None:
    now = datetime.fromisoformat(UNTIL).replace(tzinfo=LOCAL)
    for matter in Matter.objects.filter(state__in=[state.value for state in OPEN_STATES]):
        assert matter.due_at or matter.due_unknown or matter.paused_at
        assert (
            matter.state not in {"received", "dispatched"}
            or matter.step_due_at is None
            or matter.step_due_at > now
        )


@pytest.mark.usefixtures("demo")
def test_places_lie_in_the_grids_that_the_matters_name() -> None:
    strays = [
        matter.pk
        for matter in Matter.objects.all()
        if (place := atlas().at(matter.longitude, matter.latitude)) is None or place.code != matter.area_code
    ]
    assert len(strays) <= SMALL.matters // 50  # a hot spot scatters a few metres over a border


@pytest.mark.usefixtures("demo")
def test_photos_are_on_disk() -> None:
    assert Photo.objects.exists()
    for file in set(Photo.objects.values_list("file", flat=True)):
        assert (Path(settings.MEDIA_ROOT) / file).is_file()


@pytest.mark.usefixtures("demo")
def test_the_log_says_that_matters_were_loaded_and_by_whom() -> None:
    entries = AuditEntry.objects.filter(action="demo.matter_loaded")
    assert entries.count() == SMALL.matters
    assert set(entries.values_list("actor", flat=True)) == {"system"}


@pytest.mark.usefixtures("demo")
def test_everybody_can_sign_in() -> None:
    assert Client().login(username="grid-001001001-1", password="bandeng-demo")


@pytest.mark.usefixtures("demo")
def test_demo_refused_where_there_is_work_already() -> None:
    with pytest.raises(CommandError, match="BANDENG_DATA"):
        call_command("demo", small=True, verbosity=0)
    assert Matter.objects.count() == SMALL.matters + len(CASES)


def test_demo_refused_with_a_moment_that_cannot_be_read(db: None) -> None:
    with pytest.raises(CommandError, match="2026-11-23T15:25"):
        call_command("demo", small=True, until="yesterday", verbosity=0)
    assert not Area.objects.exists()


def test_demo_ends_now_by_default(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "photos")
    moment = datetime(2026, 3, 4, 9, 0, tzinfo=LOCAL)
    with clock.fixed(moment):
        call_command("demo", small=True, verbosity=0)
    newest = Step.objects.order_by("-at")[0].at
    assert newest <= moment
