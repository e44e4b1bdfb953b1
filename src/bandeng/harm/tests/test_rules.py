"""States, mentions and weeks, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.harm.rules import (
    NEXT_STATES,
    OPEN_STATES,
    ActNotAllowed,
    AlertState,
    Outcome,
    StateNotAllowed,
    check_closing,
    check_transition,
)
from bandeng.harm.rules.mentions import kind_of, names_in
from bandeng.harm.rules.weeks import monday_of, week_of
from bandeng.harm.terms import terms
from reckon.harm import kinds_in_force

S = AlertState


def test_an_alert_is_verified_before_anything_else() -> None:
    assert NEXT_STATES[S.NEW] == {S.VERIFYING}
    for target in (S.TALKING, S.ACTING, S.CLOSED):
        with pytest.raises(StateNotAllowed):
            check_transition(present=S.NEW, target=target)
    assert set(OPEN_STATES) == set(S) - {S.CLOSED}


@pytest.mark.parametrize("outcome", list(Outcome))
def test_no_outcome_while_an_answer_waits(outcome: Outcome) -> None:
    with pytest.raises(ActNotAllowed, match="answer_waits"):
        check_closing(outcome=outcome, unconsidered=True, heard=True, talked=True)


def test_only_a_false_alarm_closes_unheard() -> None:
    check_closing(outcome=Outcome.UNFOUNDED, unconsidered=False, heard=False, talked=False)
    for outcome in (Outcome.SETTLED, Outcome.REFERRED):
        with pytest.raises(ActNotAllowed, match="not_heard"):
            check_closing(outcome=outcome, unconsidered=False, heard=False, talked=False)
        check_closing(outcome=outcome, unconsidered=False, heard=True, talked=False)
        check_closing(outcome=outcome, unconsidered=False, heard=False, talked=True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我在澜州云杉健身服务有限公司办的卡", ("澜州云杉健身服务有限公司",)),
        ("工地是金桥建筑工程有限公司的，欠三个月", ("金桥建筑工程有限公司",)),
        ("老板说公司不行了", ()),
        ("楼下的店半夜放音乐", ()),
        ("去了星辰教育咨询有限公司城东分公司", ("星辰教育咨询有限公司城东分公司",)),
    ],
)
def test_only_full_names_are_taken_from_a_text(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text=text, answers={}, keys=()) == names


def test_an_answer_names_an_enterprise_where_it_was_asked_for() -> None:
    assert names_in(text="", answers={"employer": "金桥建筑"}, keys=("employer",)) == ("金桥建筑",)
    assert names_in(text="", answers={"other": "金桥建筑"}, keys=("employer",)) == ()


def test_kinds_come_from_types_and_from_words_where_there_is_none() -> None:
    rules = terms().mentions
    assert kind_of(rules=rules, type_code="06.01.01", text="") == "wage_arrears"
    assert kind_of(rules=rules, type_code="", text="老板拖欠工资") == "wage_arrears"
    assert kind_of(rules=rules, type_code="", text="路灯不亮") == ""
    assert kind_of(rules=rules, type_code="01.04.05", text="墙面开裂") == ""
    assert {rule.kind for rule in rules} == set(kinds_in_force().kinds)


@given(st.dates(min_value=date(2018, 1, 1), max_value=date(2100, 1, 1)))
def test_a_week_begins_on_its_monday(day: date) -> None:
    monday = monday_of(week_of(day))
    assert monday.weekday() == 0 and 0 <= (day - monday).days < 7
