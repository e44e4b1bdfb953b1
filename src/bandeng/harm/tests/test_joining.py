"""Two alerts are joined: their letters are answered, considered and closed where the work goes on."""

import pytest

from bandeng.harm.models import Alert, AlertStep, Letter, StreamRecord
from bandeng.harm.rules import ActNotAllowed, Outcome
from bandeng.harm.rules.weeks import week_of
from bandeng.harm.selectors.page import alert_page
from bandeng.harm.services import casework, letters
from bandeng.harm.services.resolving import enterprises_resolve
from bandeng.harm.tests import factories as make
from bandeng.harm.tests.test_pairs import SHORT, doubtful, said
from bandeng.organisations.rules import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("built")]


class Joined:
    """Two enterprises under verification, each told by a letter; one is answered, then they turn out to be one."""

    def __init__(self, overseer: Scope, *, answered: bool = True) -> None:
        self.overseer, self.pair = overseer, doubtful()
        make.record(name=SHORT, code="", stream="court_filings")
        make.record()
        self.letters = {name: self.told(name) for name in (SHORT, make.GYM)}
        if answered:
            for each in self.letters.values():
                letters.answer_give(letter_id=each.pk, text="下月恢复营业。", signed="负责人")
        said(self.pair, True, overseer)
        self.merged = Alert.objects.get(outcome="merged")
        self.going = Alert.objects.get(outcome="")

    def told(self, name: str) -> Letter:
        enterprises_resolve()
        firm = StreamRecord.objects.filter(name=name).order_by("pk")[0].enterprise
        alert = make.alert_of(firm, first_week=week_of(make.TODAY) - 9)
        Alert.objects.filter(pk=alert.pk).update(state="verifying")
        return letters.letter_issue(
            alert_id=alert.pk, text="请说明退费安排", actor=make.actor(self.overseer), scope=self.overseer
        ).letter

    def close(self) -> Alert:
        return casework.alert_close(
            alert_id=self.going.pk, outcome=Outcome.UNFOUNDED, note="已核实，误报",
            actor=make.actor(self.overseer), scope=self.overseer,
        )  # fmt: skip

    def consider(self, letter: Letter) -> None:
        letters.answer_consider(
            alert_id=self.going.pk, letter_id=letter.pk, text="已看过说明",
            actor=make.actor(self.overseer), scope=self.overseer,
        )  # fmt: skip


def test_no_answer_is_passed_over_when_its_alert_goes_on_in_another(overseer: Scope) -> None:
    both = Joined(overseer)
    assert {each.letter.pk for each in alert_page(both.going, scope=overseer).letters} == {
        each.pk for each in both.letters.values()
    }
    for each in both.letters.values():
        with pytest.raises(ActNotAllowed, match="answer_waits"):
            both.close()
        both.consider(each)
    assert both.close().state == "closed"


def test_an_answer_comes_in_where_the_work_goes_on(overseer: Scope) -> None:
    both = Joined(overseer, answered=False)
    theirs = next(each for each in both.letters.values() if each.alert_id == both.merged.pk)
    with pytest.raises(ActNotAllowed, match="letter_waits"):
        letters.letter_issue(
            alert_id=both.going.pk, text="请再说明", actor=make.actor(overseer), scope=overseer
        )
    letters.answer_give(letter_id=theirs.pk, text="下月恢复营业。", signed="负责人")
    assert AlertStep.objects.get(kind="answered").alert_id == both.going.pk


def test_letters_go_back_with_their_alert(overseer: Scope) -> None:
    both = Joined(overseer)
    said(both.pair, None, overseer)
    both.merged.refresh_from_db()
    assert (both.merged.outcome, both.merged.goes_on_in_id) == ("", None)
    for alert in (both.going, both.merged):
        (shown,) = alert_page(alert, scope=overseer).letters
        assert shown.letter.alert_id == alert.pk


def test_a_letter_keeps_the_name_to_which_it_was_written(overseer: Scope) -> None:
    both = Joined(overseer)
    assert {each.addressee for each in both.letters.values()} == {SHORT, make.GYM}
    page = make.client_of(overseer).get(f"/desk/enterprises/{both.going.pk}/").content.decode()
    assert (both.going.enterprise.name, f"发给：{SHORT}" in page) == (make.GYM, True)
