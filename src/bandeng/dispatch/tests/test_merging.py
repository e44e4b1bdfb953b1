"""Matters merged and parted again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.forms.models import model_to_dict

from bandeng.areas.tests.factories import STREETS
from bandeng.core import clock
from bandeng.dispatch.models import Task
from bandeng.dispatch.selectors import Refusal, reports_of, tracked
from bandeng.dispatch.services import dispatching, handling, merging, pausing, reporters, splitting, verifying
from bandeng.dispatch.tests.stories import CLERK_DUTIES, Stage, actor_of, audited, fresh, later, refused
from bandeng.matters.models import Matter
from bandeng.matters.rules import Channel
from bandeng.matters.tests.factories import MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def state_of(matter: Matter) -> tuple[dict[str, object], list[dict[str, object]]]:
    kept = model_to_dict(fresh(matter), exclude=["changed_at"])
    return kept, [model_to_dict(task) for task in Task.objects.filter(matter=matter).order_by("id")]


def merge(stage: Stage, child: Matter, target: Matter) -> None:
    merging.matter_merge(
        child_id=child.pk, target_id=target.pk, actor=actor_of(stage.centre), scope=stage.centre
    )


def undo(stage: Stage, child: Matter) -> None:
    merging.merge_undo(child_id=child.pk, actor=actor_of(stage.centre), scope=stage.centre)


def test_merge_undo_restores_everything(stage: Stage) -> None:
    child, target = (
        stage.opened(type_code="01.01.02", support=3, against=1).matter,
        stage.opened(support=2).matter,
    )
    lead = stage.handler("housing")
    handling.matter_start(matter_id=child.pk, actor=actor_of(lead), scope=lead)
    helper = stage.handler("city_management")
    handling.task_done(matter_id=child.pk, result="已围挡", actor=actor_of(helper), scope=helper)
    pausing.matter_pause(matter_id=child.pk, reason="等待", actor=actor_of(lead), scope=lead)
    reporters.matter_join(matter_id=child.pk, channel=Channel.PHONE)
    before = state_of(child), state_of(target)
    with later(days=1):
        merge(stage, child, target)
    kept = fresh(target)
    assert (kept.report_count, kept.support, kept.against) == (3, 5, 1)
    assert fresh(child).state == "merged"
    assert set(Task.objects.filter(matter=child).values_list("state", flat=True)) == {"cancelled"}
    with later(days=2):
        undo(stage, child)
    assert (state_of(child), state_of(target)) == before
    audited("matter.merge_undone", child.pk)
    refused(
        Refusal.NOT_MERGED, merging.merge_undo, child_id=child.pk, actor=actor_of(stage.centre), scope=None
    )


def test_matter_merge_refusals(stage: Stage) -> None:
    one, two, three = (stage.opened().matter for _ in range(3))
    given: dict[str, Any] = {"actor": actor_of(stage.centre), "scope": stage.centre}
    refused(Refusal.MERGE_SELF, merging.matter_merge, child_id=one.pk, target_id=one.pk, **given)
    merge(stage, one, two)
    refused(Refusal.MERGE_TARGET_MERGED, merging.matter_merge, child_id=two.pk, target_id=one.pk, **given)
    refused(Refusal.STATE, merging.matter_merge, child_id=one.pk, target_id=three.pk, **given)
    merge(stage, two, three)
    refused(Refusal.MERGE_ORDER, merging.merge_undo, child_id=one.pk, **given)
    assert reports_of(fresh(three)).count() == 3
    undo(stage, two)
    undo(stage, one)
    assert [fresh(each).report_count for each in (one, two, three)] == [1, 1, 1]
    splitting.matter_split(matter_id=one.pk, parts=[splitting.Part(title="部分")], **given)
    refused(Refusal.MERGE_FAMILY, merging.matter_merge, child_id=one.pk, target_id=two.pk, **given)


def led_by(stage: Stage, code: str) -> tuple[Matter, Matter]:
    """Two matters that an organisation leads."""
    pair = stage.opened().matter, stage.opened().matter
    for each in pair:
        dispatching.matter_reassign(
            matter_id=each.pk, lead_id=stage.organisation_id(code), reason="归口办理",
            actor=actor_of(stage.centre), scope=stage.centre,
        )  # fmt: skip
    return pair


@pytest.mark.parametrize("wrong", ["late", "given back", "nothing"])
def test_no_organisation_merges_away_what_went_wrong_with_it(stage: Stage, wrong: str) -> None:
    child, target = led_by(stage, STREETS[0])
    street = stage.scope(STREETS[0], *CLERK_DUTIES)
    if wrong == "given back":
        Matter.objects.filter(pk=child.pk).update(return_count=1)
    given: dict[str, Any] = {"child_id": child.pk, "target_id": target.pk}
    with later(days=60 if wrong == "late" else 0):
        if wrong == "nothing":
            merging.matter_merge(actor=actor_of(street), scope=street, **given)
            assert fresh(child).state == "merged"
            return
        refused(Refusal.MERGE_OWN, merging.matter_merge, actor=actor_of(street), scope=street, **given)
        merge(stage, child, target)
        assert fresh(child).state == "merged"


def test_reporters_of_a_merged_matter_see_the_result(stage: Stage) -> None:
    first, second = stage.opened(), stage.opened()
    child, target = first.matter, second.matter
    lead = stage.handler("city_management")
    given: dict[str, Any] = {"matter_id": target.pk, "actor": actor_of(lead), "scope": lead}
    handling.matter_start(**given)
    handling.matter_reply(text="只对原反映人说", **given)
    with later(hours=1):
        merge(stage, child, target)
        handling.matter_handled(result="灯泡已更换", **given)
    with later(hours=2):
        verifying.matter_close(matter_id=target.pk, actor=actor_of(stage.centre), scope=stage.centre)
        seen = tracked(number=child.number, secret=first.secret)
        notes = [step.note for step in seen.steps]
        assert seen.now.pk == target.pk and seen.now.state == "closed"
        assert "灯泡已更换" in notes and "只对原反映人说" not in notes
        reporters.report_rate(number=child.number, secret=first.secret, rating=4)
        assert fresh(target).satisfaction == 4
        undoing: dict[str, Any] = {"actor": actor_of(stage.centre), "scope": stage.centre}
        refused(Refusal.NOT_MERGED, merging.merge_undo, child_id=child.pk, **undoing)
        refused(
            Refusal.MERGE_TARGET,
            merging.matter_merge,
            child_id=stage.opened().matter.pk,
            target_id=target.pk,
            **undoing,
        )
