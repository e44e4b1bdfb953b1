"""Files of series: what goes in, what comes out, and what is said about a bad file."""

import csv
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reckon.outbreak import SeriesFileInvalid, detector, judge, shipped, surveil
from reckon.outbreak.farrington import Fits, fit_baselines

# Weeks that a short file can have.
SETTINGS = replace(shipped(), first_week=266, last_week=268)


def rows_of(
    *, weeks: range = range(1, 269), names: tuple[tuple[str, str], ...] = (("4", "1"), ("8", "2"))
) -> list[str]:
    """A file's lines, with a column nobody asked for."""
    random = np.random.default_rng(11)
    lines = ["scenario,replicate,week,note,count"]
    lines += [f"{a},{b},{week},x,{random.poisson(5)}" for a, b in names for week in weeks]
    return lines


def written(tmp_path: Path, lines: list[str]) -> Path:
    path = tmp_path / "series.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refused(tmp_path: Path, lines: list[str]) -> str:
    out = tmp_path / "out.csv"
    with pytest.raises(SeriesFileInvalid) as caught:
        surveil(series_csv=written(tmp_path, lines), out_csv=out, settings=SETTINGS)
    assert not out.exists()
    return str(caught.value)


def test_every_judged_week_gets_its_bound(tmp_path: Path) -> None:
    lines = rows_of()
    lines[268] = "4,1,268,x,60"
    out = tmp_path / "out.csv"
    summary = surveil(series_csv=written(tmp_path, lines), out_csv=out, settings=SETTINGS)
    with out.open(encoding="utf-8", newline="") as stream:
        answers = list(csv.DictReader(stream))
    assert list(answers[0]) == ["scenario", "replicate", "week", "count", "expected", "upper_bound", "alarm"]
    assert [(a["scenario"], a["replicate"], a["week"]) for a in answers] == [
        (scenario, replicate, week)
        for scenario, replicate in (("4", "1"), ("8", "2"))
        for week in ("266", "267", "268")
    ]
    counts = [int(line.rsplit(",", 1)[1]) for line in lines[1:269]]
    direct = judge(counts=counts, weeks=[266, 267, 268], settings=SETTINGS)
    assert [int(a["upper_bound"]) for a in answers[:3]] == direct.upper_bound[0].tolist()
    assert [float(a["expected"]) for a in answers[:3]] == pytest.approx(
        direct.expected[0].tolist(), rel=1e-12
    )
    assert [a["alarm"] for a in answers[:3]] == ["0", "0", "1"]
    assert (summary.series, summary.judged, summary.methods) == (2, 6, {"farrington": 6})
    assert summary.alarms == sum(a["alarm"] == "1" for a in answers)
    assert summary.discoveries == 1
    assert summary.unconverged == 0
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["out.csv", "series.csv"]


def test_the_order_of_rows_does_not_matter_and_a_byte_order_mark_neither(tmp_path: Path) -> None:
    lines = rows_of()
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    surveil(series_csv=written(tmp_path, lines), out_csv=one, settings=SETTINGS)
    mixed = ["\ufeff" + lines[0], lines[1], *lines[:1:-1]]
    surveil(series_csv=written(tmp_path, mixed), out_csv=two, settings=SETTINGS)
    assert one.read_text(encoding="utf-8") == two.read_text(encoding="utf-8")


def test_a_series_that_starts_later_is_judged_by_what_it_has(tmp_path: Path) -> None:
    lines = rows_of() + rows_of(weeks=range(250, 270), names=(('late, "new"', "1"),))[1:]
    lines = [line.replace('late, "new"', '"late, ""new"""') for line in lines]
    out = tmp_path / "out.csv"
    summary = surveil(series_csv=written(tmp_path, lines), out_csv=out, settings=SETTINGS)
    assert summary.methods == {"farrington": 6, "ears_c2": 3}
    with out.open(encoding="utf-8", newline="") as stream:
        assert [row["scenario"] for row in csv.DictReader(stream)][-3:] == ['late, "new"'] * 3


