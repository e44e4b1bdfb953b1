"""`bandeng clues`: a classifier is trained, put into use, applied; what is wrong with a file is said in words."""

import csv
import json
import random
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bandeng.clues.services.scam_types import model_file, scam_classifier

TELLING = {"银行诈骗": "总行冻结柜台", "彩票诈骗": "头名彩头抽签", "邮件诈骗": "驿站运单寄件"}
NOISE = "东西南北春夏秋冬山水花鸟鱼虫风雨雷火土天地玄黄"


@pytest.fixture
def dialogues(tmp_path: Path) -> Path:
    chance, file = random.Random(2), tmp_path / "calls.jsonl"
    lines = [
        {
            "label": 1,
            "type": kind,
            "caller": [words[place * 2 : place * 2 + 2] + "，" + "".join(chance.sample(NOISE, 12))],
        }
        for kind, words in TELLING.items()
        for place in (0, 1, 2)
        for _ in range(8)
    ]
    file.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in lines), "utf-8")
    return file


def test_trained_model_is_applied(
    dialogues: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, out, texts = tmp_path / "model", tmp_path / "out.csv", tmp_path / "texts.csv"
    call_command("clues", "train", str(dialogues), "--out", str(model), "--use")
    assert "accuracy" in capsys.readouterr().out
    scam_classifier.forget()
    assert model_file().exists() and scam_classifier() is not None
    texts.write_text("id,text\na,总行说要冻结，让我去柜台\nb,收到短信让我点击链接\n", "utf-8")
    call_command("clues", "classify", str(texts), "--model", str(model), "--out", str(out))
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [(row["id"], row["scam_type"]) for row in rows] == [("a", "bank"), ("b", "phishing")]
    assert (rows[1]["judged_by"], rows[1]["words"]) == ("rules", "点击链接")
    model_file().unlink()
    scam_classifier.forget()
    assert scam_classifier() is None


def test_both_together_are_measured(dialogues: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("clues", "measure", str(dialogues))
    assert "rows 72" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["{", '{"label": 1}', ""])
def test_unfit_file_is_told_and_no_model_is_left(tmp_path: Path, content: str) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(content, "utf-8")
    with pytest.raises(CommandError):
        call_command("clues", "train", str(file), "--out", str(tmp_path / "model"))
    assert not (tmp_path / "model").exists()


def test_missing_file_and_damaged_model_are_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("clues", "train", str(tmp_path / "none"), "--out", str(tmp_path / "model"))
    (tmp_path / "model").write_bytes(b"nothing")
    with pytest.raises(CommandError):
        call_command(
            "clues", "classify", str(tmp_path / "x"), "--model", str(tmp_path / "model"), "--out", "x"
        )
