"""What two texts may have in common is found in both, however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.clues.rules import TraceKind
from bandeng.clues.rules.traces import Found, luhn, traces_in
from bandeng.matters.rules import number_of


def values(text: str, kind: TraceKind) -> set[str]:
    return {each.value for each in traces_in(text) if each.kind is kind}


@pytest.mark.parametrize("text", ["电话13800001111。", "打 138 0000 1111 给我", "+86 138-0000-1111", "１３8"])
def test_phones_are_the_same_however_they_are_spaced(text: str) -> None:
    assert values(text, TraceKind.PHONE) == ({"13800001111"} if "1111" in text else set())


def test_card_numbers_need_their_check_digit() -> None:
    assert values("转到 6222 0202 0011 2233 453", TraceKind.ACCOUNT) == {"6222020200112233453"}
    assert values("转到 6222020200112233454", TraceKind.ACCOUNT) == set()


@given(st.from_regex(r"[1-9][0-9]{14,17}", fullmatch=True))
def test_every_other_check_digit_is_wrong(stem: str) -> None:
    assert sum(luhn(stem + str(digit)) for digit in range(10)) == 1


def test_web_addresses_lose_what_does_not_matter() -> None:
    text = "登录 https://www.Pay-Xinghe.com/login?a=1 和 pay-xinghe.com，官网 www.district.gov.cn，邮箱 a@mail.example"
    assert values(text, TraceKind.DOMAIN) == {"pay-xinghe.com"}


@pytest.mark.parametrize(
    "text",
    ["我在星河优品商贸有限公司买了卡", "一家名叫星河优品商贸公司的店", "举报星河优品商贸有限责任公司"],
)
def test_enterprises_are_named_without_what_stands_around(text: str) -> None:
    assert values(text, TraceKind.ENTERPRISE) == {"星河优品商贸"}


def test_matters_and_chat_accounts_are_traces() -> None:
    number = number_of(12)
    found = traces_in(f"已反映过 {number}，骗子微信号：Star_Sea88")
    assert found == (Found(TraceKind.ACCOUNT, "star_sea88"), Found(TraceKind.MATTER, number))


def test_own_and_common_values_are_left_out() -> None:
    assert traces_in("电话 13800001111", leaving_out={"13800001111"}) == ()
