"""Files of messages and tables of topics: many forms are read, what is wrong is said in words, no formula leaves."""

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from reckon.topics import (
    Message,
    MessageTableInvalid,
    SettingsInvalid,
    TopicSettings,
    read_messages,
    settings_from,
    settings_in_force,
    topics_of_file,
)
from reckon.topics.tables import CELL_LENGTH, safe_cell
from tests.reckon.test_topics_planted import planted

ZONE = ZoneInfo("Asia/Shanghai")
HEADER = "id,reporter,title,time,text,against,support\n"
ROW = "7,p1,路灯不亮,2020-05-01 08:00:00,三天了,1,2\n"
MORNING = 1_588_291_200


def read(path: Path, content: str | bytes) -> list[Message]:
    """The messages of a file with this content."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_messages(path, zone=ZONE)


def write_messages(path: Path, messages: list[Message]) -> None:
    """A file as people send it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数"])
        for message in messages:
            time = _time(message.time)
            writer.writerow([
                message.id, message.reporter, message.title, time, message.text, message.against, message.support,
            ])  # fmt: skip


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, ZONE).strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test's file goes."""
    return tmp_path / "messages.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_encoding_of_a_spreadsheet_is_read(path: Path, encoding: str) -> None:
    assert read(path, (HEADER + ROW).encode(encoding)) == [
        Message("7", "路灯不亮", MORNING, "三天了", "p1", support=2, against=1)
    ]


def test_chinese_headers_in_any_order_and_others_beside(path: Path) -> None:
    rows = read(
        path, "点赞数,留言时间,备注,留言编号,留言详情,留言主题\n3,2020/5/1 8:00,x,7,三天了,路灯不亮\n"
    )
    assert rows == [Message("7", "路灯不亮", MORNING, "三天了", support=3)]


