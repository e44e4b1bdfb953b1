"""Retyped, split, rejected, withdrawn, reopened by staff."""

from collections.abc import Iterator
from typing import Any

import pytest

from bandeng.areas.tests.factories import STREETS
from bandeng.core import clock
from bandeng.dispatch.models import Correction, Task
from bandeng.dispatch.selectors import Refusal
from bandeng.dispatch.selectors.records import matter_records, task_records, tasks_of
from bandeng.dispatch.services import dispatching, ending, handling, retyping, splitting, verifying
from bandeng.dispatch.services.splitting import Part
from bandeng.dispatch.tests.stories import HOUSE, Stage, actor_of, audited, fresh, kinds_of, refused
from bandeng.matters.models import Matter, MatterType
from bandeng.matters.selectors import taxonomy
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import DutyMissing
from bandeng.organisations.selectors import directory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def centre(stage: Stage, matter: Matter) -> dict[str, Any]:
    return {"matter_id": matter.pk, "actor": actor_of(stage.centre), "scope": stage.centre}


def test_matter_retype_routes_what_nobody_leads_and_teaches(stage: Stage) -> None:
    matter = stage.waiting().matter
    retyping.matter_retype(type_code="01.01.02", **centre(stage, matter))
    kept = fresh(matter)
    assert (kept.state, kept.type_code, kept.type_source) == ("dispatched", "01.01.02", "officer")
    assert kept.lead_id == stage.organisation_id("housing")
    assert kept.limit == "2wd"
    assert Task.objects.filter(matter=matter).count() == 3
    assert set(Task.objects.filter(matter=matter).values_list("due_at", flat=True)) == {kept.due_at}
    assert Correction.objects.get(matter=matter).right == "01.01.02"
    assert kinds_of(matter)[-2:] == ["retyped", "dispatched"]
    refused(Refusal.TYPE_SAME, retyping.matter_retype, type_code="01.01.02", **centre(stage, matter))
    refused(Refusal.TYPE_UNKNOWN, retyping.matter_retype, type_code="99", **centre(stage, matter))


def counted(matter: Matter) -> tuple[list[str], list[str]]:
    """The types under which the matter and its tasks count."""
    tasks = [record.category for record in task_records(tasks_of(matter.pk))]
    return [record.category for record in matter_records([matter.pk])], tasks


def test_matter_retype_by_its_own_unit_counts_as_before_and_gives_no_time(stage: Stage) -> None:
    matter = stage.opened().matter
    MatterType.objects.filter(code="01.01.02").update(
        limits={"accept": "8wh", "handle": "10wd", "verify": "2wd"}
    )
    taxonomy.forget()
    unit = stage.handler(next(each.code for each in directory().by_id.values() if each.pk == matter.lead_id))
    retyping.matter_retype(matter_id=matter.pk, type_code="01.01.02", actor=actor_of(unit), scope=unit)
    kept = fresh(matter)
    assert (kept.type_code, kept.limit, kept.due_at) == ("01.01.02", matter.limit, matter.due_at)
    assert counted(matter) == (["01.01.01"], ["01.01.01"])
    refused(
        Refusal.TYPE_SAME, retyping.matter_retype, type_code="01.01.02",
        matter_id=matter.pk, actor=actor_of(unit), scope=unit,
    )  # fmt: skip
    # What the centre says counts, be it the same.
    retyping.matter_retype(type_code="01.01.02", **centre(stage, matter))
    assert counted(matter) == (["01.01.02"], ["01.01.02"])
    refused(Refusal.TYPE_SAME, retyping.matter_retype, type_code="01.01.02", **centre(stage, matter))


def test_matter_retyped_by_its_unit_counts_anew_once_dispatched_anew(stage: Stage) -> None:
    matter = stage.opened().matter
    unit = stage.handler(next(each.code for each in directory().by_id.values() if each.pk == matter.lead_id))
    retyping.matter_retype(matter_id=matter.pk, type_code="01.01.02", actor=actor_of(unit), scope=unit)
    assert counted(matter)[0] == ["01.01.01"]
    other = stage.organisation_id("housing")
    dispatching.matter_reassign(lead_id=other, reason="归口住建", **centre(stage, matter))
    assert counted(matter)[0] == ["01.01.02"]


