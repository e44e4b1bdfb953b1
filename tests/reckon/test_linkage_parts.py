"""Names, addresses and telephone numbers taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.linkage import address_of, name_of, phones_of, vocabulary_in_force
from reckon.linkage.names import shortened

WORDS = vocabulary_in_force().with_places(places=["澜州", "澄湖"])
SIGNS = st.text(alphabet="华鼎盛源恒泰瑞丰", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("text", "core", "industry", "branch"),
    [
        ("澜州市澄湖区华鼎餐饮管理有限公司", "华鼎", "餐饮管理", ""),
        ("华鼎（澜州）餐饮管理有限公司", "华鼎", "餐饮管理", ""),
        ("浙江省澜州华鼎餐饮管理股份有限公司", "华鼎", "餐饮管理", ""),
        ("华鼎餐饮", "华鼎", "餐饮", ""),
        ("华鼎餐饮管理有限公司城东分公司", "华鼎", "餐饮管理", "城东"),
        ("华鼎餐饮管理有限公司澜州城东分公司", "华鼎", "餐饮管理", "城东"),
        ("华鼎健身（星沙店）", "华鼎", "健身", "星沙"),
        ("华鼎健身第二分店", "华鼎", "健身", "2"),
        ("华鼎健身2分店", "华鼎", "健身", "2"),
        ("华鼎健身城西旗舰店", "华鼎", "健身", "城西"),
        ("瑞丰投资管理合伙企业(有限合伙)", "瑞丰", "投资管理", ""),
        ("多多超市", "多多", "超市", ""),
        ("ＡＢＣ教育培训", "ABC", "教育培训", ""),
        ("华鼎", "华鼎", "", ""),
        ("", "", "", ""),
    ],
)
def test_name_of(text: str, core: str, industry: str, branch: str) -> None:
    name = name_of(text=text, vocabulary=WORDS)
    assert (name.core, name.industry, name.branch) == (core, industry, branch)


@pytest.mark.parametrize("text", ["超市有限公司", "上市", "科技", "分公司", "（）", "有限公司"])
def test_name_of_is_never_emptied(text: str) -> None:
    name = name_of(text=text, vocabulary=WORDS)
    assert bool(name.stem or name.branch) is (text != "（）")


@given(word=SIGNS)
def test_a_name_is_the_same_in_any_width_and_brackets(word: str) -> None:
    plain = name_of(text=f"{word}(澜州)科技有限公司", vocabulary=WORDS)
    assert name_of(text=f" {word}（澜州） 科技有限公司", vocabulary=WORDS) == plain


@given(
    word=st.text(alphabet="华鼎盛源恒泰", min_size=3, max_size=6),
    place=st.integers(0, 5),
    sign=st.sampled_from("甲乙丙"),
)
def test_words_one_character_apart_share_a_shortened_form(word: str, place: int, sign: str) -> None:
    where = place % len(word)
    for other in (
        word[:where] + sign + word[where + 1 :],
        word[:where] + word[where + 1 :],
        word[:where] + sign + word[where:],
    ):
        assert set(shortened(word=word)) & set(shortened(word=other))


def test_words_two_characters_apart_share_none() -> None:
    assert not set(shortened(word="华鼎盛")) & set(shortened(word="甲乙盛"))


@pytest.mark.parametrize(
    ("text", "building", "tower", "room"),
    [
        ("澜州市澄湖区青石街道春和路108号云汇大厦3幢1502室", "春和路108#3", "云汇大厦", "1502"),
        ("春和路一百零八号云汇大厦三栋1502", "春和路108#3", "云汇大厦", "1502"),
        ("澄湖区春和路108号", "春和路108", "", ""),
        ("春和路108-2号", "春和路108", "", ""),
        ("云汇大厦3号楼15层", "云汇大厦#3", "云汇大厦", "F15"),
        ("春和路", "", "", ""),
        ("3幢708室", "", "", "708"),
        ("", "", "", ""),
    ],
)
def test_address_of(text: str, building: str, tower: str, room: str) -> None:
    address = address_of(text=text, vocabulary=WORDS)
    assert (address.building, address.tower, address.room) == (building, tower, room)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("+86 138-0013-8000", ("13800138000",)),
        ("0086 13800138000", ("13800138000",)),
        ("0599-8888 6666转801", ("88886666",)),
        ("（0599）88886666／13800138000", ("13800138000", "88886666")),
        ("13800138000、13900139000", ("13800138000", "13900139000")),
        ("400-800-1234", ("4008001234",)),
        ("12345", ()),
        ("", ()),
    ],
)
def test_phones_of(text: str, numbers: tuple[str, ...]) -> None:
    assert phones_of(text=text) == numbers


@given(text=st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    assert phones_of(text=" ".join(phones_of(text=text))) == phones_of(text=text)
    name_of(text=text, vocabulary=WORDS)
    address_of(text=text, vocabulary=WORDS)
