"""Verify, talk, act, close; the enterprise's right to answer; what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.dispatch.tests.factories import House
from bandeng.harm.models import Alert, AlertStep, Letter, StreamRecord
from bandeng.harm.rules import ActNotAllowed, AlertState, Outcome, StateNotAllowed
from bandeng.harm.selectors import NotVisible, alert_for
from bandeng.harm.selectors.notices import notices_unread
from bandeng.harm.services import casework, letters
from bandeng.harm.services.notices import late_tell, notices_read
from bandeng.harm.services.raising import harm_run
from bandeng.harm.tests import factories as make
from bandeng.matters.models import Matter
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import scope
from bandeng.organisations.waiting import waiting_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


def move(alert: Alert, target: AlertState, of: Scope, note: str = "到现场看了门店") -> Alert:
    return casework.alert_move(
        alert_id=alert.pk, target=target, note=note, actor=make.actor(of), scope=of
    )  # fmt: skip


def close(alert: Alert, outcome: Outcome, of: Scope) -> Alert:
    return casework.alert_close(
        alert_id=alert.pk, outcome=outcome, note="已全部退费", actor=make.actor(of), scope=of
    )  # fmt: skip


def letter(alert: Alert, of: Scope) -> letters.Issued:
    return letters.letter_issue(alert_id=alert.pk, text="请说明退费安排", actor=make.actor(of), scope=of)


def confirm(alert: Alert, of: Scope, fact: str = "premises_closed") -> Alert:
    return casework.fact_confirm(
        alert_id=alert.pk, fact=fact, note="现场照片三张", actor=make.actor(of), scope=of
    )  # fmt: skip


def test_a_case_goes_its_way_with_a_named_person_and_the_log(overseer: Scope) -> None:
    alert = make.raised()
    for target in (AlertState.VERIFYING, AlertState.TALKING, AlertState.ACTING):
        found = move(alert, target, overseer)
        assert found.state == target and found.person_id == overseer.user_id and found.due_at
    done = close(alert, Outcome.SETTLED, overseer)
    assert (done.state, done.outcome, done.closed_at) == ("closed", "settled", make.MORNING)
    kinds = list(AlertStep.objects.filter(alert=alert).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["raised", "verifying", "talking", "acting", "closed"]
    entry = AuditEntry.objects.get(action="harm.alert_closed")
    assert entry.actor == overseer.actor and "已全部退费" in entry.content


def test_no_step_is_skipped_and_a_note_is_needed(overseer: Scope) -> None:
    alert = make.raised()
    with pytest.raises(StateNotAllowed):
        move(alert, AlertState.TALKING, overseer)
    with pytest.raises(StateNotAllowed):
        close(alert, Outcome.UNFOUNDED, overseer)
    with pytest.raises(ActNotAllowed, match="note_missing"):
        move(alert, AlertState.VERIFYING, overseer, note="看")
    alert.refresh_from_db()
    assert alert.state == "new" and AlertStep.objects.filter(alert=alert).count() == 1


def test_measures_do_not_end_unheard_but_a_false_alarm_may(overseer: Scope) -> None:
    alert = make.raised()
    move(alert, AlertState.VERIFYING, overseer)
    with pytest.raises(ActNotAllowed, match="not_heard"):
        close(alert, Outcome.SETTLED, overseer)
    assert close(alert, Outcome.UNFOUNDED, overseer).outcome == "unfounded"


def test_a_closed_case_keeps_its_evidence_until_its_level_rises(overseer: Scope) -> None:
    alert = make.raised(9, filings=1)
    assert alert.level < 3
    move(alert, AlertState.VERIFYING, overseer)
    close(alert, Outcome.UNFOUNDED, overseer)
    harm_run()
    alert.refresh_from_db()
    assert alert.state == "closed"
    for number in range(20, 36):
        make.complaint(number, days_ago=number % 6, phone=make.phone_of(number))
    for _ in range(6):
        make.record(people=3, happened_on=make.TODAY - timedelta(days=2))
    harm_run()
    alert.refresh_from_db()
    assert (alert.state, alert.level, alert.outcome) == ("new", 3, "")
    assert AlertStep.objects.filter(alert=alert, kind="rose").exists() and Alert.objects.count() == 1


@pytest.mark.parametrize("closed_weeks", [0, 30])
def test_new_evidence_goes_to_the_open_case_beside_a_closed_one(overseer: Scope, closed_weeks: int) -> None:
    """Two enterprises turned out to be one: it has a closed and an open alert of the same first week."""
    alert = make.raised()
    closed = make.alert_of(alert.enterprise, first_week=alert.first_week + 60)
    Alert.objects.filter(pk=closed.pk).update(
        state="closed", outcome="unfounded", closed_at=make.MORNING, closed_level=0, level=0,
        first_week=alert.first_week, last_week=alert.last_week + closed_weeks,
    )  # fmt: skip
    Alert.objects.filter(pk=alert.pk).update(level=1, log_odds=0.0)
    harm_run()
    closed.refresh_from_db()
    assert Alert.objects.get(pk=alert.pk).level == alert.level
    assert Alert.objects.get(pk=alert.pk).log_odds == pytest.approx(alert.log_odds)
    assert (closed.state, closed.level) == ("closed", 0)


def test_a_person_takes_a_closed_case_up_again(overseer: Scope) -> None:
    alert = make.raised()
    move(alert, AlertState.VERIFYING, overseer)
    close(alert, Outcome.UNFOUNDED, overseer)
    found = move(alert, AlertState.VERIFYING, overseer)
    assert (found.state, found.outcome, found.closed_at) == ("verifying", "", None)
    assert AlertStep.objects.filter(alert=alert, kind="reopened").exists()


def test_a_confirmed_fact_fires_its_trigger_at_once_and_may_be_taken_back(overseer: Scope) -> None:
    alert = make.raised(9, filings=1)
    before = alert.level
    confirm(alert, overseer)
    alert.refresh_from_db()
    assert alert.level == 3 and alert.triggers == ["prepaid_closed"]
    row = StreamRecord.objects.get(stream="facts")
    assert "经营场所关闭" in AlertStep.objects.get(kind="fact_confirmed").note
    with pytest.raises(ActNotAllowed, match="fact_stands"):
        confirm(alert, overseer)
    back = casework.fact_withdraw(
        alert_id=alert.pk, record_id=row.pk, note="认错了门牌", actor=make.actor(overseer), scope=overseer
    )  # fmt: skip
    assert not StreamRecord.objects.filter(stream="facts").exists()
    assert (back.level, back.triggers, back.state) == (before, [], "new")
    assert list(AlertStep.objects.filter(alert=alert).order_by("pk").values_list("kind", flat=True)) == [
        "raised", "fact_confirmed", "rose", "fact_withdrawn", "fell",
    ]  # fmt: skip
    assert "认错了门牌" in AuditEntry.objects.get(action="harm.alert_fact_withdrawn").content
    with pytest.raises(ActNotAllowed, match="fact_gone"):
        casework.fact_withdraw(
            alert_id=alert.pk, record_id=row.pk, note="认错了门牌", actor=make.actor(overseer), scope=overseer
        )  # fmt: skip
    with pytest.raises(ActNotAllowed, match="fact"):
        casework.fact_confirm(
            alert_id=alert.pk, fact="made_up", note="现场照片", actor=make.actor(overseer), scope=overseer
        )  # fmt: skip


def test_a_department_works_on_what_it_was_given_and_on_nothing_else(built: House, overseer: Scope) -> None:
    alert = make.raised()
    police = built.organisations["police"]
    theirs = scope(Duty.HANDLE, organisation=police)
    with pytest.raises(NotVisible):
        alert_for(theirs, alert.pk)
    casework.alert_assign(
        alert_id=alert.pk, organisation_id=police.pk, note="", actor=make.actor(overseer), scope=overseer
    )  # fmt: skip
    assert [each.count for each in waiting_for(theirs)] == [1]
    assert move(alert, AlertState.VERIFYING, theirs).person_id == theirs.user_id
    with pytest.raises(NotVisible):
        move(alert, AlertState.TALKING, scope(Duty.HANDLE, organisation=built.organisations["housing"]))
    with pytest.raises(ActNotAllowed, match="no_department"):
        casework.alert_assign(
            alert_id=alert.pk, organisation_id=built.organisations[make.STREET].pk, note="",
            actor=make.actor(overseer), scope=overseer,
        )  # fmt: skip


def test_the_enterprise_is_told_numbers_and_days_and_nothing_of_persons_or_clues(overseer: Scope) -> None:
    alert = make.raised()
    make.record(stream="clues", code="", token="t", enterprise=alert.enterprise)
    move(alert, AlertState.VERIFYING, overseer)
    issued = letter(alert, overseer)
    held = {part["stream"]: part for part in issued.letter.held}
    assert set(held) == {"matters", "court_filings"}
    assert held["matters"] == {"stream": "matters", "count": 14, "days": []}
    assert held["court_filings"]["days"] == ["2026-11-16"]
    assert issued.secret not in str(vars(issued.letter))
    told = AuditEntry.objects.get(action="harm.alert_letter_issued").content
    assert issued.secret not in told


def test_few_people_are_not_counted_out_to_the_enterprise(overseer: Scope) -> None:
    alert = make.raised()
    StreamRecord.objects.filter(stream="matters").exclude(token__in=_tokens(2)).delete()
    move(alert, AlertState.VERIFYING, overseer)
    held = {part["stream"]: part["count"] for part in letter(alert, overseer).letter.held}
    assert held["matters"] == 0


def _tokens(most: int) -> list[str]:
    rows = StreamRecord.objects.filter(stream="matters").order_by("pk").values_list("token", flat=True)
    return list(rows[:most])


def test_no_letter_where_clues_alone_speak_or_before_somebody_has_verified(overseer: Scope) -> None:
    alert = make.raised()
    with pytest.raises(ActNotAllowed, match="verify_first"):
        letter(alert, overseer)
    move(alert, AlertState.VERIFYING, overseer)
    StreamRecord.objects.exclude(stream="registry").delete()
    make.record(stream="clues", code="", token="t", enterprise=alert.enterprise)
    with pytest.raises(ActNotAllowed, match="nothing_to_tell"):
        letter(alert, overseer)


def test_an_answer_is_given_once_considered_by_a_person_and_then_the_case_may_close(overseer: Scope) -> None:
    alert = make.raised()
    move(alert, AlertState.VERIFYING, overseer)
    issued = letter(alert, overseer)
    given = letters.letter_open(number=issued.letter.number.lower(), secret=f" {issued.secret.lower()} ")
    letters.answer_give(letter_id=given.pk, text="下月恢复营业，可以退费。", signed="负责人")
    with pytest.raises(ActNotAllowed, match="answered"):
        letters.answer_give(letter_id=given.pk, text="再说一遍，可以退费。", signed="负责人")
    with pytest.raises(ActNotAllowed, match="answer_waits"):
        close(alert, Outcome.UNFOUNDED, overseer)
    letters.answer_consider(
        alert_id=alert.pk, letter_id=given.pk, text="退费安排已核实", actor=make.actor(overseer), scope=overseer
    )  # fmt: skip
    found = Letter.objects.get()
    assert found.considered_by_id == overseer.user_id and found.considered_at == make.MORNING
    assert close(alert, Outcome.SETTLED, overseer).state == "closed"
    kinds = set(AlertStep.objects.filter(alert=alert).values_list("kind", flat=True))
    assert {"letter_issued", "answered", "considered"} <= kinds


def test_a_letter_withdrawn_while_its_answer_is_on_the_way_takes_none(overseer: Scope) -> None:
    alert = make.raised()
    move(alert, AlertState.VERIFYING, overseer)
    given = letter(alert, overseer).letter
    asked: list[str] = []

    def withdrawn(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Between the look at the letter and the lock of the alert another has withdrawn it."""
        found = execute(sql, params, many, context)
        if "harm_letter" in sql and not asked:
            asked.append(sql)
            Letter.objects.filter(pk=given.pk).update(withdrawn_at=make.MORNING)
        return found

    with connection.execute_wrapper(withdrawn), pytest.raises(NotVisible):
        letters.answer_give(letter_id=given.pk, text="下月恢复营业，可以退费。", signed="负责人")
    given.refresh_from_db()
    assert asked and given.answered_at is None


