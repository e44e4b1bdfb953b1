"""The acts of `bandeng risk` on files."""

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
