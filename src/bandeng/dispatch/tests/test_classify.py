"""`bandeng classify` from file to file."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bandeng.dispatch.knowledge import classifier
from bandeng.dispatch.services.corrections import base_rows
from reckon.classification import MessageText

LABELLED = "text,category\n" + "".join(
    f"{place}{words},{category}\n"
    for words, category in (("小区路灯不亮", "照明"), ("门口垃圾成堆", "环境"), ("工地拖欠工资", "劳动"))
    for place in ("东湖", "西山", "南桥", "北门", "中心")
)


def classify(*arguments: object) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("classify", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to train on."""
    path = tmp_path_factory.mktemp("trained") / "labelled.csv"
    path.write_text(LABELLED, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(labelled: Path) -> Path:
    """A trained model's file."""
    classify("train", labelled, "--out", labelled.parent / "model")
    return labelled.parent / "model"


def answers(path: Path) -> list[list[str]]:
    """The rows of a result."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_train_prints_scores_of_each_category(tmp_path: Path, labelled: Path) -> None:
    printed = classify("train", labelled, "--out", tmp_path / "model")
    assert [line.split()[-1] for line in printed.splitlines()[2:5]] == ["劳动", "照明", "环境"]
    assert "macro-F1 1.0000" in printed


def test_run_answers_every_row_in_order(tmp_path: Path, model: Path) -> None:
    asked = tmp_path / "asked.csv"
    asked.write_text('id,title,text\nx9,路灯,"小区路灯\n不亮"\nx2,,门口垃圾成堆\nx9,,\n', encoding="utf-8")
    classify("run", asked, "--model", model, "--out", tmp_path / "out.csv")
    header, *rows = answers(tmp_path / "out.csv")
    assert header == ["id", "category", "confidence", "abstained"]
    assert [row[0] for row in rows] == ["x9", "x2", "x9"]
    assert [row[1] for row in rows[:2]] == ["照明", "环境"]
    assert rows[2][1] and rows[2][3] == "true"
    assert all(0 < float(row[2]) <= 1 for row in rows)
    assert not list(tmp_path.glob("*.part"))


def test_run_numbers_rows_from_0_across_batches(tmp_path: Path, model: Path) -> None:
    asked = tmp_path / "asked.csv"
    asked.write_text("text\n" + "小区路灯不亮\n" * 2500, encoding="utf-8")
    classify("run", asked, "--model", model, "--out", tmp_path / "out.csv")
    assert [row[0] for row in answers(tmp_path / "out.csv")[1:]] == [str(number) for number in range(2500)]


def test_evaluate_prints_scores(labelled: Path, model: Path) -> None:
    assert "macro-F1 1.0000" in classify("evaluate", labelled, "--model", model)


def test_corrections_are_learnt(tmp_path: Path, labelled: Path) -> None:
    (tmp_path / "said.csv").write_text("text,category\n东湖小区路灯不亮,环境\n", encoding="utf-8")
    classify(
        "train",
        labelled,
        "--corrections",
        tmp_path / "said.csv",
        "--out",
        tmp_path / "better",
    )
    asked = tmp_path / "asked.csv"
    asked.write_text("text\n东湖小区路灯不亮\n西山小区路灯不亮\n", encoding="utf-8")
    classify("run", asked, "--model", tmp_path / "better", "--out", tmp_path / "out.csv")
    assert [row[1] for row in answers(tmp_path / "out.csv")[1:]] == ["环境", "照明"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"words\n\xe7\x94\xb2\n", "no column text"),
        (b"text\n\xe7\x94\xb2\n\xff\n", "line 3: not UTF-8"),
    ],
)
def test_a_broken_file_is_told_and_leaves_the_older_result(
    tmp_path: Path, model: Path, content: bytes, reason: str
) -> None:
    (tmp_path / "asked.csv").write_bytes(content)
    (tmp_path / "out.csv").write_text("older", encoding="utf-8")
    with pytest.raises(CommandError, match=reason):
        classify("run", tmp_path / "asked.csv", "--model", model, "--out", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "older"
    assert not list(tmp_path.glob("*.part"))


def test_a_foreign_model_and_missing_files_are_told(tmp_path: Path, labelled: Path, model: Path) -> None:
    with pytest.raises(CommandError, match="not a classification model"):
        classify("evaluate", labelled, "--model", labelled)
    with pytest.raises(CommandError, match="absent"):
        classify("run", tmp_path / "absent.csv", "--model", model, "--out", tmp_path / "out.csv")
    with pytest.raises(CommandError, match="nowhere"):
        classify("run", labelled, "--model", model, "--out", tmp_path / "nowhere" / "out.csv")


@pytest.mark.django_db
def test_use_puts_the_model_where_intake_finds_it_and_keeps_its_rows(
    tmp_path: Path, labelled: Path, settings: Any
) -> None:
    settings.CLASSIFIER_FILE = tmp_path / "models" / "classifier"
    classify("train", labelled, "--out", tmp_path / "model", "--use")
    known = classifier()
    assert known is not None
    assert known.predict([MessageText(text="小区路灯不亮")])[0].category == "照明"
    assert len(list(base_rows())) == 15
