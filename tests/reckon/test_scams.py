"""Kinds of fraud: rules, the reader of dialogues, the classifier, both together."""

import json
import random
from pathlib import Path

import pytest

from reckon.classification import LabelledText, MessageText
from reckon.scams import (
    DialoguesInvalid,
    JudgedBy,
    RulesInvalid,
    ScamType,
    dialogue_rows,
    judge,
    matched_types,
    measure,
    rules_in_force,
    train_scams,
)
from reckon.scams.wording import rules_from

#: Words that tell a kind in these made-up texts; the shipped rules know none of them.
TELLING = {
    "lottery": ("头名", "彩头", "抽签", "幸运", "观众", "颁发"),
    "investment": ("行情", "老师", "仓位", "项目", "名额", "合约"),
    "bank": ("总行", "冻结", "柜台", "异常", "风险", "账户"),
    "parcel": ("物流", "驿站", "运单", "退回", "寄件", "签收"),
}
#: Words without meaning, so that no two texts are near-duplicates of one another.
SYLLABLES = "东西南北春夏秋冬山水花鸟鱼虫风雨雷电金木火土天地玄黄宇宙洪荒"


def row(kind: str, chance: random.Random) -> LabelledText:
    noise = ["".join(chance.sample(SYLLABLES, 3)) for _ in range(8)]
    parts = [*chance.sample(TELLING[kind], 3), *noise]
    chance.shuffle(parts)
    return LabelledText(text="，".join(parts), title=parts[0], category=kind)


def rows(count: int = 30) -> list[LabelledText]:
    chance = random.Random(4)
    return [row(kind, chance) for kind in TELLING for _ in range(count)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("接到电话说我中奖五万元，要先交手续费才能领奖", ScamType.LOTTERY),
        ("对方说我儿子被绑架了，让我马上转账十万赎金", ScamType.KIDNAPPING),
        ("拉我进群跟着导师炒股，说稳赚不赔", ScamType.INVESTMENT),
        ("说我的包裹里有违禁品，要我配合海关调查", ScamType.PARCEL),
        ("收到短信让我点击链接更新社保卡", ScamType.PHISHING),
        ("自称平台客服，说要给我退款，叫我共享屏幕", ScamType.CUSTOMER_SERVICE),
    ],
)
def test_rules_know_what_residents_write(text: str, kind: ScamType) -> None:
    answer = judge(text, classifier=None)
    assert (answer.type, answer.by) == (kind, JudgedBy.RULES)
    assert all(word in text for word in answer.words)


def test_two_kinds_of_rules_leave_it_to_the_classifier() -> None:
    text = "快递被海关扣留，又劝我投资，说收益很高"
    assert len(matched_types(text, rules_in_force())) == 2
    assert judge(text, classifier=None).by is JudgedBy.NOBODY


def test_nothing_said_is_nobodys_judgement() -> None:
    assert judge("路灯不亮", classifier=None).type is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "lottery", "all": [], "reason": "空"},
        {"type": "lottery", "all": [[]], "reason": "空"},
        {"type": "ghost", "all": [["鬼"]], "reason": "没有这种"},
        {"type": "lottery", "all": [["奖"]], "reason": "多余", "weight": 2},
    ],
)
def test_rules_that_cannot_be_used_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(RulesInvalid, match="rule 1"):
        rules_from({"rule": [wrong]})


def dialogue(**changes: object) -> str:
    return json.dumps(
        {"label": 1, "type": "彩票诈骗", "caller": ["您好"], "callee": ["哦"], **changes}, ensure_ascii=False
    )


def test_dialogues_are_read_and_normal_calls_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(f"{dialogue()}\n\n{dialogue(label=0, type=None)}\n{dialogue(type='phishing')}\n", "utf-8")
    found = list(dialogue_rows(file))
    assert [each.category for each in found] == ["lottery", "phishing"]
    assert (found[0].text, found[0].title) == ("您好\n哦", "您好")


@pytest.mark.parametrize(
    "line",
    ["{", "[]", dialogue(type="冒充外星人"), dialogue(caller="您好"), dialogue(caller=[""]), '{"label": 1}'],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(f"{dialogue()}\n{line}\n", "utf-8")
    with pytest.raises(DialoguesInvalid, match="line 2"):
        list(dialogue_rows(file))


def test_classifier_learns_what_the_rules_do_not_know() -> None:
    trained = train_scams(rows())
    assert trained.report.accuracy > 0.9
    answer = judge("总行，东花雷，冻结，春水电，柜台", classifier=trained.classifier)
    assert answer.type is ScamType.BANK
    assert answer.by in {JudgedBy.CLASSIFIER, JudgedBy.NOBODY} and answer.confidence is not None


def test_same_rows_give_the_same_answers() -> None:
    one, two = (train_scams(rows(12)).classifier for _ in range(2))
    texts = [MessageText(text=each.text) for each in rows(3)]
    assert one.predict(texts) == two.predict(texts)


def test_measuring_judges_texts_that_were_not_learnt() -> None:
    shuffled = rows(15)
    kinds = [each.category for each in shuffled]
    random.Random(1).shuffle(kinds)
    lost = measure(
        [LabelledText(text=a.text, title=a.title, category=b) for a, b in zip(shuffled, kinds, strict=True)]
    )
    found = measure(shuffled)
    assert found.classifier_accuracy > 0.9
    assert lost.classifier_accuracy < 0.6  # labels at random: what was learnt by heart does not help
