"""The classifier on small synthetic messages: learns, abstains, is corrected, saves and loads."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from reckon.classification import (
    Classifier,
    LabelledText,
    MessageText,
    SettingsInvalid,
    TrainedModel,
    TrainingDataUnfit,
    corrected,
    settings_from,
    settings_in_force,
    train,
)

SUBJECTS = {
    "噪声": ["夜间施工噪声扰民", "广场音响太吵", "机器轰鸣无法入睡", "装修电钻声音刺耳"],
    "道路": ["路面坑洼积水", "路灯不亮出行难", "人行道砖块松动", "井盖破损有危险"],
    "工资": ["工程队拖欠工资", "老板不发加班费", "没有签劳动合同", "工伤没有赔偿"],
    "食品": ["餐馆卫生差", "买到过期食品", "食堂饭菜变质", "外卖吃出异物"],
}
PLACES = ["东湖", "西山", "南桥", "北门", "中心", "新村", "老街", "河畔"]
FILLERS = ["请尽快处理。", "我们已经反映了很多次，但是没有人管。", "谢谢！", "希望有关部门能够重视这个问题。"]


def messages(count: int, *, seed: int = 0) -> list[LabelledText]:
    """Plainly synthetic labelled messages."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        category = sorted(SUBJECTS)[number % len(SUBJECTS)]
        first, second = chance.sample(SUBJECTS[category], 2)
        place = chance.choice(PLACES) + chance.choice(PLACES)
        text = f"{place}小区{first}，{second}。{chance.choice(FILLERS)}编号{chance.randrange(10_000)}"
        rows.append(LabelledText(text=text, category=category, title=f"{place}{first}"))
    return rows


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    """A classifier of 160 messages."""
    return train(messages(160), today=date(2026, 11, 22))


def ask(classifier: Classifier, *texts: str) -> list[str]:
    """The categories answered."""
    return [answer.category for answer in classifier.predict([MessageText(text=text) for text in texts])]


def test_unseen_messages_are_recognised(trained: TrainedModel) -> None:
    unseen = messages(80, seed=9)
    answers = trained.classifier.predict([MessageText(row.text, row.title) for row in unseen])
    assert sum(answer.category == row.category for answer, row in zip(answers, unseen, strict=True)) >= 76
    assert trained.report.macro_f1 > 0.9
    assert trained.report.rows == 160
    assert {score.category: score.support for score in trained.report.categories} == dict.fromkeys(
        SUBJECTS, 40
    )


def test_title_alone_is_enough(trained: TrainedModel) -> None:
    [answer] = trained.classifier.predict([MessageText(text="", title="工地拖欠工资")])
    assert answer.category == "工资"


def test_a_message_about_nothing_known_abstains_and_still_has_a_category(trained: TrainedModel) -> None:
    for text in ("", "……！？", "\x00\ud800", "zzz qqq"):
        [answer] = trained.classifier.predict([MessageText(text=text)])
        assert answer.abstained
        assert answer.category in SUBJECTS
        assert 0 < answer.confidence < 1


def test_nothing_asked_nothing_answered(trained: TrainedModel) -> None:
    assert trained.classifier.predict([]) == []


def test_function_words_change_nothing(trained: TrainedModel) -> None:
    plain = MessageText(text="路面坑洼积水")
    wordy = MessageText(text="我们的路面，非常坑洼，而且也积水了！")
    assert np.allclose(trained.classifier.scores([plain]), trained.classifier.scores([wordy]))


def test_answers_do_not_depend_on_the_company(trained: TrainedModel) -> None:
    asked = [MessageText(row.text, row.title) for row in messages(700, seed=3)]
    together = trained.classifier.predict(asked)
    assert [trained.classifier.predict([message])[0] for message in asked[:50]] == together[:50]
    assert trained.classifier.predict(asked[650:]) == together[650:]


def test_saved_and_loaded_it_answers_alike(trained: TrainedModel, tmp_path: Path) -> None:
    trained.classifier.save(tmp_path / "model")
    loaded = Classifier.load(tmp_path / "model")
    unseen = [MessageText(row.text, row.title) for row in messages(40, seed=5)]
    for one, other in zip(trained.classifier.predict(unseen), loaded.predict(unseen), strict=True):
        assert (one.category, one.abstained) == (other.category, other.abstained)
        assert one.confidence == pytest.approx(other.confidence, abs=0.005)
    assert loaded.about["trained"] == "2026-11-22"
    assert loaded.about["report"]["rows"] == 160
    assert loaded.settings == settings_in_force()


