"""States, mentions and weeks, without a database."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

import bandeng.matters
from bandeng.harm.labels import trigger_reason
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
from bandeng.harm.rules.figures import apportioned, rounded
from bandeng.harm.rules.mentions import kind_of, names_in
from bandeng.harm.rules.weeks import monday_of, week_of
from bandeng.harm.terms import terms
from reckon.harm import kinds_in_force, triggers_in_force

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


def test_nothing_is_settled_unheard() -> None:
    with pytest.raises(ActNotAllowed, match="not_heard"):
        check_closing(outcome=Outcome.SETTLED, unconsidered=False, heard=False, talked=False)
    check_closing(outcome=Outcome.SETTLED, unconsidered=False, heard=True, talked=False)
    check_closing(outcome=Outcome.SETTLED, unconsidered=False, heard=False, talked=True)


@pytest.mark.parametrize("outcome", [Outcome.UNFOUNDED, Outcome.REFERRED])
def test_a_false_alarm_closes_unheard_and_whoever_may_be_investigated_is_not_warned(outcome: Outcome) -> None:
    check_closing(outcome=outcome, unconsidered=False, heard=False, talked=False)


@given(parts=st.lists(st.floats(-12, 12), min_size=1, max_size=8))
def test_what_a_page_shows_adds_up_to_its_total(parts: list[float]) -> None:
    total = sum(parts)
    shown = apportioned(parts=parts, total=total)
    assert sum(shown) == rounded(total)
    assert all(abs(float(one) - part) < 0.1 + 1e-9 for one, part in zip(shown, parts, strict=True))


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
    assert names_in(text=text, answers={}, keys=(), unknown=frozenset()) == names


def test_an_answer_names_an_enterprise_where_it_was_asked_for() -> None:
    assert answered({"employer": "金桥建筑"}) == ("金桥建筑",)
    assert answered({"other": "金桥建筑"}) == ()


def answered(answers: dict[str, object]) -> tuple[str, ...]:
    return names_in(text="", answers=answers, keys=("employer",), unknown=frozenset({"不知道", "健身房"}))


@pytest.mark.parametrize(
    "name", ["王师傅", "李建国", "包工头老李", "王建设", "不知道", "健身房", "无", "x" * 200]
)
def test_a_person_or_a_word_for_nobody_is_no_enterprise(name: str) -> None:
    assert answered({"employer": name}) == ()


@pytest.mark.parametrize("name", ["老王餐饮店", "云杉健身", "澜州长堤劳务公司", "李记面馆"])
def test_a_name_with_a_form_or_a_trade_is_an_enterprise(name: str) -> None:
    assert answered({"employer": f" {name} "}) == (name,)


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


def test_every_type_that_speaks_of_harm_asks_which_enterprise() -> None:
    path = Path(bandeng.matters.__file__).parent / "data" / "matter_types.toml"
    asked = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    naming = {row["type"] for row in asked if row["key"] in terms().answers}
    types = {each for rule in terms().mentions for each in rule.types if each}
    assert types
    for each in types:
        assert naming & {each, each[:5], each[:2]}, each


@pytest.mark.parametrize("trigger", [row.id for row in triggers_in_force().triggers])
def test_a_hard_trigger_is_told_with_its_source_in_the_readers_language(trigger: str) -> None:
    with override("zh-hans"):
        assert re.search(r"[一-鿿]（[一-鿿]", trigger_reason(trigger))
    with override("en"):
        words = trigger_reason(trigger)
    assert not re.search(r"[一-鿿（）]", words) and " (" in words
