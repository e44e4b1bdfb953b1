"""The acts of `bandeng risk` about the detector and the look for surges."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from django.core.management.base import CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bandeng.core.rules import Actor
from bandeng.risk.clusters import SurveillanceRun
from bandeng.risk.scan_rules import surge_settings
from bandeng.risk.selectors.scan import newest_monday
from bandeng.risk.services.scan import surveillance_check, surveillance_run
from bandeng.risk.services.weeks import WeeksInvalid, weeks_bring, weeks_read
from reckon.outbreak import (
    NothingEligible,
    Workshop,
    candidates_csv,
    choose,
    plan_in_force,
    reported_on,
    shipped,
    try_candidates,
    write_report,
)
from reckon.outbreak.writing import write_whole

Tell = Callable[[str], object]
COMMAND_LINE = Actor("command line")
UNUSABLE = 2
PARTS = "parts"
SHOWN = 5


def detector_calibrate(*, out: Path, search: bool, tell: Tell, quiet: bool = False) -> None:
    """Write the study of the detector; with `search`, choose its criteria anew first. Raises CommandError.

    Every part that is done is kept in the folder, so that the same call goes on where it was cut short.
    """
    plan = plan_in_force()
    detectors = {name: shipped(name) for name in ("standard", "calibrated")}
    try:
        out.mkdir(parents=True, exist_ok=True)
        if search:
            with _progress("choosing / 比选参数", quiet=quiet) as told:
                workshop = Workshop(folder=out / PARTS, told=told)
                candidates = try_candidates(plan=plan, base=shipped("calibrated"), workshop=workshop)
            write_whole(path=out / "candidates.csv", text=candidates_csv(candidates=candidates, plan=plan))
            tell(f"{out / 'candidates.csv'}")
            detectors["chosen now"] = choose(candidates=candidates, plan=plan).settings
        with _progress("reporting / 出报告", quiet=quiet) as told:
            workshop = Workshop(folder=out / PARTS, told=told)
            reported = reported_on(plan=plan, detectors=detectors, workshop=workshop)
        page, table = write_report(folder=out, plan=plan, reported=reported)
    except (NothingEligible, OSError) as wrong:
        raise CommandError(str(wrong)) from wrong
    for one in reported:
        performance = one.performance
        tell(
            f"{one.name}: false alarms {performance.mean_false:.4f}, worst scenario "
            f"{performance.worst.false_share:.4f}, found {performance.mean_found:.3f}"
        )
    tell(f"{page}\n{table}")


@contextmanager
def _progress(name: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream, so that the answer can go into a file."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, quiet=quiet)) as progress:
        task = progress.add_task(name, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def surges_run(*, week: str, tell: Tell) -> None:
    """Look for surges up to a week, the newest whole one unless another is named. Raises CommandError."""
    made = surveillance_run(actor=COMMAND_LINE, monday=_monday(week))
    last = made.monday + timedelta(days=6)
    tell(
        f"run {made.pk}: {made.monday} – {last}, {made.series} series judged, {made.scans} groups scanned, "
        f"{made.clusters} clusters, {made.rises} surges\n"
        f"第 {made.pk} 次监测：判定 {made.series} 条序列，扫描 {made.scans} 类，聚集 {made.clusters} 处，"
        f"街道突增 {made.rises} 处"
    )


def _monday(week: str) -> date:
    newest = newest_monday(hour=surge_settings().monday_hour)
    if not week:
        return newest
    try:
        monday = date.fromisoformat(week)
    except ValueError:
        raise CommandError(
            f"{week!r} is no day. Write the week's Monday like {newest}. 周一日期写作 {newest}。",
            returncode=UNUSABLE,
        ) from None
    if monday.weekday() or monday > newest:
        raise CommandError(
            f"{week} is no Monday of a whole week; the newest is {newest}. 最近的整周从 {newest} 开始。",
            returncode=UNUSABLE,
        )
    return monday


def surges_check(*, number: int, tell: Tell) -> None:
    """Make a run anew from its own inputs. Raises CommandError if it differs in a single digit."""
    try:
        found = surveillance_check(number=number)
    except SurveillanceRun.DoesNotExist:
        raise CommandError(
            f"There is no run {number}. 没有第 {number} 次监测。", returncode=UNUSABLE
        ) from None
    if found.differences:
        for place in found.differences[:SHOWN]:
            tell(f"  {place}")
        raise CommandError(f"run {number} comes out otherwise / 第 {number} 次监测无法复现")
    tell(f"run {number}: equal to the digit / 第 {number} 次监测逐位一致")
    if found.inputs_moved:
        tell("The record has late or corrected entries since. 此后有补录或更正。")


def weeks_import(*, file: Path, tell: Tell) -> None:
    """Bring weekly counts of a former system in from a CSV. Raises CommandError."""
    try:
        rows = weeks_read(file.read_text(encoding="utf-8-sig"))
        count = weeks_bring(rows=rows, actor=COMMAND_LINE)
    except (OSError, UnicodeDecodeError, WeeksInvalid) as wrong:
        raise CommandError(f"{file}: {wrong}\n未导入任何数据，请改正后重试。", returncode=UNUSABLE) from wrong
    tell(f"{count} rows / 行")