@pytest.mark.parametrize(
    "time",
    [
        "2020-05-01 08:00:00", "2020-05-01T08:00:00", "2020/5/1 8:00", "2020年5月1日 8:00:00", "2020.5.1 08:00",
        "2020-05-01 08:00:00.000", "2020-05-01T00:00:00Z", "2020-05-01T00:00:00+00:00",
    ],
)  # fmt: skip
def test_times_in_common_forms(path: Path, time: str) -> None:
    assert read(path, f"id,title,time,text\n1,a,{time},b\n")[0].time == MORNING


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty; it needs a header with id, title, time, text"),
        ("id,title,text\n1,a,b\n", r"no column time \(时间\); the header has: id, title, text"),
        (HEADER + "7,p,a,yesterday,b,0,0\n", "line 2: time 'yesterday' cannot be read; write it as"),
        (HEADER + ROW + "8,p,a,2020-02-30,b,0,0\n", "line 3: time '2020-02-30': day is out of range"),
        (HEADER + ROW + "8,p,a,0001-01-01,b,0,0\n", "line 3: time '0001-01-01' is before 1970"),
        (HEADER + "7,p,a,1969-12-31T23:59:59Z,b,0,0\n", "line 2: time '1969-12-31T23:59:59Z' is before"),
        (HEADER + "7,p,a,0001-01-01T00:00:00+14:00,b,0,0\n", r"line 2: time '0001-01-01T00:00:00\+14:00'"),
        ((HEADER + ROW).replace(",", ";"), "line 1: the columns are parted by semicolons"),
        (HEADER + "7,p,a,,b,0,0\n", "line 2: time '' cannot be read"),
        (HEADER + ROW.replace(",2\n", ",many\n"), "line 2: votes 'many' are not a whole number"),
        (HEADER + ROW.replace(",2\n", ",-2\n"), "line 2: votes '-2' are not a whole number"),
        (HEADER + ROW.replace(",2\n", f",{'9' * 40}\n"), "line 2: votes '9{40}' are not a whole number"),
        (HEADER + ROW.replace(",2\n", f",{'9' * 5000}\n"), "line 2: votes '9{40}' are not a whole number"),
        (HEADER + ROW.replace(",2\n", ",３\n"), "line 2: votes '３' are not a whole number"),
        (HEADER + ROW.replace("7,", ",", 1), "line 2: no message id; fill it in"),
        (
            (HEADER + ROW * 300).encode() + b"\xff\xff" + ROW.encode(),
            "line 302: not readable as UTF-8, though",
        ),
        (b"\x81\xff\xff\xff\x00" * 20, "neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_wrong_is_said(path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(MessageTableInvalid, match=said):
        read(path, content)


def test_a_time_of_the_year_one_leaves_nothing_behind(path: Path, tmp_path: Path) -> None:
    path.write_text(HEADER + ROW.replace("2020-05-01", "0001-01-01"), encoding="utf-8")
    with pytest.raises(MessageTableInvalid, match="line 2: time '0001-01-01 08:00:00' is before 1970"):
        topics_of_file(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(MessageTableInvalid, match=r"cannot be read: .*check the path"):
        read_messages(tmp_path / "none.csv", zone=ZONE)


def test_a_field_of_many_lines_and_empty_rows(path: Path) -> None:
    rows = read(path, HEADER + '7,p,a,2020-05-01,"one\ntwo, three",0,0\n\n,,,,,,\n8,p,b,2020-05-01,c,,\n')
    assert [(row.id, row.text) for row in rows] == [("7", "one\ntwo, three"), ("8", "c")]


def test_the_tables_open_in_a_spreadsheet(tmp_path: Path) -> None:
    messages, _ = planted(3)
    write_messages(tmp_path / "in.csv", messages)
    summary = topics_of_file(tmp_path / "in.csv", tmp_path / "out")
    assert [file.name for file in summary.files] == [
        "topics.csv",
        "topic_messages.csv",
        "topic_heat.csv",
        "topics.xlsx",
    ]
    content = (tmp_path / "out" / "topics.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert rows[0] == ["热度排名", "问题ID", "热度指数", "时间范围", "地点/人群", "问题描述"]
    assert [int(row[0]) for row in rows[1:]] == list(range(1, len(rows)))
    heats = [float(row[2]) for row in rows[1:]]
    assert heats == sorted(heats, reverse=True)
    assert all(" 至 " in row[3] for row in rows[1:])
    book = load_workbook(tmp_path / "out" / "topics.xlsx", read_only=True)
    assert book.sheetnames == ["热点问题表", "热点问题留言明细表", "热度计算表"]
    assert len(list(book["热点问题表"].iter_rows())) == len(rows)
    book.close()


def test_the_messages_of_a_topic_stand_in_the_second_table(tmp_path: Path) -> None:
    messages, _ = planted(3)
    write_messages(tmp_path / "in.csv", messages)
    summary = topics_of_file(tmp_path / "in.csv", tmp_path / "out")
    with (tmp_path / "out" / "topic_messages.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["问题ID", "留言编号", "留言主题", "留言时间", "留言详情", "反对数", "点赞数"]
    assert len({row[0] for row in rows[1:]}) == summary.topics
    by_id = {message.id: message for message in messages}
    for row in rows[1:]:
        message = by_id[row[1]]
        assert row[2:] == [
            message.title,
            _time(message.time),
            message.text,
            str(message.against),
            str(message.support),
        ]


def test_english_headers_on_request(tmp_path: Path) -> None:
    write_messages(tmp_path / "in.csv", planted(3)[0])
    data = settings_in_force().as_data() | {"language": "en", "workbook": False}
    summary = topics_of_file(tmp_path / "in.csv", tmp_path / "out", settings_from(data))
    assert summary.files[-1].name == "topic_heat.csv"
    head = (tmp_path / "out" / "topics.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head[0] == "rank,topic id,heat,period,place or group,description"
    assert " to " in head[1]


def test_no_formula_leaves(tmp_path: Path) -> None:
    title = "=HYPERLINK(1)路灯不亮云杉苑小区"
    messages = [
        Message(f"+{number}", title, MORNING, f"@SUM{number}路灯不亮了", f"p{number}") for number in range(4)
    ]
    write_messages(tmp_path / "in.csv", messages)
    topics_of_file(tmp_path / "in.csv", tmp_path / "out")
    with (tmp_path / "out" / "topic_messages.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert f"'{title}" in cells and "'+1" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


@given(st.text())
def test_a_cell_is_never_a_formula_and_always_xml(text: str) -> None:
    cell = str(safe_cell(text))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert len(cell) <= CELL_LENGTH + 1
    assert "\x00" not in cell and "\ufffe" not in cell
    cell.encode()


def test_numbers_stay_numbers() -> None:
    assert safe_cell(-3) == -3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "unknown: colour"),
        ({"language": "fr"}, "language 'fr' is not one of zh, en"),
        ({"time_zone": "Moon"}, "time_zone 'Moon' is not known"),
        ({"valid_from": "soon"}, "Invalid isoformat"),
        ({"heat": {"voice": 1}}, "is missing"),
        ({"workbook": 1}, "workbook = 1 is not true or false"),
    ],
)
def test_settings_that_are_wrong_are_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsInvalid, match=said):
        settings_from(settings_in_force().as_data() | change)


@pytest.mark.parametrize(
    ("section", "name", "value", "said"),
    [
        ("heat", "voice", -1, r"heat.voice = -1 is not between 0 and 1000"),
        ("heat", "voice", "1", r"heat.voice = '1' is not a number"),
        ("heat", "voice", float("nan"), r"heat.voice = nan is not between"),
        ("listing", "votes_alone", 1.5, r"listing.votes_alone = 1.5 is not a whole number"),
        ("grouping", "alike", 0, r"grouping.alike = 0 is not between"),
        ("grouping", "colour", 0, r"unknown: grouping.colour"),
    ],
)
def test_settings_of_a_section_are_checked(section: str, name: str, value: object, said: str) -> None:
    data = settings_in_force().as_data()
    data[section] = data[section] | {name: value}
    with pytest.raises(SettingsInvalid, match=said):
        settings_from(data)


def test_settings_survive_a_round_trip() -> None:
    in_force = settings_in_force()
    assert isinstance(in_force, TopicSettings)
    assert settings_from(in_force.as_data()) == in_force