def test_the_same_rows_give_the_same_file(trained: TrainedModel, tmp_path: Path) -> None:
    trained.classifier.save(tmp_path / "one")
    train(messages(160), today=date(2026, 11, 22)).classifier.save(tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_correction_changes_a_repeated_mistake_and_hurts_nothing(trained: TrainedModel) -> None:
    rows, unseen = messages(160), messages(80, seed=9)
    mistaken = "河边广场舞半夜不停音响开到最大"
    assert ask(trained.classifier, mistaken) == ["噪声"]
    correction = LabelledText(text=mistaken, category="道路")
    better = train(corrected(rows, [correction])).classifier
    assert ask(better, mistaken, "河边广场舞半夜不停") == ["道路", "道路"]
    answers = ask(better, *(row.text for row in unseen))
    assert sum(got == row.category for got, row in zip(answers, unseen, strict=True)) >= 76


def test_the_latest_correction_holds_and_replaces_the_row_of_the_same_text() -> None:
    rows = [LabelledText(text="甲 乙", category="一"), LabelledText(text="丙", category="一")]
    settings = replace(settings_in_force(), correction_weight=3.0)
    said = [LabelledText(text="甲乙", category="二"), LabelledText(text="甲乙", category="三")]
    assert corrected(rows, said, settings=settings) == [rows[1], replace(said[1], weight=3.0)]


def test_two_messages_a_category_are_enough_in_any_language() -> None:
    rows = [
        LabelledText("The street lamp is broken", "lamps"),
        LabelledText("Broken lamp at the corner", "lamps"),
        LabelledText("Garbage is not collected", "waste"),
        LabelledText("Nobody collected our garbage", "waste"),
        LabelledText("カラスがうるさい", "鳥"),
        LabelledText("カラスの鳴き声", "鳥"),
    ]
    classifier = train(rows).classifier
    assert ask(classifier, "a broken LAMP", "garbage everywhere", "カラス") == ["lamps", "waste", "鳥"]


def test_many_categories_that_share_a_template() -> None:
    names = [f"{first}{second}" for first in "甲乙丙丁戊己庚" for second in "木火土金水"]
    rows = [LabelledText(f"关于{name}事项的报告第{number}号", name) for name in names for number in range(4)]
    trained = train(rows)
    assert trained.report.macro_f1 > 0.9
    assert ask(trained.classifier, "关于甲木事项") == ["甲木"]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "two categories"),
        ([LabelledText("甲", "一"), LabelledText("乙", "一")], "two categories"),
        (
            [LabelledText("甲", "一"), LabelledText("乙", "一"), LabelledText("丙", "二")],
            "only one message for: 二",
        ),
        ([LabelledText("甲", " "), LabelledText("乙", " "), *messages(8)], "needs a category"),
        ([replace(row, weight=0.0) for row in messages(8)], "weight above zero"),
        ([LabelledText(mark, name) for name in "一二" for mark in "。！"], "no words occur"),
    ],
)
def test_rows_that_cannot_train_are_refused(rows: list[LabelledText], reason: str) -> None:
    with pytest.raises(TrainingDataUnfit, match=reason):
        train(rows)


def test_the_file_stays_small_with_many_categories() -> None:
    settings = replace(settings_in_force(), most_weights=2000)
    classifier = train(messages(160), settings=settings).classifier
    assert classifier.weights.size <= 2000
    assert ask(classifier, "工程队拖欠工资") == ["工资"]


@pytest.mark.parametrize(
    "change",
    [
        {"colour": "red"},
        {"folds": 1},
        {"fit": "strong"},
        {"views": []},
        {"views": [{"part": "tail", "longest": 2, "weight": 1.0}]},
        {"views": [{"part": "whole", "longest": 2, "weight": 1.0, "depth": 1}]},
        {"views": [{"part": "whole", "longest": 0, "weight": 1.0}]},
    ],
)
def test_settings_that_are_unknown_or_out_of_range_are_refused(change: dict[str, object]) -> None:
    data = settings_in_force().as_data()
    assert settings_from(data) == settings_in_force()
    with pytest.raises(SettingsInvalid):
        settings_from({**data, **change})
    del data["fit"]
    with pytest.raises(SettingsInvalid, match="fit"):
        settings_from(data)
