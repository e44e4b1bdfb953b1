"""The road of the lead and of the co-handlers."""

from collections.abc import Iterator
from typing import Any

import pytest

from bandeng.areas.tests.factories import STREETS
from bandeng.core import clock
from bandeng.dispatch.models import Notice, Task
from bandeng.dispatch.selectors import Act, NotVisible, Refusal, allowed_acts
from bandeng.dispatch.services import dispatching, handling, verifying
from bandeng.dispatch.services.dispatching import CoHandler
from bandeng.dispatch.tests.stories import Stage, actor_of, audited, fresh, kinds_of, refused
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty, DutyMissing

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def test_matter_start_by_the_lead(stage: Stage) -> None:
    matter = stage.opened().matter
    lead = stage.handler("city_management")
    handling.matter_start(matter_id=matter.pk, actor=actor_of(lead), scope=lead)
    assert fresh(matter).state == "handling"
    assert fresh(matter).lead_post_id == lead.post_id
    assert fresh(matter).step_due_at is None
    assert Task.objects.get(matter=matter, role="lead").state == "working"
    assert audited("matter.started", matter.pk).actor == lead.actor
    assert kinds_of(matter)[-1] == "started"


def test_matter_start_refused_to_others(stage: Stage) -> None:
    matter = stage.opened().matter
    other = stage.handler("police")
    with pytest.raises(NotVisible):
        handling.matter_start(matter_id=matter.pk, actor=actor_of(other), scope=other)
    with pytest.raises(DutyMissing):
        handling.matter_start(matter_id=matter.pk, actor=actor_of(stage.centre), scope=stage.centre)
    with pytest.raises(NotVisible):
        handling.matter_start(matter_id=10**9, actor=actor_of(stage.centre), scope=stage.centre)
    assert fresh(matter).state == "dispatched"


def test_matter_accept_then_dispatch_with_own_limits(stage: Stage) -> None:
    matter = stage.waiting().matter
    centre = stage.centre
    handling.matter_accept(matter_id=matter.pk, actor=actor_of(centre), scope=centre)
    assert fresh(matter).state == "accepted"
    dispatching.matter_dispatch(
        matter_id=matter.pk, lead_id=stage.organisation_id("housing"), actor=actor_of(centre), scope=centre,
        co_handlers=[CoHandler(organisation_id=stage.organisation_id("police"), limit="1wd", request="维持秩序")],
        limit="2wd",
    )  # fmt: skip
    kept = fresh(matter)
    assert (kept.state, kept.lead_id, kept.limit) == ("dispatched", stage.organisation_id("housing"), "2wd")
    lead, other = Task.objects.filter(matter=matter).order_by("role")[::-1]
    assert lead.due_at == kept.due_at
    assert other.due_at is not None and kept.due_at is not None and other.due_at < kept.due_at
    assert set(Notice.objects.filter(matter=matter).values_list("organisation__code", flat=True)) == {
        "housing",
        "police",
    }


def test_matter_dispatch_refused_for_a_street_elsewhere(stage: Stage) -> None:
    matter = stage.waiting().matter
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(stage.centre), "scope": stage.centre}
    refused(
        Refusal.OUT_OF_PLACE, dispatching.matter_dispatch, lead_id=stage.organisation_id(STREETS[1]), **given
    )
    refused(Refusal.LEAD_UNKNOWN, dispatching.matter_dispatch, lead_id=10**9, **given)
    twice = [CoHandler(organisation_id=stage.organisation_id("police"))] * 2
    refused(
        Refusal.ALREADY_TAKES_PART, dispatching.matter_dispatch, lead_id=stage.organisation_id("housing"),
        co_handlers=twice, **given,
    )  # fmt: skip
    refused(
        Refusal.LIMIT,
        dispatching.matter_dispatch,
        lead_id=stage.organisation_id("housing"),
        limit="soon",
        **given,
    )


