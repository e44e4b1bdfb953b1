"""What tells the reporter is hidden; what tells of the matter stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.clues.rules.masking import HIDDEN, mask

NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)
UNSEEN = st.sampled_from("\u200b\u200c\u200d\u2060\u00ad\u034f\u3164\ufe0f\ufeff\u2003\u3000\u2800·・")
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
TEXTS = st.text(max_size=60)


@given(NAMES, PHONES, TEXTS, TEXTS)
def test_name_and_phone_are_nowhere(name: str, phone: str, before: str, after: str) -> None:
    text = f"{before}{name}{after}{phone[:3]} {phone[3:7]}-{phone[7:]}{before}"
    shown = mask(text, name=name, phone=phone).text
    assert name not in shown
    assert phone not in "".join(each for each in shown if each.isdecimal())


@given(NAMES, PHONES, st.lists(UNSEEN, min_size=16, max_size=16))
def test_signs_that_nobody_sees_keep_neither_name_nor_phone(name: str, phone: str, signs: list[str]) -> None:
    text = "".join(f"{letter}{sign}" for letter, sign in zip(f"{name}：{phone}", signs, strict=False))
    shown = mask(f"请找{text}核对", name=name, phone=phone).text
    assert shown.startswith("请找〔已隐去〕") and shown.endswith("核对")
    assert not any(each.isdecimal() for each in shown)


@pytest.mark.parametrize("split", ["\u200b", "\u200d", "\ufe0f\u200d", "\u2060", "\u3164"])
def test_number_of_ones_own_is_found_with_unseen_signs_in_it(split: str) -> None:
    assert "5678" not in mask(f"我的电话是139{split}1234{split}5678，请回电。").text
    assert "5678" not in mask(f"有事联系我，号码139{split}1234{split}5678。").text


@pytest.mark.parametrize("digits", ["１３９１２３４５６７８", "١٣٩١٢٣٤٥٦٧٨", "𝟏𝟑𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖"])
def test_digits_of_other_scripts_are_digits(digits: str) -> None:
    assert mask(f"电话{digits}", phone="13912345678").text == "电话〔已隐去〕"


def test_emoji_stay_whole() -> None:
    text = "他们一家👨‍👩‍👧都参与了❤️‍🔥👍🏽。"
    assert mask(text).text == text


@given(TEXTS)
def test_masking_twice_hides_no_more(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("我叫欧阳望舒，被骗了三万元。", "欧阳望舒"),
        ("我是星河优品的会计，知道账是假的。", "会计"),
        ("本人身份证 330199199001011234，请查。", "330199199001011234"),
        ("我的电话是 139 1234 5678，请联系。", "139 1234 5678"),
        ("我家住在古渡路58号，对面就是他们的窝点。", "古渡路58号"),
        ("我在星河优品公司上班，看见他们刷单。", "星河优品"),
        ("我丈夫叫李承志，也投了钱。", "李承志"),
        ("有事请联系我，号码１３９１２３４５６７８。", "13912345678"),
        ("我的微信：shu_2026，可以加。", "shu_2026"),
    ],
)
def test_what_the_reporter_says_of_themselves_is_hidden(text: str, gone: str) -> None:
    masked = mask(text)
    assert gone not in masked.text
    assert HIDDEN in masked.text and masked.hidden


def test_the_suspect_stays() -> None:
    text = "骗子电话 13800001111，网址 pay-xinghe.com，公司是星河优品商贸有限公司，账号 6222020200112233453。"
    assert mask(text, name="欧阳望舒", phone="13912345678").text == text


def test_words_that_an_officer_found_are_hidden_wherever_they_stand() -> None:
    text = "三号楼东单元的人都知道，三号楼 东单元只有两户。"
    assert "东单元" not in mask(text, more=["三号楼东单元"]).text
