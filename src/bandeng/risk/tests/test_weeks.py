"""Weekly counts of a former system, and the acts of `bandeng risk` about surges and the study."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from bandeng.areas.tests.factories import COMMUNITIES, GRIDS, STREETS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.dispatch.tests.factories import house
from bandeng.risk.clusters import RunWorking, Surge, SurveillanceRun, WeekCount
from bandeng.risk.management import scanwork
from bandeng.risk.services.weeks import WeeksInvalid, weeks_bring, weeks_read
from bandeng.risk.tests.factories import NOW
from bandeng.risk.tests.surges import CLERK, MONDAY, matters, weeks_before
from reckon.outbreak import plan_in_force

pytestmark = pytest.mark.django_db
HEAD = "group,monday,area_code,count,source"
LINE = f"noise,2026-11-09,{GRIDS[0]},3,原系统"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


def text(*lines: str) -> str:
    return "\n".join([HEAD, *lines]) + "\n"


def test_counts_are_brought_in_and_a_week_is_replaced_whole() -> None:
    house()
    first = text(LINE, f"noise,2026-11-09,{GRIDS[1]},2,原系统", f"noise,2026-11-02,{GRIDS[0]},5,原系统")
    assert weeks_bring(rows=weeks_read(first), actor=CLERK) == 3
    assert weeks_bring(rows=weeks_read(text(f"noise,2026-11-09,{STREETS[0]},9,原系统")), actor=CLERK) == 1
    found = set(WeekCount.objects.values_list("monday", "area_code", "count"))
    assert found == {(date(2026, 11, 9), STREETS[0], 9), (date(2026, 11, 2), GRIDS[0], 5)}
    assert AuditEntry.objects.filter(action="risk.week_counts_brought").count() == 2


def test_another_street_stays_as_it_is() -> None:
    house()
    weeks_bring(rows=weeks_read(text(LINE, f"noise,2026-11-09,{STREETS[1]},4,原系统")), actor=CLERK)
    weeks_bring(rows=weeks_read(text(f"noise,2026-11-09,{GRIDS[0]},1,原系统")), actor=CLERK)
    assert set(WeekCount.objects.values_list("area_code", "count")) == {(STREETS[1], 4), (GRIDS[0], 1)}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (f"noises,2026-11-09,{GRIDS[0]},3,x", "line 2: group 'noises'"),
        (f"noise,2026-11-10,{GRIDS[0]},3,x", "line 2: '2026-11-10' is no Monday"),
        (f"noise,9.11.2026,{GRIDS[0]},3,x", "line 2: '9.11.2026' is no Monday"),
        ("noise,2026-11-09,330199,3,x", "line 2: '330199' is no street"),
        ("noise,2026-11-09,330199009,3,x", "line 2: '330199009' is no street"),
        (f"noise,2026-11-09,{GRIDS[0]},0,x", "line 2: count '0'"),
        (f"noise,2026-11-09,{GRIDS[0]},-3,x", "line 2: count '-3'"),
        (f"noise,2026-11-09,{GRIDS[0]},nan,x", "line 2: count 'nan'"),
        (f"noise,2026-11-09,{GRIDS[0]},３,x", "line 2: count '３'"),
        (f"noise,2026-11-09,{GRIDS[0]},3,", "line 2: name the source"),
        (f"noise,2026-11-09,{GRIDS[0]},3", "line 2: 4 columns"),
        (f'noise,2026-11-09,{GRIDS[0]},3,"x', "no CSV"),
    ],
)
def test_a_wrong_line_is_named_with_what_to_do(line: str, words: str) -> None:
    house()
    with pytest.raises(WeeksInvalid, match=re.escape(words)):
        weeks_read(text(line))


def test_what_would_count_twice_is_refused() -> None:
    house()
    with pytest.raises(WeeksInvalid, match="there twice"):
        weeks_read(text(LINE, LINE))
    with pytest.raises(WeeksInvalid, match="both by itself and by its parts"):
        weeks_read(text(LINE, f"noise,2026-11-09,{COMMUNITIES[1]},3,x"))
    with pytest.raises(WeeksInvalid, match="no rows"):
        weeks_read(text())
    with pytest.raises(WeeksInvalid, match="parted by commas"):
        weeks_read(text(LINE).replace(",", ";"))
    matters(1, monday=MONDAY - timedelta(weeks=2))
    with pytest.raises(WeeksInvalid, match="counts those weeks itself"):
        weeks_bring(rows=weeks_read(text(LINE)), actor=CLERK)


def test_the_commands_bring_look_and_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house()
    file = tmp_path / "weeks.csv"
    file.write_text("\ufeff" + text(LINE), encoding="utf-8")
    call_command("risk", "weeks", str(file))
    weeks_before(20)
    call_command("risk", "surges")
    call_command("risk", "surges", "--week", "2026-11-09")
    numbers = list(SurveillanceRun.objects.order_by("id").values_list("id", "monday"))
    assert [monday for _, monday in numbers] == [MONDAY, MONDAY - timedelta(weeks=1)]
    call_command("risk", "surges-check", str(numbers[0][0]))
    assert "equal to the digit" in capsys.readouterr().out
    working = RunWorking.objects.get(run_id=numbers[0][0])
    working.inputs["households"][0] += 1
    working.save()
    with pytest.raises(CommandError, match="comes out otherwise"):
        call_command("risk", "surges-check", str(numbers[0][0]))
    assert not Surge.objects.filter(observed=0).exists()


@pytest.mark.parametrize("week", ["2026-11-10", "2026-11-23", "2026", "yesterday"])
def test_a_week_that_cannot_be_looked_at_is_refused(week: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("risk", "surges", "--week", week)
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="There is no run 7"):
        call_command("risk", "surges-check", "7")


def test_a_file_that_cannot_be_used_brings_nothing(tmp_path: Path) -> None:
    house()
    file = tmp_path / "weeks.csv"
    file.write_bytes(b"\xff\xfe\x00")
    for path in (file, tmp_path / "none.csv"):
        with pytest.raises(CommandError, match="未导入"):
            call_command("risk", "weeks", str(path))
    assert not WeekCount.objects.exists()


def test_the_study_writes_its_report_and_goes_on_where_it_was_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = replace(
        plan_in_force(), replicates=1, choosing_seeds=(1,), reporting_seeds=(3,), dispersion_factors=(1.3,),
        error_factors=(1.0,), alphas=(0.001,), pair_alphas=(0.005,), choosing_mean_most=1.0,
        choosing_worst_most=1.0,
    )  # fmt: skip
    monkeypatch.setattr(scanwork, "plan_in_force", lambda: plan)
    call_command("risk", "calibrate", "--out", str(tmp_path), "--search", verbosity=0)
    told = capsys.readouterr().out
    # The only candidate is what is shipped as calibrated, so that both do the same.
    lines = {
        line.split(":")[0]: line.split(":", 1)[1] for line in told.splitlines() if "false alarms" in line
    }
    assert lines["calibrated"] == lines["chosen now"]
    parts = {path: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
    report = (tmp_path / "calibration.md").read_text(encoding="utf-8")
    call_command("risk", "calibrate", "--out", str(tmp_path), "--search", verbosity=0)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()} == parts
    assert (tmp_path / "calibration.md").read_text(encoding="utf-8") == report
    assert (tmp_path / "candidates.csv").read_text(encoding="utf-8").count("\n") == 2
