"""Model files and message files: what is wrong with one is said in words."""

import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reckon.classification import (
    Classifier,
    LabelledText,
    MessageFileInvalid,
    MessageText,
    ModelUnreadable,
    labelled_rows,
    message_rows,
    train,
)
from reckon.classification.model_file import read_model, write_model

ROWS = [LabelledText(f"{word}{number}号", word) for word in ("路灯不亮", "垃圾成堆") for number in range(4)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model's file."""
    path = tmp_path_factory.mktemp("model") / "model"
    train(ROWS).classifier.save(path)
    return path


def test_a_model_file_is_readable_and_leaves_nothing_beside_it(model: Path) -> None:
    assert [file.name for file in model.parent.iterdir()] == ["model"]
    assert stat.S_IMODE(model.stat().st_mode) & stat.S_IRUSR
    header, arrays = read_model(model)
    assert header["categories"] == ["垃圾成堆", "路灯不亮"]
    assert arrays["weights"].dtype == "<f2"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0), st.integers(1, 255))
def test_any_changed_byte_is_found(model: Path, tmp_path: Path, where: int, flip: int) -> None:
    content = bytearray(model.read_bytes())
    content[where % len(content)] ^= flip
    damaged = tmp_path / "damaged"
    damaged.write_bytes(content)
    with pytest.raises(ModelUnreadable):
        Classifier.load(damaged)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a zip", b"\x80\x04. a pickle", b"reckon.classification model\n"]
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(ModelUnreadable, match="foreign"):
        Classifier.load(path)


def test_a_missing_or_cut_file_is_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable, match="cannot be read"):
        Classifier.load(tmp_path / "absent")
    cut = tmp_path / "cut"
    cut.write_bytes(model.read_bytes()[:-100])
    with pytest.raises(ModelUnreadable, match="damaged"):
        Classifier.load(cut)


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {"colour": "red"}},
        {"calibration": {"sharpness": 1.0}},
        {"calibration": {"sharpness": 1.0, "threshold": 0.5, "extra": 1}},
        {"categories": ["one"]},
        {"version": 99},
        {"about": 3},
    ],
)
def test_a_whole_file_that_does_not_fit_together_is_refused(
    model: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    header, arrays = read_model(model)
    kept = {name: value for name, value in header.items() if name not in {"arrays", "version"}}
    write_model(tmp_path / "odd", header=kept | change, arrays=arrays)
    with pytest.raises(ModelUnreadable):
        Classifier.load(tmp_path / "odd")


def test_a_failed_save_leaves_the_older_model(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"older")
    _, arrays = read_model(model)
    with pytest.raises(TypeError):
        write_model(path, header={"about": object()}, arrays=arrays)
    assert path.read_bytes() == b"older"
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


def test_rows_carry_their_id_title_and_line(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('\ufeffid,title,text\n7,标题,"两\n行"\n8,,乙\n\n9\n', encoding="utf-8")
    rows = list(message_rows(path))
    assert [(row.line, row.id, row.message) for row in rows] == [
        (2, "7", MessageText("两\n行", "标题")),
        (4, "8", MessageText("乙")),
        (6, "9", MessageText("")),
    ]


def test_without_an_id_rows_are_numbered_from_0(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("text\n甲\n乙\n", encoding="utf-8")
    assert [row.id for row in message_rows(path)] == ["0", "1"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"text,category\n", "no rows"),
        (b"words,category\n\xe7\x94\xb2,a\n", "no column text; the header has: words, category"),
        (b"text,category\n\xe7\x94\xb2,\n", "line 2: no category"),
        (
            b"text,category\n\xe7\x94\xb2,a\nb\xff,c\n",
            r"line 3: not UTF-8 \(byte 2 of the line\); save the file",
        ),
        ("text,category\n路灯,灯\n".encode("gb18030"), "line 2: not UTF-8"),
    ],
)
def test_a_file_of_messages_that_cannot_be_used_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    with pytest.raises(MessageFileInvalid, match=reason):
        list(labelled_rows(path))


def test_a_missing_file_of_messages_says_so(tmp_path: Path) -> None:
    with pytest.raises(MessageFileInvalid, match="cannot be read"):
        list(message_rows(tmp_path / "absent.csv"))


def test_a_message_longer_than_a_usual_field_is_read(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("text\n" + "长" * 200_000 + "\n", encoding="utf-8")
    [row] = message_rows(path)
    assert len(row.message.text) == 200_000


def test_what_the_header_holds_is_plain_data(model: Path) -> None:
    header, _ = read_model(model)
    assert json.loads(json.dumps(header)) == header
