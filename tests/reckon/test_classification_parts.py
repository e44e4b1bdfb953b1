"""Symbols, n-grams, folds, calibration and scores, one by one."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.classification import MessageText, Prediction, evaluate, settings_in_force
from reckon.classification.calibration import ALWAYS, calibrate, calibration_error
from reckon.classification.folds import fold_numbers, near_duplicates
from reckon.classification.function_words import without_function_words
from reckon.classification.lexicon import lead, learn_lexicon
from reckon.classification.ngrams import ngrams
from reckon.classification.symbols import symbols

TEXTS = st.lists(st.text(max_size=30), max_size=6)


def numbers(text: str) -> list[int]:
    """The symbols of one text."""
    return [int(symbol) for symbol in symbols([text]).symbol]


def test_width_case_digits_and_marks_make_no_difference() -> None:
    assert numbers("ＡＢＣ　１２３号！") == numbers("abc 987号")
    assert len(numbers("Street lamp 12")) == 3
    assert len(numbers("路灯不亮")) == 4
    assert numbers("street") != numbers("treets")


@given(TEXTS)
def test_each_text_is_read_by_itself(texts: list[str]) -> None:
    stream = symbols(texts)
    apart = [numbers(text) for text in texts]
    assert stream.symbol.tolist() == [symbol for each in apart for symbol in each]
    assert stream.text.tolist() == [number for number, each in enumerate(apart) for _ in each]


@given(TEXTS, st.integers(1, 4))
def test_ngrams_stay_within_their_text(texts: list[str], longest: int) -> None:
    stream = symbols(texts)
    lengths = np.bincount(stream.text, minlength=len(texts))
    for order, (rolled, begins) in enumerate(ngrams(stream, longest), start=1):
        assert len(rolled) == len(begins) == sum(max(0, length - order + 1) for length in lengths)
        assert (stream.text[begins] == stream.text[begins + order - 1]).all()


def test_function_words_go_and_the_rest_stays_in_order() -> None:
    left = without_function_words(symbols(["因为我们的路灯不亮", "但是"]))
    assert left.symbol.tolist() == numbers("路灯亮")
    assert left.text.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (MessageText(text="正文", title="标题"), "标题"),
        (MessageText(text="标题　　正文很长"), "标题"),
        (MessageText(text="　　正文很长很长很长很长"), "　　正文很长很长很"),
        (MessageText(text="正文很长很长很长很长很长"), "正文很长很长很长很"),
    ],
)
def test_the_lead_of_a_message(message: MessageText, expected: str) -> None:
    assert lead(message, 9) == expected


def test_near_duplicates_never_part() -> None:
    texts = [
        f"{name}小区门口的{thing}坏了三个月没有人修" for name in "东西南北" for thing in ("路灯", "井盖")
    ]
    texts += [text + "，请处理" for text in texts]
    messages = [MessageText(text) for text in texts]
    lexicon = learn_lexicon(messages, settings=settings_in_force(), categories=2)
    groups = near_duplicates(lexicon.counts(messages).matrix(), share=0.35)
    assert all(groups[row] == groups[row + 8] for row in range(8))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=4, max_size=60), st.integers(2, 6))
def test_every_group_has_one_part_and_every_row_a_valid_one(rows: list[tuple[int, int]], folds: int) -> None:
    labels = np.array([label for label, _ in rows])
    groups = np.array([label * 10 + group for label, group in rows])
    parts = fold_numbers(labels, groups, folds=folds, seed=1)
    assert set(parts.tolist()) <= set(range(folds))
    for label in set(labels.tolist()):
        own = labels == label
        if len(set(groups[own].tolist())) > 1:
            assert len(set(parts[own].tolist())) > 1
            assert all(len(set(parts[groups == group].tolist())) == 1 for group in set(groups[own].tolist()))
        elif own.sum() > 1:
            assert len(set(parts[own].tolist())) > 1


def drawn(count: int, sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and labels drawn with the probabilities that scores of that sharpness mean."""
    chance = np.random.default_rng(4)
    scores = chance.normal(size=(count, 3))
    power = np.exp(sharpness * scores)
    power /= power.sum(axis=1, keepdims=True)
    labels = (chance.random((count, 1)) > power.cumsum(axis=1)).sum(axis=1)
    return scores, labels


def test_calibration_finds_the_sharpness_and_the_threshold() -> None:
    scores, labels = drawn(20_000, 3.0)
    calibration = calibrate(scores, labels, precision_target=0.9)
    assert calibration.sharpness == pytest.approx(3.0, rel=0.05)
    confidence = calibration.confidence(scores)
    right = scores.argmax(axis=1) == labels
    assert calibration_error(confidence, right) < 0.01
    kept = confidence >= calibration.threshold
    assert 0.9 <= right[kept].mean() < 0.91


def test_where_the_precision_cannot_be_reached_it_always_abstains() -> None:
    scores, labels = drawn(200, 0.0)
    assert calibrate(scores, labels, precision_target=0.99).threshold == ALWAYS


def test_scores_by_hand() -> None:
    truth = ["甲", "甲", "甲", "乙"]
    given = [("甲", 0.9), ("甲", 0.8), ("乙", 0.4), ("乙", 0.7)]
    report = evaluate(truth, [Prediction(category, sure, sure < 0.5) for category, sure in given])
    one, two = sorted(report.categories, key=lambda score: score.category)
    assert (one.category, one.precision, one.recall, one.support) == ("乙", 0.5, 1.0, 1)
    assert [two.precision, two.recall, two.f1] == pytest.approx([1.0, 2 / 3, 0.8])
    assert report.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert (report.accuracy, report.abstained, report.precision_kept) == (0.75, 0.25, 1.0)
    with pytest.raises(ValueError, match="nothing"):
        evaluate([], [])


def test_answering_needs_neither_scikit_learn_nor_scipy() -> None:
    code = "import sys, reckon.classification; print('scipy' in sys.modules or 'sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
