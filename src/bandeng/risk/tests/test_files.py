"""The acts of `bandeng risk` on files."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reckon.outbreak import shipped


def series(path: Path) -> Path:
    """One short series that ends with the last judged week."""
    weeks = range(shipped().last_week - 200, shipped().last_week + 1)
    lines = ["scenario,replicate,week,count", *(f"1,1,{week},{3 + week % 3}" for week in weeks)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_surveil_writes_one_row_a_judged_week(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    call_command("risk", "surveil", str(series(tmp_path / "series.csv")), "--out", str(out))
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "scenario,replicate,week,count,expected,upper_bound,alarm"
    assert len(lines) == 1 + shipped().last_week - shipped().first_week + 1
    assert "weeks judged" in capsys.readouterr().out


def test_surveil_rejects_unknown_settings_and_writes_nothing(tmp_path: Path) -> None:
    settings, out = tmp_path / "own.toml", tmp_path / "out.csv"
    settings.write_text("alfa = 0.01\n", encoding="utf-8")
    with pytest.raises(CommandError, match="did you mean alpha") as refused:
        call_command(
            "risk", "surveil", str(series(tmp_path / "s.csv")), "--out", str(out), "--settings", str(settings)
        )
    assert refused.value.returncode == 2 and not out.exists()


def test_surveil_takes_settings_from_a_file(tmp_path: Path) -> None:
    settings, out = tmp_path / "own.toml", tmp_path / "out.csv"
    settings.write_text("first_week = 620\n", encoding="utf-8")
    call_command(
        "risk", "surveil", str(series(tmp_path / "s.csv")), "--out", str(out), "--settings", str(settings)
    )
    assert len(out.read_text(encoding="utf-8").splitlines()) == 1 + shipped().last_week - 620 + 1


def test_surveil_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "series.csv"
    broken.write_text("scenario,replicate,week,count\n1,1,1,x\n", encoding="utf-8")
    with pytest.raises(CommandError, match="line 2"):
        call_command("risk", "surveil", str(broken), "--out", str(tmp_path / "out.csv"))


MESSAGES = """留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数
1,U1,北桥小区夜间施工扰民,2026-10-01 09:00:00,北桥小区旁边工地夜间施工噪音很大,0,3
2,U2,北桥小区工地夜里施工太吵,2026-10-02 09:00:00,北桥小区旁工地夜间施工噪音扰民无法休息,0,1
"""


def test_topics_refuses_a_file_without_its_columns(tmp_path: Path) -> None:
    wrong = tmp_path / "messages.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("risk", "topics", str(wrong), "--out", str(tmp_path / "out"))
    assert refused.value.returncode == 2


def test_topics_writes_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "messages.csv"
    file.write_text(MESSAGES, encoding="utf-8")
    call_command("risk", "topics", str(file), "--out", str(tmp_path / "out"))
    assert (tmp_path / "out" / "topics.csv").exists()
    assert "2 messages" in capsys.readouterr().out


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_surveil_says_how_to_save_a_file_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "series.csv"
    file.write_text("scenario,replicate,week,count\n一号,1,1,2\n", encoding=encoding)
    with pytest.raises(CommandError, match=r"Save it as “CSV UTF-8”.*另存为“CSV UTF-8”"):
        call_command("risk", "surveil", str(file), "--out", str(tmp_path / "out.csv"))


def test_surveil_asks_for_a_file_where_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("risk", "surveil", str(series(tmp_path / "s.csv")), "--out", str(tmp_path))
    words = str(refused.value)
    assert (
        f"{tmp_path} is a folder. Name a file in it" in words and "是文件夹，请在 --out 后写文件名" in words
    )
    assert "Errno" not in words and refused.value.returncode == 2


def test_topics_asks_for_a_folder_where_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text(MESSAGES, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("risk", "topics", str(file), "--out", str(file))
    words = str(refused.value)
    assert f"{file} is a file, and the tables need a folder" in words and "请在 --out 后写文件夹" in words
    assert "Errno" not in words and refused.value.returncode == 2


def test_topics_says_where_it_cannot_write(tmp_path: Path) -> None:
    file, out = tmp_path / "messages.csv", tmp_path / "out"
    file.write_text(MESSAGES, encoding="utf-8")
    (out / "topics.csv").mkdir(parents=True)
    with pytest.raises(CommandError) as refused:
        call_command("risk", "topics", str(file), "--out", str(out))
    words = str(refused.value)
    assert f"{out} cannot be written: Is a directory" in words and f"{out} 写不进去" in words
    assert "Errno" not in words


LONG = "长" * 100


def test_surveil_says_that_a_name_is_too_long(tmp_path: Path) -> None:
    out = tmp_path / f"{LONG}.csv"
    with pytest.raises(CommandError, match="cannot be written: File name too long") as refused:
        call_command("risk", "surveil", str(series(tmp_path / "series.csv")), "--out", str(out))
    assert refused.value.returncode == 2


def test_surveil_writes_a_name_that_just_fits(tmp_path: Path) -> None:
    out = tmp_path / f"{'a' * 251}.csv"
    call_command("risk", "surveil", str(series(tmp_path / "series.csv")), "--out", str(out))
    assert out.exists()


def test_topics_says_that_a_name_is_too_long(tmp_path: Path) -> None:
    source = tmp_path / "messages.csv"
    source.write_text(MESSAGES, encoding="utf-8")
    with pytest.raises(CommandError, match="cannot be written: File name too long") as refused:
        call_command("risk", "topics", str(source), "--out", str(tmp_path / LONG))
    assert refused.value.returncode == 2


def test_a_command_stopped_from_the_keyboard_ends_with_one_sentence(tmp_path: Path) -> None:
    pipe = tmp_path / "series.csv"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "bandeng.config.program", "risk", "surveil", str(pipe)]
    # As at a terminal: whoever runs the tests in the background has them ignore the keyboard, and their programs too.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    program = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out.csv")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "BANDENG_DATA": str(tmp_path / "data")},
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    try:
        # Opens as soon as the command reads, which then waits for lines that never come.
        with pipe.open("w", encoding="utf-8"):
            program.send_signal(signal.SIGINT)
            said, wrong = program.communicate(timeout=60)
    finally:
        program.kill()
        program.communicate()
    assert program.returncode == 130
    assert (said, wrong.decode().splitlines()) == (b"", ["bandeng: stopped from the keyboard / 已由键盘中断"])


def test_topics_leaves_out_what_is_still_to_come_and_names_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messages.csv"
    file.write_text(MESSAGES + "3,U3,北桥小区夜间施工,9999-12-31 00:00:00,太吵了,0,0\n", encoding="utf-8")
    call_command("risk", "topics", str(file), "--out", str(tmp_path / "out"))
    out = capsys.readouterr().out
    assert "line 4: time '9999-12-31 00:00:00' is still to come" in out
    assert "as of 2026-10-02 09:00" in out and "1 条留言的时间晚于现在，未计入" in out


def test_topics_of_a_bare_header_says_that_there_is_nothing_to_rank(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "messages.csv"
    file.write_text(MESSAGES.splitlines()[0] + "\n", encoding="utf-8")
    call_command("risk", "topics", str(file), "--out", str(tmp_path / "out"))
    out = capsys.readouterr().out
    assert "nothing to rank" in out and "没有留言，无可归集" in out and "1970" not in out