@pytest.mark.parametrize("wrong", ["secret", "number", "late", "withdrawn"])
def test_a_letter_opens_for_nobody_else(overseer: Scope, wrong: str) -> None:
    alert = make.raised()
    move(alert, AlertState.VERIFYING, overseer)
    issued = letter(alert, overseer)
    number, secret = issued.letter.number, issued.secret
    moment = make.MORNING
    if wrong == "secret":
        secret = "2" * len(secret)
    if wrong == "number":
        number = "2" * len(number)
    if wrong == "late":
        moment += timedelta(days=61)
    if wrong == "withdrawn":
        letters.letter_withdraw(
            alert_id=alert.pk, letter_id=issued.letter.pk, note="寄错了", actor=make.actor(overseer), scope=overseer
        )  # fmt: skip
    with clock.fixed(moment), pytest.raises(NotVisible):
        letters.letter_open(number=number, secret=secret)


def test_of_two_officers_at_once_the_second_looks_again(overseer: Scope) -> None:
    alert = make.raised()
    seen = AlertStep.objects.filter(alert=alert).latest("pk").pk
    given: dict[str, Any] = {
        "alert_id": alert.pk,
        "actor": make.actor(overseer),
        "scope": overseer,
        "seen": seen,
    }
    casework.alert_move(target=AlertState.VERIFYING, note="到现场看了门店", **given)
    with pytest.raises(ActNotAllowed, match="moved_on"):
        casework.alert_note(note="我也去看了", **given)
    assert AlertStep.objects.filter(alert=alert).count() == 2


