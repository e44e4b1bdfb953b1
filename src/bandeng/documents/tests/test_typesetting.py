"""Papers are archivable, readable aloud, the same each time; a broken template says what is wrong."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from bandeng.documents.tests.judging import faults, said
from bandeng.documents.typesetting import ROOT, TypesettingFailed, typeset

AT = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
WORDS = {
    "language": "zh",
    "title": "测试",
    "author": "板凳",
    "footer": "页脚",
    "page": "第 %(page)s 页，共 %(pages)s 页",
    "stamp": "草案",
}
TEMPLATE = ROOT / "documents" / "tests" / "paper.typ"


def _paper(said: str = "人民调解") -> bytes:
    return typeset(template=TEMPLATE, content={"words": WORDS, "said": said}, at=AT)


def test_a_paper_says_its_words_and_is_for_archives_and_screen_readers() -> None:
    paper = _paper()
    assert faults(paper) == []
    assert all(words in said(paper) for words in ("测试", "人民调解", "第 1 页，共 1 页", "草案"))
    assert str(PdfReader(io.BytesIO(paper)).root_object["/Lang"]) == "zh"


def test_equal_content_and_moment_give_equal_bytes() -> None:
    assert _paper() == _paper() != _paper("司法确认")


def test_what_people_write_is_no_markup() -> None:
    written = '#panic("!") *强* $x$ <a> @b \\ "'
    assert written in said(_paper(written))


def test_a_template_that_cannot_be_set_says_why(tmp_path: Path) -> None:
    with pytest.raises(TypesettingFailed, match="said"):
        typeset(template=TEMPLATE, content={"words": WORDS}, at=AT)
    with pytest.raises(TypesettingFailed):
        typeset(template=tmp_path / "outside.typ", content={}, at=AT)
