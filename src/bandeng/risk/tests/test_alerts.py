"""Alerts: raised with their reasons, followed up step by step, refused out of turn and to strangers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.core.rules import Actor
from bandeng.desk.tests.officers import signed_in
from bandeng.dispatch.tests.factories import House
from bandeng.matters.models import Matter
from bandeng.matters.tests.factories import matter_opened
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.organisations.waiting import waiting_for
from bandeng.risk.models import Alert, AlertStep, AlertTask, Supervision
from bandeng.risk.rules import AlertKind, AlertState, NotAllowed, NotYours, SupervisionState
from bandeng.risk.selectors.alerts import (
    alerts_for,
    alerts_listed,
    alerts_open,
    level_now,
    standing_of,
    tasks_waiting,
)
from bandeng.risk.services import following
from bandeng.risk.services.alerting import Raising, alert_raise
from bandeng.risk.services.following import Examination, NewTask
from bandeng.risk.services.watching import drafts_refresh, streets_watch
from bandeng.risk.tests.factories import ACTOR, NOW, STREET, district, fraud_wave, history, published
from reckon.colours import Colour

pytestmark = pytest.mark.django_db
OTHER = "330199001"
IN_STREET, ELSEWHERE = f"{STREET}001", f"{OTHER}001"


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW):
        yield


class Town:
    """The small district with posts, and an alert of its second street."""

    def __init__(self, *, level: Colour = Colour.ORANGE) -> None:
        self.house: House = district()
        self.centre = self.scope(CENTRE, Duty.SUPERVISE)
        self.street = self.scope(STREET, Duty.SUPERVISE, Duty.HANDLE)
        self.alert = raised(level=level)

    def scope(self, code: str, *duties: Duty) -> Scope:
        """A new post."""
        return scope(*duties, organisation=self.house.organisations[code])

    def key(self, code: str) -> int:
        """The key of an organisation."""
        return self.house.organisations[code].pk

    def by(self, who: Scope) -> dict[str, Any]:
        """Who acts on the alert."""
        return {"alert_id": self.alert.pk, "actor": Actor(who.actor, "某人"), "scope": who}

    def examined(self) -> None:
        """Up to the measures."""
        following.alert_take_up(**self.by(self.street))
        found = Examination(cause="入职提醒无人负责", communities=(IN_STREET,), body_id=self.key(IN_STREET))
        following.alert_examine(**self.by(self.street), found=found)

    def measured(self) -> AlertTask:
        """A measure set."""
        new = NewTask(title="宣讲", organisation_id=self.key("police"), due_at=NOW + timedelta(days=7))
        return following.measure_add(**self.by(self.street), new=new)

    def reviewed(self) -> None:
        """Put up for review."""
        self.examined()
        task = self.measured()
        police = self.scope("police", Duty.HANDLE)
        following.task_report(task_id=task.pk, finding="已宣讲", actor=ACTOR, scope=police)
        following.alert_put_up(**self.by(self.street), text="已完成")


def raised(*, level: Colour = Colour.ORANGE, area: str = STREET, indicator: str = "") -> Alert:
    """An alert that a map might have raised."""
    new = Raising(
        kind=AlertKind.COLOUR, area_code=area, month=202609, expected=50.0, observed=58.0, bound=54.0,
        level=level.value, reasons={}, indicator=indicator,
    )  # fmt: skip
    alert = alert_raise(new)
    assert alert is not None
    return alert


def test_a_published_orange_street_raises_an_alert_with_its_reasons() -> None:
    district(more=True)
    history(boost=fraud_wave)
    published(202608, alerts=False)
    row = published(202609)
    alert = Alert.objects.get(area_code=STREET)
    assert alert.level >= Colour.ORANGE and alert.risk_map == row
    assert alert.observed >= alert.bound > alert.expected == 50.0
    assert alert.reasons["indicators"][0]["indicator"] in {"confirmed_fraud", "confirmed_offences"}
    assert alert.reasons["communities"][0]["area"] == f"{STREET}003"
    task = alert.tasks.get()
    assert (task.kind, task.organisation.code, task.due_at is not None) == ("examination", STREET, True)


def test_an_open_alert_is_told_of_the_next_map_and_not_raised_again() -> None:
    district(more=True)
    history(boost=fraud_wave)
    published(202608, alerts=False)
    published(202609)
    published(202610)
    alert = Alert.objects.get(area_code=STREET)
    assert list(alert.steps.order_by("id").values_list("act", flat=True)) == ["raised", "level"]


def test_the_same_cause_is_followed_up_once() -> None:
    town = Town()
    new = Raising(
        kind=AlertKind.COLOUR,
        area_code=STREET,
        month=202610,
        expected=1.0,
        observed=2.0,
        bound=1.0,
        reasons={},
    )
    assert alert_raise(new) is None
    assert alert_raise(replace(new, indicator="confirmed_fraud")) is not None
    assert town.alert.state == AlertState.RAISED.value


def test_every_step_is_told_and_audited() -> None:
    town = Town()
    town.reviewed()
    town.alert.refresh_from_db()
    assert town.alert.state == AlertState.REVIEWING.value
    acts = list(AlertStep.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["raised", "taken_up", "examined", "task_added", "task_done", "reviewed"]
    kept = AuditEntry.objects.filter(action__startswith="risk.alert_").values_list("action", flat=True)
    assert set(kept) == {f"risk.alert_{act}" for act in acts}


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"cause": " "}, "cause_missing"),
        ({"communities": ()}, "communities_missing"),
        ({"body_id": None}, "body_missing"),
        ({"body_id": 10**9}, "body_missing"),
        ({"communities": (ELSEWHERE,)}, "outside"),
        ({"communities": (GRIDS[4],)}, "outside"),
    ],
)
def test_a_self_examination_says_what_where_and_who(found: dict[str, Any], code: str) -> None:
    town = Town()
    following.alert_take_up(**town.by(town.street))
    whole = Examination(cause="原因", communities=(IN_STREET,), body_id=town.key("police"))
    with pytest.raises(NotAllowed, match=code):
        following.alert_examine(**town.by(town.street), found=replace(whole, **found))
    town.alert.refresh_from_db()
    assert (town.alert.state, town.alert.cause) == (AlertState.EXAMINING.value, "")


def test_acts_out_of_turn_are_refused() -> None:
    town = Town()
    with pytest.raises(NotAllowed, match="state"):
        following.alert_put_up(**town.by(town.street), text="x")
    with pytest.raises(NotAllowed, match="state"):
        town.measured()
    with pytest.raises(NotAllowed, match="state"):
        following.alert_close(**town.by(town.centre), reason="x")
    town.examined()
    with pytest.raises(NotAllowed, match="measure_missing"):
        following.alert_put_up(**town.by(town.street), text="x")
    task = town.measured()
    with pytest.raises(NotAllowed, match="tasks_open"):
        following.alert_put_up(**town.by(town.street), text="x")
    with pytest.raises(NotAllowed, match="text_missing"):
        following.task_report(task_id=task.pk, finding=" ", actor=ACTOR, scope=town.centre)
    following.task_report(task_id=task.pk, finding="已办", actor=ACTOR, scope=town.centre)
    with pytest.raises(NotAllowed, match="state"):
        following.task_report(task_id=task.pk, finding="再办", actor=ACTOR, scope=town.centre)


def test_a_measure_needs_words_and_somebody() -> None:
    town = Town()
    town.examined()
    for new, code in (
        (NewTask(title=" ", organisation_id=town.key("police"), due_at=None), "text_missing"),
        (NewTask(title="宣讲", organisation_id=10**9, due_at=None), "body_missing"),
    ):
        with pytest.raises(NotAllowed, match=code):
            following.measure_add(**town.by(town.street), new=new)


def test_strangers_may_do_nothing() -> None:
    town = Town(level=Colour.RED)
    strangers = [
        town.scope(OTHER, Duty.SUPERVISE),
        town.scope("police", Duty.SUPERVISE),
        town.scope(STREET, Duty.HANDLE),
        town.scope(IN_STREET, Duty.SUPERVISE),
    ]
    town.examined()
    task = town.measured()
    for stranger in strangers:
        with pytest.raises(NotYours):
            following.alert_take_up(**town.by(stranger))
        with pytest.raises(NotYours):
            following.supervision_plan(**town.by(stranger), plan="x", visits=[])
        with pytest.raises(NotYours):
            following.alert_close(**town.by(stranger), reason="x")
        with pytest.raises(NotYours):
            following.alert_send_back(**town.by(stranger), reason="x")
    with pytest.raises(NotYours):
        following.task_report(task_id=task.pk, finding="x", actor=ACTOR, scope=strangers[0])
    with pytest.raises(NotYours):
        following.alert_close(**town.by(town.street), reason="x")


def test_who_sees_an_alert() -> None:
    town = Town()
    town.examined()
    town.measured()
    sees = {
        code: list(alerts_for(town.scope(code, Duty.HANDLE)).values_list("pk", flat=True)) == [town.alert.pk]
        for code in (CENTRE, STREET, IN_STREET, OTHER, ELSEWHERE, "police", "housing")
    }
    assert sees == {
        CENTRE: True, STREET: True, IN_STREET: True, OTHER: False, ELSEWHERE: False, "police": True, "housing": False,
    }  # fmt: skip


def test_an_alert_is_not_closed_before_the_level_has_fallen() -> None:
    town = Town()
    town.reviewed()
    with pytest.raises(NotAllowed, match="reason_missing"):
        following.alert_close(**town.by(town.centre), reason=" ")
    with pytest.raises(NotAllowed, match="level_not_fallen"):
        following.alert_close(**town.by(town.centre), reason="完成")
    with pytest.raises(NotAllowed, match="reason_missing"):
        following.alert_send_back(**town.by(town.centre), reason="")
    assert following.alert_send_back(**town.by(town.centre), reason="再做").state == AlertState.ACTING.value


def test_a_fallen_level_lets_it_be_closed() -> None:
    town = Town()
    town.reviewed()
    history()
    published(202610, alerts=False)
    closed = following.alert_close(**town.by(town.centre), reason="降级")
    assert (closed.state, closed.closed_at) == (AlertState.CLOSED.value, NOW)
    with pytest.raises(NotAllowed, match="state"):
        following.alert_take_up(**town.by(town.street))


def test_red_takes_joint_supervision_to_its_release() -> None:
    town = Town(level=Colour.RED)
    visits = [
        NewTask(title="上门督查", organisation_id=town.key(code), due_at=None)
        for code in ("police", "housing")
    ]
    by: dict[str, Any] = town.by(town.centre)
    with pytest.raises(NotAllowed, match="text_missing"):
        following.supervision_plan(**by, plan=" ", visits=visits)
    with pytest.raises(NotAllowed, match="visits_missing"):
        following.supervision_plan(**by, plan="方案", visits=visits[:1])
    following.supervision_plan(**by, plan="三部门联合督办", visits=visits)
    with pytest.raises(NotAllowed, match="planned_already"):
        following.supervision_plan(**by, plan="再来", visits=visits)
    town.examined()
    with pytest.raises(NotAllowed, match="tasks_open"):
        following.supervision_release(**by, reason="已整改")
    for task in AlertTask.objects.filter(kind="visit"):
        assert task.due_at is not None
        following.task_report(task_id=task.pk, finding="已督查", actor=ACTOR, scope=town.centre)
    assert Supervision.objects.get().state == SupervisionState.VISITING.value
    task = town.measured()
    following.task_report(task_id=task.pk, finding="已办", actor=ACTOR, scope=town.centre)
    following.alert_put_up(**town.by(town.street), text="完成")
    history()
    published(202610, alerts=False)
    with pytest.raises(NotAllowed, match="supervision_open"):
        following.alert_close(**by, reason="降级")
    with pytest.raises(NotAllowed, match="reason_missing"):
        following.supervision_release(**by, reason="")
    following.supervision_release(**by, reason="整改到位")
    with pytest.raises(NotAllowed, match="state"):
        following.supervision_release(**by, reason="再次")
    assert following.alert_close(**by, reason="降级").closed_at == NOW
    assert standing_of(town.alert).supervision is SupervisionState.RELEASED


def test_only_red_is_supervised_jointly() -> None:
    town = Town()
    with pytest.raises(NotAllowed, match="not_red"):
        following.supervision_plan(**town.by(town.centre), plan="方案", visits=[])


def _matters(count: int, *, weeks_ago: int) -> None:
    moment = NOW - timedelta(weeks=weeks_ago)
    for _ in range(count):
        opened = matter_opened(area_code=GRIDS[0], type_code="01.01.01", reported_at=moment)
        Matter.objects.filter(pk=opened.matter.pk).update(
            type_code="11.01.02", area_code=GRIDS[0], state="closed", opened_at=moment, closed_at=moment
        )


def test_an_unusual_week_raises_an_alert_of_its_indicator() -> None:
    district()
    for week in range(2, 14):
        _matters(1 + week % 2, weeks_ago=week)
    _matters(14, weeks_ago=1)
    alerts = streets_watch()
    assert [(each.kind, each.indicator, each.area_code) for each in alerts] == [
        ("detector", "confirmed_fraud", OTHER)
    ]
    assert alerts[0].observed == 14.0 > alerts[0].bound >= alerts[0].expected
    assert alerts[0].reasons["method"].startswith("ears")
    assert streets_watch() == []
    # Whoever has looked into the week and closed it is not asked again by the next look at the same week.
    Alert.objects.update(state="closed", closed_at=NOW)
    assert streets_watch() == []


def test_a_button_pressed_twice_sets_one_measure() -> None:
    town = Town()
    town.examined()
    assert town.measured() == town.measured()
    assert town.alert.tasks.filter(kind="measure").count() == 1


def test_a_correction_of_the_alerts_own_month_lets_it_be_closed() -> None:
    district(more=True)
    history(boost=fraud_wave)
    published(202608, alerts=False)
    first = published(202609)
    alert = Alert.objects.get(area_code=STREET)
    assert level_now(alert) is None
    corrected = published(202609)
    assert corrected.version == first.version + 1
    assert level_now(alert) == corrected.streets.get(area_code=STREET).level


def test_open_alerts_come_first_whatever_the_database() -> None:
    town = Town()
    closed = raised(area=OTHER)
    Alert.objects.filter(pk=closed.pk).update(state="closed", closed_at=NOW)
    assert list(alerts_listed(town.centre, only_open=False)) == [town.alert, closed]
    assert list(alerts_listed(town.centre, only_open=True)) == [town.alert]
    assert alerts_open(town.scope(OTHER, Duty.SUPERVISE)) == []


def test_what_waits_for_an_organisation_is_counted() -> None:
    town = Town()
    police = town.scope("police", Duty.HANDLE)
    town.examined()
    assert tasks_waiting(police) == 0
    town.measured()
    assert tasks_waiting(police) == 1
    assert [each.count for each in waiting_for(police)] == [1]
    client = signed_in(police)
    for address in ("/desk/waiting/", "/desk/notices/"):
        assert "Tasks after warnings of the map" in client.get(address).content.decode()
    assert waiting_for(town.scope("housing", Duty.HANDLE)) == []


def test_too_short_a_past_says_nothing() -> None:
    district()
    assert streets_watch() == []
    _matters(9, weeks_ago=1)
    assert streets_watch() == []


def test_the_present_month_is_drafted_again_only_when_figures_have_moved() -> None:
    district()
    assert drafts_refresh() == []
    months = [*range(202508, 202513), *range(202601, 202612)]
    history(months=months)
    last, first = drafts_refresh()
    assert (last.month, first.month) == (202610, 202611)
    with clock.fixed(NOW + timedelta(hours=1)):
        assert drafts_refresh() == []
        history(months=[202611], seed=5)
        (again,) = drafts_refresh()
    assert again.month == 202611 and again.result_digest != first.result_digest
