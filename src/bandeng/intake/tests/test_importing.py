"""Imports: good rows go in, bad ones are told, nothing twice, a killed run goes on."""

import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import Workbook

from bandeng.core.rules import Actor
from bandeng.dispatch.tests.factories import house
from bandeng.intake.models import ImportRefusal, ImportRun
from bandeng.intake.services import importing
from bandeng.intake.services.importing import MappingWrong, matters_import
from bandeng.intake.sheets import FileUnreadable
from bandeng.matters.models import Matter

pytestmark = pytest.mark.django_db
CLERK = Actor("cli:test")
HEADER = "id,title,time,text,against,support\n"


def written(folder: Path, text: str, *, name: str = "stream.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_good_rows_go_in_and_bad_ones_are_told_with_line_and_reason(tmp_path: Path) -> None:
    house()
    rows = (
        "1,路灯不亮,2019-02-28 11:25:05,古渡路路灯不亮,0,3",
        "2,坏时间,昨天,文字,0,0",
        "3,,2019/2/8 9:05,只有内容，没有标题,0,0",
        "4,坏数,2019-01-01 00:00:00,文字,-1,0",
    )
    text = HEADER + "\n".join(rows)
    tally = matters_import(path=written(tmp_path, text), actor=CLERK)
    assert (tally.created, tally.refused, tally.rows) == (2, 2, 4)
    assert [(line, column) for line, column, _ in tally.refusals] == [(3, "time"), (5, "against")]
    first = Matter.objects.order_by("id")[0]
    assert (first.title, first.support, first.channel) == ("路灯不亮", 3, "import")
    assert first.opened_at.isoformat() == "2019-02-28T03:25:05+00:00"
    assert ImportRefusal.objects.count() == 2


def test_same_file_twice_creates_nothing_twice(tmp_path: Path) -> None:
    house()
    path = written(
        tmp_path, HEADER + "1,甲,2019-01-01 00:00:00,内容甲,0,0\n1,甲,2019-01-01 00:00:00,内容甲,0,0\n"
    )
    first, second = (matters_import(path=path, actor=CLERK) for _ in range(2))
    assert (first.created, first.known) == (1, 1)
    assert (second.created, second.known) == (0, 2)
    assert Matter.objects.count() == 1


def test_same_number_with_other_words_is_refused_not_lost(tmp_path: Path) -> None:
    house()
    matters_import(path=written(tmp_path, HEADER + "1,甲,2019-01-01 00:00:00,内容甲,0,0\n"), actor=CLERK)
    other = written(tmp_path, HEADER + "1,乙,2019-01-01 00:00:00,内容乙,0,0\n", name="other.csv")
    refused = matters_import(path=other, actor=CLERK)
    assert (refused.created, refused.refused) == (0, 1)
    assert matters_import(path=other, actor=CLERK, source="another system").created == 1


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    house()
    tally = matters_import(
        path=written(tmp_path, HEADER + "1,甲,2019-01-01 00:00:00,内容,0,0\n"), actor=CLERK, dry_run=True
    )
    assert tally.created == 1
    assert not Matter.objects.exists() and not ImportRun.objects.exists()


def test_killed_run_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house()
    monkeypatch.setattr(importing, "CHUNK", 2)
    path = written(
        tmp_path, HEADER + "".join(f"{n},第{n}件,2019-01-01 00:00:00,内容{n},0,0\n" for n in range(6))
    )

    class Killed(BaseException):
        pass

    def die_at_four(tally: importing.Tally) -> None:
        if tally.rows == 4:
            raise Killed

    with pytest.raises(Killed):
        matters_import(path=path, actor=CLERK, progress=die_at_four)
    assert Matter.objects.count() == 4
    seen: list[int] = []
    tally = matters_import(path=path, actor=CLERK, progress=lambda each: seen.append(each.rows))
    assert seen == [6], "the second run began after the rows that were in"
    assert (tally.created, Matter.objects.count()) == (6, 6)


def test_columns_are_mapped_by_name_or_as_told(tmp_path: Path) -> None:
    house()
    by_name = written(tmp_path, "留言编号,留言主题,留言时间,留言详情\n9,题,2020-01-02 03:04:05,详情文字\n")
    assert matters_import(path=by_name, actor=CLERK).created == 1
    odd = written(tmp_path, "a,b\n标题,正文内容\n", name="odd.csv")
    with pytest.raises(MappingWrong):
        matters_import(path=odd, actor=CLERK)
    assert matters_import(path=odd, actor=CLERK, given={"title": "a", "text": "b"}).created == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"])
def test_encodings_are_recognised(tmp_path: Path, encoding: str) -> None:
    house()
    path = written(
        tmp_path, HEADER + "1,井盖缺失，车多,2019-01-01 00:00:00,桂园路窨井盖缺失,0,0\n", encoding=encoding
    )
    matters_import(path=path, actor=CLERK)
    assert Matter.objects.get().title == "井盖缺失，车多"


def test_broken_bytes_refuse_their_row_only(tmp_path: Path) -> None:
    house()
    path = tmp_path / "broken.csv"
    good = "1,甲,2019-01-01 00:00:00,内容甲,0,0\n".encode()
    path.write_bytes(
        HEADER.encode()
        + good
        + b"2,\xff\xfe\xfa,2019-01-01 00:00:00,text,0,0\n"
        + "3,丙,2019-01-01 00:00:00,丙丙,0,0\n".encode()
    )
    tally = matters_import(path=path, actor=CLERK, encoding="utf-8")
    assert (tally.created, tally.refused, tally.refusals[0][0]) == (2, 1, 3)


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_what_a_spreadsheet_saves_as_unicode_text_is_read(tmp_path: Path, order: str) -> None:
    house()
    path = tmp_path / "unicode.csv"
    lines = '编号\t标题\t时间\t内容\r\n7\t路灯不亮\t2026-01-02 03:04:05\t"古渡路,靠桥"\r\n'
    path.write_bytes(f"\ufeff{lines}".encode(order))
    assert matters_import(path=path, actor=CLERK).created == 1
    assert Matter.objects.get().text == "古渡路,靠桥"


def test_row_with_half_a_letter_is_refused_alone(tmp_path: Path) -> None:
    house()
    path = tmp_path / "half.csv"
    rows = "1,甲,2019-01-01 00:00:00,内容甲,0,0\n2,乙\ud83d,2019-01-01 00:00:00,内容乙,0,0\n"
    path.write_bytes(f"\ufeff{HEADER}{rows}".encode("utf-16-le", "surrogatepass"))
    tally = matters_import(path=path, actor=CLERK)
    assert (tally.created, tally.refused, tally.refusals[0][0]) == (1, 1, 3)


def test_noughts_among_letters_are_not_kept(tmp_path: Path) -> None:
    house()
    path = written(tmp_path, HEADER + "1,井盖\x00缺失,2019-01-01 00:00:00,桂园路\x00窨井盖缺失,0,0\n")
    assert matters_import(path=path, actor=CLERK).created == 1
    assert Matter.objects.get().title == "井盖缺失"


@pytest.mark.parametrize(
    "content",
    [
        "标题,内容\n甲,乙\n".encode("utf-16-le"),  # without the mark that says so
        "\ufeff标题,内容\n甲,乙\n".encode("utf-16-le") + b"\n",  # broken off in the middle of a letter
        "\ufeff标题\ud83d,内容\n甲,乙\n".encode("utf-16-le", "surrogatepass"),
        b"\xff\xfe",
        b"\xff\xfe\x00",
        "标题\x00,内容\n甲,乙\n".encode(),
        "标题,内容\xff\n甲,乙\n".encode("latin-1", "replace"),
    ],
)
def test_files_whose_columns_cannot_be_read_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises((FileUnreadable, MappingWrong)) as refused:
        matters_import(path=path, actor=CLERK)
    str(refused.value).encode()


def test_workbook_rows_go_in(tmp_path: Path) -> None:
    house()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编号", "标题", "时间", "内容"])
    sheet.append([7, "路灯不亮", "2026-01-02 03:04:05", "古渡路"])
    path = tmp_path / "matters.xlsx"
    book.save(path)
    assert matters_import(path=path, actor=CLERK).created == 1


@pytest.mark.parametrize("content", [b"", b"   \n", b"PK\x03\x04 not a workbook"])
def test_unreadable_files_are_refused_as_a_whole(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable):
        matters_import(path=path, actor=CLERK)


def test_workbook_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(FileUnreadable, match="炸弹"):
        matters_import(path=path, actor=CLERK)


def test_command_tells_what_came_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house()
    path = written(tmp_path, HEADER + "1,甲,2019-01-01 00:00:00,内容甲,0,0\n2,乙,坏,内容乙,0,0\n")
    errors = tmp_path / "errors.csv"
    call_command("import", "matters", str(path), "--errors", str(errors))
    printed = capsys.readouterr().out
    assert "created 1" in printed and "line 3 [time]" in printed
    assert "3,time," in errors.read_text(encoding="utf-8-sig")
    with pytest.raises(CommandError, match="字段=列名"):
        call_command("import", "matters", str(path), "--map", "title")


def test_command_alone_names_its_option_for_the_encoding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house()
    path = tmp_path / "broken.csv"
    path.write_bytes(HEADER.encode() + b"2,\xff\xfe\xfa,2019-01-01 00:00:00,text,0,0\n" * 2)
    with translation.override("en"):
        (_, _, reason), *_ = matters_import(path=path, actor=CLERK, dry_run=True).refusals
    assert reason == "There are characters that cannot be read. Save the file as UTF-8."
    call_command("import", "matters", str(path))
    assert "--encoding" in capsys.readouterr().out
    call_command("import", "matters", str(path), "--encoding", "utf-8")
    assert "--encoding" not in capsys.readouterr().out