def test_an_answer_replaces_the_one_before(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")
    surveil(series_csv=written(tmp_path, rows_of()), out_csv=out, settings=SETTINGS)
    assert out.read_text(encoding="utf-8").startswith("scenario,")


def test_the_series_are_never_overwritten(tmp_path: Path) -> None:
    path = written(tmp_path, rows_of())
    with pytest.raises(SeriesFileInvalid, match="stays as it is"):
        surveil(series_csv=path, out_csv=tmp_path / "." / "series.csv", settings=SETTINGS)
    assert path.read_text(encoding="utf-8").startswith("scenario,replicate,week,note,count")


def test_a_missing_column_is_named_with_what_it_may_be_called(tmp_path: Path) -> None:
    lines = rows_of()
    lines[0] = "scenario,replicate,week,note,counts"
    assert "line 1: column 'count' is missing" in refused(tmp_path, lines)
    assert "Is it 'counts'?" in refused(tmp_path, lines)


def test_a_column_given_twice_is_refused(tmp_path: Path) -> None:
    lines = rows_of()
    lines[0] = "scenario,replicate,week,count,count"
    assert "column 'count' is twice" in refused(tmp_path, lines)


@pytest.mark.parametrize(("sign", "called"), [(";", "semicolons"), ("\t", "tabs"), ("，", "Chinese commas")])
def test_columns_parted_by_other_signs_are_refused_by_name(tmp_path: Path, sign: str, called: str) -> None:
    lines = [line.replace(",", sign) for line in rows_of()]
    assert f"line 1: the columns are parted by {called}" in refused(tmp_path, lines)


def test_a_folder_that_is_not_there_is_named_before_anything_is_judged(tmp_path: Path) -> None:
    with pytest.raises(SeriesFileInvalid, match=r"There is no folder .*none"):
        surveil(
            series_csv=written(tmp_path, rows_of()), out_csv=tmp_path / "none" / "out.csv", settings=SETTINGS
        )


@pytest.mark.parametrize("count", ["", "1.5", "-1", "many", "９", "1e3", "nan", "NaN", "inf", "1 000", "0x1"])
def test_a_count_that_is_no_whole_number_is_refused_with_its_line(tmp_path: Path, count: str) -> None:
    lines = rows_of()
    lines[41] = f"4,1,41,x,{count}"
    assert f"line 42: count is {count!r}, not a whole number" in refused(tmp_path, lines)


@pytest.mark.parametrize("week", [41, 240, 260])
def test_a_mistyped_huge_count_is_judged_in_a_moment(tmp_path: Path, week: int) -> None:
    lines = rows_of()
    lines[week] = f"4,1,{week},x,999999999"
    started = time.process_time()
    summary = surveil(series_csv=written(tmp_path, lines), out_csv=tmp_path / "out.csv", settings=SETTINGS)
    assert summary.judged == 6
    assert time.process_time() - started < 2


def test_a_past_that_admits_no_answer_is_refused_with_series_and_week(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No series is known whose fit fails: the rule for it is tried by making one fail.
    def lame(**given: Any) -> Fits:
        fits = fit_baselines(**given)
        fits.expected[4] = np.nan
        return fits

    monkeypatch.setattr(detector, "fit_baselines", lame)
    message = refused(tmp_path, rows_of())
    assert "scenario 8, replicate 2, week 267: what was to be expected cannot be calculated" in message


def test_a_gap_is_refused_with_the_line_after_it(tmp_path: Path) -> None:
    lines = rows_of()
    del lines[100]
    message = refused(tmp_path, lines)
    assert "line 101: scenario 4, replicate 1 has no week 100" in message
    assert "the count 0" in message


def test_a_week_given_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = rows_of()
    lines.append(lines[300])
    assert "line 538: scenario 8, replicate 2 has week 32 twice" in refused(tmp_path, lines)


def test_a_series_too_short_is_refused(tmp_path: Path) -> None:
    assert "ends with week 267" in refused(tmp_path, rows_of(weeks=range(1, 268)))
    late = refused(tmp_path, rows_of(weeks=range(260, 269)))
    assert "line 10: scenario 4, replicate 1 starts with week 260: too short to judge week 266" in late


def test_a_row_cut_short_and_a_nameless_series_are_refused(tmp_path: Path) -> None:
    lines = rows_of()
    lines[7] = "4,1,7"
    assert "line 8: 3 columns" in refused(tmp_path, lines)
    lines[7] = ",1,7,x,3"
    assert "line 8: scenario or replicate is empty" in refused(tmp_path, lines)


def test_a_row_with_too_many_cells_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = rows_of()
    lines[7] = "4,1,7,x,3,8"
    assert "line 8: 6 columns, and the header has 5" in refused(tmp_path, lines)
    lines[7] = "4,1,7,x,3,,"
    out = tmp_path / "out.csv"
    assert surveil(series_csv=written(tmp_path, lines), out_csv=out, settings=SETTINGS).judged == 6


def test_a_quotation_mark_never_closed_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = rows_of()
    lines[7] = '4,1,7,"x,3'
    assert "line 8: cannot be read as CSV" in refused(tmp_path, lines)


def test_a_header_in_capital_letters_is_read(tmp_path: Path) -> None:
    lines = rows_of()
    lines[0] = lines[0].upper()
    out = tmp_path / "out.csv"
    assert surveil(series_csv=written(tmp_path, lines), out_csv=out, settings=SETTINGS).judged == 6


def test_a_file_that_is_empty_or_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    assert "no rows" in refused(tmp_path, ["scenario,replicate,week,count"])
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with pytest.raises(SeriesFileInvalid, match="column 'scenario' is missing"):
        surveil(series_csv=empty, out_csv=tmp_path / "out.csv", settings=SETTINGS)
    empty.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeriesFileInvalid, match="cannot be read"):
        surveil(series_csv=empty, out_csv=tmp_path / "out.csv", settings=SETTINGS)
    with pytest.raises(SeriesFileInvalid, match="cannot be read"):
        surveil(series_csv=tmp_path / "none.csv", out_csv=tmp_path / "out.csv", settings=SETTINGS)


def test_a_result_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "folder.csv"
    out.mkdir()
    with pytest.raises(OSError, match="folder"):
        surveil(series_csv=written(tmp_path, rows_of()), out_csv=out, settings=SETTINGS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.csv", "series.csv"]
