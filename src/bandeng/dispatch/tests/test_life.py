"""Lives of matters as they may come: whatever is tried in whatever order, what must hold holds."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bandeng.core import clock
from bandeng.core.verification import verify
from bandeng.dispatch.models import Pause, Task
from bandeng.dispatch.selectors import Refused, reports_of
from bandeng.dispatch.services import (
    dispatching,
    ending,
    handling,
    merging,
    pausing,
    reporters,
    retyping,
    splitting,
    verifying,
)
from bandeng.dispatch.services.dispatching import CoHandler
from bandeng.dispatch.services.escalation import clocks_tick
from bandeng.dispatch.tests.stories import HOUSE, Stage
from bandeng.matters.models import Matter, Step
from bandeng.matters.rules import OPEN_STATES, Channel, MatterState
from bandeng.matters.services.opening import Opened
from bandeng.matters.tests.factories import MORNING

pytestmark = pytest.mark.django_db

LED = {MatterState.DISPATCHED, MatterState.HANDLING, MatterState.VERIFYING}
UNLED = {MatterState.RECEIVED, MatterState.ACCEPTED, MatterState.RETURNED}
GONE = {MatterState.REJECTED, MatterState.WITHDRAWN, MatterState.MERGED}
ACTIVE = ["assigned", "working", "done"]
which = st.integers(0, 5)
lead_codes = st.sampled_from(["city_management", "housing", "police"])


class Life(RuleBasedStateMachine):
    """Two matters and the parts split off them."""

    stage: Stage

    @initialize()
    def open_two(self) -> None:
        self.moment = MORNING
        self.refusals = 0
        with clock.fixed(self.moment):
            self.opened: list[Opened] = [self.stage.opened(type_code="01.01.02"), self.stage.waiting()]
        self.keys = [each.matter.pk for each in self.opened]

    def attempt(self, act: Callable[..., Any], **given: Any) -> Any:
        """Try an act; one that is refused must have changed nothing."""
        before = self.stored()
        with clock.fixed(self.moment):
            try:
                return act(**given)
            except Refused:
                self.refusals += 1
                assert self.stored() == before
        return None

    def stored(self) -> list[list[dict[str, Any]]]:
        kept = [Matter.objects.filter(pk__in=self.keys), Task.objects.filter(matter_id__in=self.keys)]
        return [list(rows.order_by("pk").values()) for rows in kept]

    def staff(self, number: int) -> dict[str, Any]:
        return {"matter_id": self.keys[number % len(self.keys)], "actor": HOUSE, "scope": None}

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.moment += timedelta(hours=hours)

    @rule()
    def clocks_go_on(self) -> None:
        self.attempt(clocks_tick)

    @rule(number=which, steps=st.integers(1, 5))
    def go_on(self, number: int, steps: int) -> None:
        """The natural next steps, so that lives reach their end often enough."""
        given = self.staff(number)
        for _ in range(steps):
            state = MatterState(Matter.objects.get(pk=given["matter_id"]).state)
            if state in UNLED:
                lead_id = self.stage.organisation_id("city_management")
                self.attempt(dispatching.matter_dispatch, lead_id=lead_id, **given)
            elif state is MatterState.DISPATCHED:
                self.attempt(handling.matter_start, **given)
            elif state is MatterState.HANDLING:
                self.attempt(handling.matter_handled, result="已办", unfinished_reason="无需等待", **given)
            elif state is MatterState.VERIFYING:
                self.attempt(verifying.matter_close, **given)

    @rule(number=which)
    def accept(self, number: int) -> None:
        self.attempt(handling.matter_accept, **self.staff(number))

    @rule(number=which, code=lead_codes, other=lead_codes, limit=st.sampled_from(["", "2wd", "24h"]))
    def dispatch(self, number: int, code: str, other: str, limit: str) -> None:
        asked = [CoHandler(organisation_id=self.stage.organisation_id(other), limit=limit)]
        lead_id = self.stage.organisation_id(code)
        self.attempt(
            dispatching.matter_dispatch, lead_id=lead_id, co_handlers=asked, limit=limit, **self.staff(number)
        )

    @rule(number=which, code=lead_codes)
    def reassign(self, number: int, code: str) -> None:
        lead_id = self.stage.organisation_id(code)
        self.attempt(dispatching.matter_reassign, lead_id=lead_id, reason="改派", **self.staff(number))

    @rule(number=which, code=lead_codes)
    def add_co_handler(self, number: int, code: str) -> None:
        asked = [CoHandler(organisation_id=self.stage.organisation_id(code), limit="1wd")]
        self.attempt(dispatching.co_handlers_add, co_handlers=asked, **self.staff(number))

    @rule(number=which)
    def start(self, number: int) -> None:
        self.attempt(handling.matter_start, **self.staff(number))

    @rule(number=which)
    def give_back(self, number: int) -> None:
        self.attempt(handling.matter_return, reason="退回", **self.staff(number))

    @rule(number=which, done=st.booleans())
    def co_handler_ends(self, number: int, done: bool) -> None:
        given = self.staff(number)
        task = Task.objects.filter(matter_id=given["matter_id"], role="co_handler").order_by("-id").first()
        if task is not None and done:
            self.attempt(handling.task_done, task_id=task.pk, result="完成", **given)
        elif task is not None:
            self.attempt(handling.task_return, task_id=task.pk, reason="无关", **given)

    @rule(number=which, reason=st.sampled_from(["", "无需等待"]))
    def handled(self, number: int, reason: str) -> None:
        self.attempt(handling.matter_handled, result="已办", unfinished_reason=reason, **self.staff(number))

    @rule(number=which)
    def close(self, number: int) -> None:
        self.attempt(verifying.matter_close, **self.staff(number))

    @rule(number=which)
    def send_back(self, number: int) -> None:
        self.attempt(verifying.matter_send_back, reason="未到位", **self.staff(number))

    @rule(number=which)
    def reopen(self, number: int) -> None:
        self.attempt(verifying.matter_reopen, reason="复发", **self.staff(number))

    @rule(number=which)
    def pause(self, number: int) -> None:
        self.attempt(pausing.matter_pause, reason="等待", **self.staff(number))

    @rule(number=which)
    def resume(self, number: int) -> None:
        self.attempt(pausing.matter_resume, **self.staff(number))

    @rule(number=which, extension=st.sampled_from(["1wd", "2wd", "1d"]))
    def extend(self, number: int, extension: str) -> None:
        self.attempt(pausing.matter_extend, extension=extension, reason="需要时间", **self.staff(number))

    @rule(number=which, code=st.sampled_from(["01.01.01", "01.01.02"]))
    def retype(self, number: int, code: str) -> None:
        self.attempt(retyping.matter_retype, type_code=code, **self.staff(number))

    @rule(number=which, act=st.sampled_from([ending.matter_reject, ending.matter_withdraw, None, None, None]))
    def end(self, number: int, act: Callable[..., Any] | None) -> None:
        if act is not None:
            self.attempt(act, reason="不再需要", **self.staff(number))

    @rule(child=which, other=which)
    def merge(self, child: int, other: int) -> None:
        child_id, target_id = self.staff(child)["matter_id"], self.staff(other)["matter_id"]
        self.attempt(merging.matter_merge, child_id=child_id, target_id=target_id, actor=HOUSE, scope=None)

    @rule(number=which)
    def part(self, number: int) -> None:
        child_id = self.staff(number)["matter_id"]
        self.attempt(merging.merge_undo, child_id=child_id, actor=HOUSE, scope=None)

    @rule(number=which)
    def split(self, number: int) -> None:
        if len(self.keys) < 4:
            parts = [splitting.Part(title="部分", lead_id=self.stage.organisation_id("housing"))]
            children = self.attempt(splitting.matter_split, parts=parts, **self.staff(number))
            self.keys += [child.pk for child in children or ()]

    @rule(number=which)
    def join(self, number: int) -> None:
        matter_id = self.staff(number)["matter_id"]
        self.attempt(reporters.matter_join, matter_id=matter_id, channel=Channel.PHONE)

    @rule(number=st.integers(0, 1), reopening=st.booleans(), rating=st.integers(0, 6))
    def reporter_acts(self, number: int, reopening: bool, rating: int) -> None:
        known = self.opened[number]
        keys = {"number": known.matter.number, "secret": known.secret}
        if reopening:
            self.attempt(reporters.matter_reopen_by_reporter, reason="又坏了", **keys)
        else:
            self.attempt(reporters.report_rate, rating=rating, **keys)

    @invariant()
    def states_are_whole(self) -> None:
        for matter in Matter.objects.filter(pk__in=getattr(self, "keys", [])):
            state = MatterState(matter.state)
            assert (matter.closed_at is not None) == (state is MatterState.CLOSED)
            assert (matter.merged_into_id is not None) == (state is MatterState.MERGED)
            assert Step.objects.filter(matter=matter).order_by("-id")[0].state == state
            assert (matter.lead_id is not None) or state not in LED
            assert (matter.lead_id is None) or state not in UNLED
            self.clock_is_whole(matter, state)
            self.tasks_are_whole(matter, state)

    def clock_is_whole(self, matter: Matter, state: MatterState) -> None:
        stands = Pause.objects.filter(matter=matter, ended_at__isnull=True).count()
        assert stands == (matter.paused_at is not None)
        assert matter.paused_at is None or matter.due_at is None
        if state in OPEN_STATES and matter.limit and matter.paused_at is None:
            assert (matter.due_at is None) == (matter.due_unknown is not None)
        if matter.due_at is not None:
            assert matter.due_at >= matter.clock_from

    def tasks_are_whole(self, matter: Matter, state: MatterState) -> None:
        tasks = Task.objects.filter(matter=matter, state__in=ACTIVE)
        leads = [task for task in tasks if task.role == "lead"]
        assert len(leads) == (state in LED or state is MatterState.CLOSED)
        assert all(task.organisation_id == matter.lead_id for task in leads)
        still_open = [task for task in tasks if task.state != "done"]
        assert not (still_open and (state in GONE or state is MatterState.CLOSED))
        if state in LED - {MatterState.VERIFYING}:
            assert all(task.due_at == matter.due_at for task in leads)
            assert all(
                task.due_at is None or task.due_at <= (matter.due_at or task.due_at) for task in still_open
            )

    @invariant()
    def families_are_whole(self) -> None:
        for matter in Matter.objects.filter(pk__in=getattr(self, "keys", [])):
            if matter.state in (MatterState.CLOSED, *GONE):
                children = Matter.objects.filter(parent=matter)
                assert not children.filter(state__in=[state.value for state in OPEN_STATES]).exists()
            if matter.state != MatterState.MERGED:
                assert reports_of(matter).count() == matter.report_count


def test_every_life_keeps_what_must_hold() -> None:
    with clock.fixed(MORNING):
        Life.stage = Stage()
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert not verify().problems