def test_a_letter_waits_for_its_answer_before_another_goes_out(overseer: Scope) -> None:
    alert = make.raised()
    move(alert, AlertState.VERIFYING, overseer)
    first = letter(alert, overseer)
    with pytest.raises(ActNotAllowed, match="letter_waits"):
        letter(alert, overseer)
    letters.letter_withdraw(
        alert_id=alert.pk, letter_id=first.letter.pk, note="寄错了地址", actor=make.actor(overseer), scope=overseer
    )  # fmt: skip
    assert letter(alert, overseer).letter.pk != first.letter.pk


def test_an_alert_whose_evidence_is_gone_falls_and_waits_for_a_person() -> None:
    alert = make.raised(14, filings=3)
    StreamRecord.objects.filter(stream="court_filings").delete()
    Matter.objects.update(state="withdrawn")
    found = harm_run().content
    alert.refresh_from_db()
    assert (alert.level, alert.state, alert.triggers, alert.people) == (0, "new", [], 0)
    assert found["fallen"] == 1 and AlertStep.objects.filter(alert=alert, kind="fell").count() == 1
    assert harm_run().content["fallen"] == 0
    parts = sum(part["log_odds"] for part in alert.contributions)
    assert alert.log_odds == pytest.approx(alert.prior_log_odds + parts)


