"""What posts see, may do and find."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bandeng.areas.tests.factories import COMMUNITIES, GRIDS, STREETS
from bandeng.core import clock
from bandeng.dispatch.models import Notice
from bandeng.dispatch.selectors import (
    Act,
    NotVisible,
    Queue,
    QueueFilter,
    Sort,
    allowed_acts,
    length_of,
    listed,
    matter_for,
    notices_unread,
    queue_counts,
    sees,
    story,
    visible,
)
from bandeng.dispatch.selectors.acts import ACT_RULES
from bandeng.dispatch.services import handling, merging, pausing, verifying
from bandeng.dispatch.tests.stories import Stage, actor_of, fresh, later
from bandeng.matters.models import Matter
from bandeng.matters.rules import NEXT_STATES, Channel, MatterState, Priority
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty

pytestmark = pytest.mark.django_db

TARGETS = {
    Act.ACCEPT: MatterState.ACCEPTED,
    Act.DISPATCH: MatterState.DISPATCHED,
    Act.REASSIGN: MatterState.DISPATCHED,
    Act.START: MatterState.HANDLING,
    Act.RETURN: MatterState.RETURNED,
    Act.HANDLED: MatterState.VERIFYING,
    Act.CLOSE: MatterState.CLOSED,
    Act.SEND_BACK: MatterState.HANDLING,
    Act.REJECT: MatterState.REJECTED,
    Act.WITHDRAW: MatterState.WITHDRAWN,
    Act.MERGE: MatterState.MERGED,
}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


@pytest.mark.parametrize("act", TARGETS)
def test_every_state_in_which_an_act_is_offered_allows_its_transition(act: Act) -> None:
    assert all(TARGETS[act] in NEXT_STATES[state] for state in ACT_RULES[act].states)


def test_visible_by_area_and_by_task(stage: Stage) -> None:
    near, far = stage.opened(grid=GRIDS[0]).matter, stage.opened(grid=GRIDS[-1], type_code="01.01.02").matter
    both = {near.pk, far.pk}
    expected = {
        "command_centre": both,
        STREETS[0]: {near.pk},
        COMMUNITIES[-1]: {far.pk},
        GRIDS[1]: set(),
        "city_management": both,
        "housing": {far.pk},
        "police": {far.pk},
    }
    for code, keys in expected.items():
        scope = stage.handler(code)
        assert set(visible(scope).values_list("pk", flat=True)) == keys, code
        for matter in (near, far):
            assert sees(scope, matter) == (matter.pk in keys)
    with pytest.raises(NotVisible):
        matter_for(stage.handler("police"), near.pk)
    assert matter_for(None, near.pk) == near


@pytest.mark.parametrize(
    ("access", "duty", "seen"),
    [
        ("restricted", Duty.REPORT, False),
        ("restricted", Duty.HANDLE, True),
        ("sealed", Duty.HANDLE, False),
        ("sealed", Duty.UNSEAL, True),
    ],
)
def test_access_classes(stage: Stage, access: str, duty: Duty, seen: bool) -> None:
    matter = stage.opened().matter
    Matter.objects.filter(pk=matter.pk).update(access_class=access)
    scope = stage.scope(STREETS[0], duty)
    assert visible(scope).exists() == seen
    assert sees(scope, fresh(matter)) == seen
    assert (allowed_acts(fresh(matter), scope) != frozenset()) == (seen and duty is Duty.HANDLE)


def test_allowed_acts_follow_state_pause_and_post(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    lead, helper, centre = stage.handler("housing"), stage.handler("city_management"), stage.centre
    assert {Act.START, Act.RETURN, Act.PAUSE, Act.ADD_CO_HANDLER} <= allowed_acts(matter, lead)
    assert allowed_acts(matter, helper) == {Act.TASK_DONE, Act.TASK_RETURN, Act.NOTE, Act.PHOTO}
    assert {Act.REASSIGN, Act.MERGE, Act.EXTEND, Act.WITHDRAW} <= allowed_acts(matter, centre)
    assert Act.START not in allowed_acts(matter, centre)
    pausing.matter_pause(matter_id=matter.pk, reason="等待", actor=actor_of(lead), scope=lead)
    assert Act.RESUME in allowed_acts(fresh(matter), lead)
    assert Act.START not in allowed_acts(fresh(matter), lead)


def close(stage: Stage, matter: Matter) -> None:
    handling.matter_start(matter_id=matter.pk, actor=actor_of(stage.centre), scope=None)
    handling.matter_handled(matter_id=matter.pk, result="已办", actor=actor_of(stage.centre), scope=None)
    verifying.matter_close(matter_id=matter.pk, actor=actor_of(stage.centre), scope=None)


def test_queue_counts_agree_with_the_lists_in_three_queries(stage: Stage) -> None:
    stage.waiting()
    stage.opened(type_code="01.01.02")
    paused, overdue, closed = (
        stage.opened().matter,
        stage.opened(grid=GRIDS[-1]).matter,
        stage.opened().matter,
    )
    pausing.matter_pause(matter_id=paused.pk, reason="等待", actor=actor_of(stage.centre), scope=None)
    close(stage, closed)
    Matter.objects.filter(pk=overdue.pk).update(due_at=MORNING - timedelta(hours=1))
    for code in ("command_centre", STREETS[0], "city_management", "housing", "police", GRIDS[0]):
        scope = stage.handler(code)
        with CaptureQueriesContext(connection) as queries:
            counts = queue_counts(scope)
        assert len(queries) == 3
        for queue, count in counts.items():
            asked = QueueFilter(queue=queue)
            assert (length_of(scope, asked), len(listed(scope, asked).rows)) == (count, count), (code, queue)
    city = queue_counts(stage.handler("city_management"))
    assert (city[Queue.MINE], city[Queue.CO_HANDLED], city[Queue.OVERDUE], city[Queue.PAUSED]) == (2, 1, 1, 1)
    assert city[Queue.CLOSED_WEEK] == 1
    assert queue_counts(stage.centre)[Queue.TO_ACCEPT] == 1


def test_filters_narrow(stage: Stage) -> None:
    lamp = stage.opened(title="路灯不亮", text="夜间无照明").matter
    road = stage.opened(type_code="01.01.02", title="路面塌陷", text="有大坑", grid=GRIDS[-1]).matter
    stage.waiting(title="井盖缺失", text="危险")

    def keys(**wanted: str) -> set[int]:
        return {row.pk for row in listed(stage.centre, QueueFilter.parse(wanted)).rows}

    assert keys(q="路灯") == {lamp.pk}
    assert keys(q=road.number) == {road.pk}
    assert keys(type="01.01") == {lamp.pk, road.pk}
    assert keys(type="01.01.02") == {road.pk}
    assert keys(area=STREETS[1]) == {road.pk}
    assert keys(lead=str(stage.organisation_id("housing"))) == {road.pk}
    assert len(keys(state="received")) == 1
    assert keys(**{"from": "2026-11-24"}) == set()
    assert len(keys(to="2026-11-23", channel="resident", priority="normal")) == 3
    assert keys(mine="1") == set()
    assert keys(state="closed", queue="all") == set()


def test_lists_are_paged_and_sorted(stage: Stage) -> None:
    for _ in range(52):
        stage.opened()
    first = listed(stage.centre, QueueFilter(sort=Sort.NUMBER))
    second = listed(stage.centre, QueueFilter(sort=Sort.NUMBER, page=2))
    assert (len(first.rows), first.has_next, len(second.rows), second.has_next) == (50, True, 2, False)
    down = listed(stage.centre, QueueFilter(sort=Sort.NUMBER, descending=True))
    assert down.rows[0] == second.rows[-1]
    Matter.objects.filter(pk=first.rows[0].pk).update(due_at=None)
    Matter.objects.filter(pk=first.rows[1].pk).update(due_at=MORNING)
    assert listed(stage.centre, QueueFilter()).rows[0] == first.rows[1]
    for descending in (False, True):
        last = listed(stage.centre, QueueFilter(page=2, descending=descending)).rows[-1]
        assert last == first.rows[0]


filters = st.builds(
    QueueFilter,
    queue=st.sampled_from(Queue),
    states=st.lists(st.sampled_from(MatterState), unique=True).map(tuple),
    type_prefix=st.sampled_from(["", "01", "01.02.03"]),
    area=st.sampled_from(["", *STREETS]),
    lead=st.none() | st.integers(1, 10**9),
    channel=st.none() | st.sampled_from(Channel),
    priority=st.none() | st.sampled_from(Priority),
    overdue=st.booleans(),
    opened_from=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    opened_to=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    text=st.text(max_size=30).map(str.strip),
    only_mine=st.booleans(),
    sort=st.sampled_from(Sort),
    descending=st.booleans(),
    page=st.integers(1, 10_000),
)


@given(filters)
def test_a_filter_survives_the_query_string(known: QueueFilter) -> None:
    from django.http import QueryDict

    assert QueueFilter.parse(QueryDict(known.to_query()).dict()) == known


@given(
    st.dictionaries(
        st.sampled_from(["queue", "state", "type", "area", "lead", "from", "page", "sort", "q"]), st.text()
    )
)
def test_a_filter_reads_anything(query: dict[str, str]) -> None:
    assert QueueFilter.parse(query).page >= 1


def test_story_holds_everything_and_asks_little(stage: Stage) -> None:
    matter, other = stage.opened(type_code="01.01.02").matter, stage.opened().matter
    merging.matter_merge(
        child_id=other.pk, target_id=matter.pk, actor=actor_of(stage.centre), scope=stage.centre
    )
    with CaptureQueriesContext(connection) as queries:
        seen = story(fresh(matter), stage.centre)
    assert len(queries) <= 14
    assert (len(seen.reports), len(seen.tasks), [each.pk for each in seen.merged]) == (2, 3, [other.pk])


def test_notices_of_the_organisation_only(stage: Stage) -> None:
    matter = stage.opened().matter
    with later(days=30) as moment:
        from bandeng.dispatch.services.escalation import clocks_tick

        clocks_tick(now=moment)
    assert {notice.matter_id for notice in notices_unread(stage.handler("city_management"))} == {matter.pk}
    assert notices_unread(stage.handler("housing")) == []
    assert Notice.objects.count() > 1