def test_matter_handled_waits_for_co_handlers(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    lead = stage.handler("housing")
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    handling.matter_start(**given)
    refused(Refusal.TASKS_OPEN, handling.matter_handled, result="已修补路面", **given)
    other = stage.handler("city_management")
    handling.task_done(matter_id=matter.pk, result="已围挡", actor=actor_of(other), scope=other)
    refused(Refusal.TASKS_OPEN, handling.matter_handled, result="已修补路面", **given)
    handling.matter_handled(result="已修补路面", unfinished_reason="街道无需到场", **given)
    kept = fresh(matter)
    assert kept.state == "verifying"
    assert kept.step_due_at is not None
    assert sorted(Task.objects.filter(matter=matter).values_list("state", flat=True)) == [
        "cancelled",
        "done",
        "done",
    ]
    refused(Refusal.STATE, handling.matter_handled, result="已修补路面", **given)


def test_matter_return_climbs_after_repeated_returns(stage: Stage) -> None:
    matter = stage.opened().matter
    centre = stage.centre
    for count in (1, 2, 3):
        lead = stage.handler("city_management")
        handling.matter_return(matter_id=matter.pk, reason="不属本部门职责", actor=actor_of(lead), scope=lead)
        kept = fresh(matter)
        assert (kept.state, kept.return_count, kept.lead_id) == ("returned", count, None)
        told = Notice.objects.filter(matter=matter, kind="returned").order_by("-id")[0]
        assert told.organisation.code == (STREETS[0] if count < 3 else "command_centre")
        dispatching.matter_dispatch(
            matter_id=matter.pk,
            lead_id=stage.organisation_id("city_management"),
            actor=actor_of(centre),
            scope=centre,
        )
    assert fresh(matter).escalation_level == 1


def test_matter_return_needs_a_reason(stage: Stage) -> None:
    matter = stage.opened().matter
    lead = stage.handler("city_management")
    refused(
        Refusal.REASON,
        handling.matter_return,
        matter_id=matter.pk,
        reason=" ",
        actor=actor_of(lead),
        scope=lead,
    )


def test_matter_reassign_to_a_co_handler_promotes_its_task(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    centre = stage.centre
    target = stage.organisation_id("city_management")
    dispatching.matter_reassign(
        matter_id=matter.pk, lead_id=target, reason="路灯所致", actor=actor_of(centre), scope=centre
    )
    assert fresh(matter).lead_id == target
    assert (
        Task.objects.get(matter=matter, role="lead", state__in=["assigned", "working"]).organisation_id
        == target
    )
    assert Task.objects.get(matter=matter, organisation__code="housing").state == "cancelled"


def test_matter_assign_names_a_post_of_the_lead(stage: Stage) -> None:
    matter = stage.opened().matter
    lead = stage.handler("city_management")
    stranger = stage.handler("police")
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    dispatching.matter_assign(post_id=lead.post_id, **given)
    assert fresh(matter).lead_post_id == lead.post_id
    refused(Refusal.POST_ELSEWHERE, dispatching.matter_assign, post_id=stranger.post_id, **given)


def test_co_handlers_add_once(stage: Stage) -> None:
    matter = stage.opened().matter
    lead = stage.handler("city_management")
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    asked = [CoHandler(organisation_id=stage.organisation_id("police"), request="疏导交通")]
    dispatching.co_handlers_add(co_handlers=asked, **given)
    refused(Refusal.ALREADY_TAKES_PART, dispatching.co_handlers_add, co_handlers=asked, **given)
    police = stage.handler("police")
    assert Act.TASK_DONE in allowed_acts(fresh(matter), police)
    handling.task_return(matter_id=matter.pk, reason="无需警力", actor=actor_of(police), scope=police)
    assert Act.TASK_DONE not in allowed_acts(fresh(matter), police)


def test_matter_note_is_private_and_reply_public(stage: Stage) -> None:
    from bandeng.matters.models import Step

    matter = stage.opened().matter
    lead = stage.handler("city_management")
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    handling.matter_note(text="已电话核实", **given)
    handling.matter_reply(text="师傅明天到场", **given)
    rows = Step.objects.filter(matter=matter).order_by("-id")
    assert [(row.kind, row.public) for row in rows[:2]] == [("replied", True), ("noted", False)]


def test_matter_close_and_send_back(stage: Stage) -> None:
    matter = stage.opened().matter
    lead = stage.scope("city_management", Duty.HANDLE, Duty.VERIFY)
    given: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    handling.matter_start(**given)
    handling.matter_handled(result="灯泡已更换", **given)
    refused(Refusal.OWN_WORK, verifying.matter_close, **given)
    centre: dict[str, Any] = {"matter_id": matter.pk, "actor": actor_of(stage.centre), "scope": stage.centre}
    verifying.matter_send_back(reason="现场仍不亮", **centre)
    assert fresh(matter).state == "handling"
    assert Task.objects.get(matter=matter, role="lead").state == "working"
    handling.matter_handled(result="线路已修复", **given)
    verifying.matter_close(**centre)
    kept = fresh(matter)
    assert kept.state == "closed" and kept.closed_at is not None
    last = audited("matter.closed", matter.pk)
    assert "线路已修复" in last.content
    refused(Refusal.STATE, verifying.matter_close, **centre)