def test_who_must_act_is_told_once(built: House, overseer: Scope) -> None:
    alert = make.raised()
    street = scope(Duty.SUPERVISE, organisation=built.organisations[make.STREET])
    assert [each.kind for each in notices_unread(street)] == ["raised"]
    assert [each.kind for each in notices_unread(overseer)] == ["raised"]  # serious: the district too
    police = built.organisations["police"]
    casework.alert_assign(
        alert_id=alert.pk, organisation_id=police.pk, note="", actor=make.actor(overseer), scope=overseer
    )  # fmt: skip
    theirs = scope(Duty.HANDLE, organisation=police)
    told = list(notices_unread(theirs))
    assert [each.kind for each in told] == ["assigned"]
    with pytest.raises(ActNotAllowed, match="same_department"):
        casework.alert_assign(
            alert_id=alert.pk, organisation_id=police.pk, note="", actor=make.actor(overseer), scope=overseer
        )  # fmt: skip
    assert notices_read(scope=street, keys=[each.pk for each in told]) == 0  # another's
    assert notices_read(scope=theirs, keys=[each.pk for each in told]) == 1
    with clock.fixed(make.MORNING + timedelta(days=30)):
        assert late_tell() == late_tell() == 1
        assert [each.kind for each in notices_unread(theirs)] == ["late"]


def test_an_answer_is_told_to_the_department_in_charge(built: House, overseer: Scope) -> None:
    alert = make.raised()
    police = built.organisations["police"]
    casework.alert_assign(
        alert_id=alert.pk, organisation_id=police.pk, note="", actor=make.actor(overseer), scope=overseer
    )  # fmt: skip
    move(alert, AlertState.VERIFYING, overseer)
    letters.answer_give(letter_id=letter(alert, overseer).letter.pk, text="可以退费。", signed="负责人")
    kinds = [each.kind for each in notices_unread(scope(Duty.HANDLE, organisation=police))]
    assert kinds == ["answered", "assigned"]