def test_matter_retype_under_way_moves_the_deadline_only(stage: Stage) -> None:
    matter = stage.opened().matter
    MatterType.objects.filter(code="01.01.02").update(
        limits={"accept": "8wh", "handle": "10wd", "verify": "2wd"}
    )
    taxonomy.forget()
    retyping.matter_retype(type_code="01.01.02", **centre(stage, matter))
    kept = fresh(matter)
    assert (kept.limit, kept.lead_id) == ("10wd", matter.lead_id)
    assert kept.due_at is not None and matter.due_at is not None and kept.due_at > matter.due_at
    assert Task.objects.get(matter=matter).due_at == kept.due_at
    retyping.matter_retype(type_code="01.01.01", **centre(stage, matter))
    known = Correction.objects.get(matter=matter)
    assert (known.given, known.right) == ("01.01.01", "01.01.01")
    audited("matter.retyped", matter.pk)


def test_matter_split_children_end_first(stage: Stage) -> None:
    whole = stage.opened().matter
    lead_id = stage.organisation_id("housing")
    parts = [Part(title="灯杆", lead_id=lead_id, limit="2wd"), Part(title="线缆", type_code="01.01.02")]
    first, second = splitting.matter_split(parts=parts, **centre(stage, whole))
    assert (fresh(first).state, fresh(first).lead_id, fresh(first).limit) == ("dispatched", lead_id, "2wd")
    assert (fresh(second).state, fresh(second).parent_id) == ("accepted", whole.pk)
    assert Task.objects.get(matter=first).organisation_id == lead_id
    handling.matter_start(matter_id=whole.pk, actor=HOUSE, scope=None)
    refused(
        Refusal.CHILDREN_OPEN,
        handling.matter_handled,
        result="已办",
        matter_id=whole.pk,
        actor=HOUSE,
        scope=None,
    )
    refused(Refusal.CHILDREN_OPEN, ending.matter_withdraw, reason="撤回", **centre(stage, whole))
    for part in (first, second):
        ending.matter_withdraw(reason="无需办理", **centre(stage, part))
    handling.matter_handled(result="已办", matter_id=whole.pk, actor=HOUSE, scope=None)
    verifying.matter_close(**centre(stage, whole))
    assert fresh(whole).state == "closed"


def test_matter_split_refusals(stage: Stage) -> None:
    whole: dict[str, Any] = centre(stage, stage.opened().matter)
    refused(Refusal.SPLIT_PARTS, splitting.matter_split, parts=[], **whole)
    refused(Refusal.SPLIT_PARTS, splitting.matter_split, parts=[Part(title=" ")], **whole)
    refused(Refusal.SPLIT_PARTS, splitting.matter_split, parts=[Part(title="部分")] * 21, **whole)
    refused(
        Refusal.OUT_OF_PLACE,
        splitting.matter_split,
        parts=[Part(title="部分", lead_id=stage.organisation_id(STREETS[1]))],
        **whole,
    )
    refused(Refusal.TYPE_UNKNOWN, splitting.matter_split, parts=[Part(title="部分", type_code="99")], **whole)
    assert Matter.objects.count() == 1


def test_matter_reject_tells_the_reason(stage: Stage) -> None:
    matter = stage.waiting().matter
    ending.matter_reject(reason="属司法程序，请向法院提出", **centre(stage, matter))
    assert fresh(matter).state == "rejected"
    assert "法院" in audited("matter.rejected", matter.pk).content
    refused(Refusal.STATE, ending.matter_reject, reason="重复", **centre(stage, matter))
    verifying.matter_reopen(reason="补正", **centre(stage, matter))
    assert fresh(matter).state == "received"
    refused(Refusal.STATE, ending.matter_reject, reason="不受理", **centre(stage, stage.opened().matter))


def test_matter_withdraw_by_staff_cancels_tasks(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    lead = stage.handler("housing")
    with pytest.raises(DutyMissing):
        ending.matter_withdraw(matter_id=matter.pk, reason="撤回", actor=actor_of(lead), scope=lead)
    ending.matter_withdraw(reason="反映人来电撤回", **centre(stage, matter))
    assert fresh(matter).state == "withdrawn"
    assert set(Task.objects.filter(matter=matter).values_list("state", flat=True)) == {"cancelled"}


def test_matter_reopen_by_staff(stage: Stage) -> None:
    matter = stage.opened().matter
    handling.matter_start(matter_id=matter.pk, actor=HOUSE, scope=None)
    handling.matter_handled(matter_id=matter.pk, result="已办", actor=HOUSE, scope=None)
    verifying.matter_close(**centre(stage, matter))
    verifying.matter_reopen(reason="回访不满意", **centre(stage, matter))
    assert (fresh(matter).state, fresh(matter).reopen_count) == ("dispatched", 1)
    assert Task.objects.get(matter=matter).state == "working"
    lead = stage.handler("city_management")
    handling.matter_start(matter_id=matter.pk, actor=actor_of(lead), scope=lead)
    assert fresh(matter).state == "handling"
