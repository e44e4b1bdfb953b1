"""The clock paused, resumed, extended."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.dispatch.models import Pause, Task
from bandeng.dispatch.selectors import Refusal
from bandeng.dispatch.services import ending, handling, pausing
from bandeng.dispatch.tests.stories import Stage, actor_of, audited, fresh, later, refused
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import DutyMissing

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def test_matter_resume_gives_back_the_days_that_were_left(stage: Stage) -> None:
    matter = stage.opened().matter
    centre: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(stage.centre), "scope": stage.centre}
    assert matter.due_at == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    with later(days=1):
        pausing.matter_pause(reason="等待产权单位答复", **centre)
        refused(Refusal.PAUSED, pausing.matter_pause, reason="再次", **centre)
    paused = fresh(matter)
    assert (paused.due_at, paused.state) == (None, "dispatched") and paused.paused_at is not None
    assert Task.objects.get(matter=matter).due_at is None
    with later(days=3):
        pausing.matter_resume(**centre)
        refused(Refusal.NOT_PAUSED, pausing.matter_resume, **centre)
    kept = fresh(matter)
    assert kept.due_at == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)
    assert kept.paused_at is None
    assert Task.objects.get(matter=matter).due_at == kept.due_at
    audited("matter.resumed", matter.pk)


def test_matter_pause_refuses_work_until_resumed(stage: Stage) -> None:
    matter = stage.opened().matter
    lead = stage.handler("city_management")
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    pausing.matter_pause(reason="等待材料", **given)
    refused(Refusal.PAUSED, handling.matter_start, **given)
    handling.matter_note(text="已催材料", **given)
    ending.matter_withdraw(
        matter_id=matter.pk, reason="反映人撤回", actor=actor_of(stage.centre), scope=stage.centre
    )
    assert not Pause.objects.filter(ended_at__isnull=True).exists()


def test_matter_pause_needs_a_duty(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    helper = stage.handler("city_management")
    with pytest.raises(DutyMissing):
        pausing.matter_pause(matter_id=matter.pk, reason="等待", actor=actor_of(helper), scope=helper)


def test_matter_extend_within_what_the_rules_allow(stage: Stage) -> None:
    matter = stage.opened().matter
    centre: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(stage.centre), "scope": stage.centre}
    pausing.matter_extend(extension="2wd", reason="需采购灯具", **centre)
    kept = fresh(matter)
    assert (kept.limit, kept.due_at) == ("7wd", datetime(2026, 12, 2, 9, 30, tzinfo=UTC))
    assert Task.objects.get(matter=matter).due_at == kept.due_at
    refused(Refusal.EXTENSION, pausing.matter_extend, extension="4wd", reason="仍需时间", **centre)
    refused(Refusal.EXTENSION, pausing.matter_extend, extension="2d", reason="仍需时间", **centre)
    refused(Refusal.LIMIT, pausing.matter_extend, extension="long", reason="仍需时间", **centre)
    refused(Refusal.REASON, pausing.matter_extend, extension="1wd", reason="", **centre)
    pausing.matter_extend(extension="3wd", reason="仍需时间", **centre)
    assert fresh(matter).limit == "10wd"
