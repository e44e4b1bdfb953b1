"""The acts of `bandeng risk` that read files and write files, and touch no database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError

from bandeng.core import clock
from reckon import topics
from reckon.outbreak import SeriesFileInvalid, SettingsInvalid, read, shipped, surveil

Tell = Callable[[str], object]
#: The file or the settings cannot be used; 1 is for everything else that is refused.
UNUSABLE = 2
LEFT_OUT_SHOWN = 20


def series_judge(*, series: Path, out: Path, settings: Path | None, tell: Tell) -> None:
    """Judge the weeks of every series of a file. Raises CommandError."""
    with _written_to(out):
        if out.is_dir():
            raise _refused(
                f"{out} is a folder. Name a file in it, such as {out / 'out.csv'}.\n"
                f"{out} 是文件夹，请在 --out 后写文件名，如 {out / 'out.csv'}。"
            )
        chosen = read(settings) if settings else shipped()
        summary = surveil(series_csv=series, out_csv=out, settings=chosen)
    tell(
        f"{summary.series} series, {summary.judged} weeks judged, {summary.alarms} alarms → {out}\n"
        f"{summary.series} 条序列，判定 {summary.judged} 周，超上限 {summary.alarms} 次"
    )
    tell(
        f"Looked at together, {summary.discoveries} alarms stand "
        f"with at most {summary.discovery_rate:.0%} of them false."
    )
    for method, weeks in sorted(summary.methods.items()):
        tell(f"  {method}: {weeks}")
    if summary.unconverged:
        tell(f"{summary.unconverged} fits found no rest within the allowed steps / 次拟合未收敛")


def topics_gather(*, messages: Path, out: Path, tell: Tell) -> None:
    """Gather the messages of a file into hot topics. Raises CommandError."""
    with _written_to(out):
        if out.exists() and not out.is_dir():
            raise _refused(
                f"{out} is a file, and the tables need a folder. Name another place.\n"
                f"{out} 是文件，请在 --out 后写文件夹。"
            )
        summary = topics.topics_of_file(messages, out, topics.settings_in_force(), now=clock.now())
    for notice in summary.notices:
        tell(notice)
    _left_out_told(summary.left_out, tell)
    if summary.messages:
        tell(
            f"{summary.messages} messages ({summary.new_messages} new, {summary.repeated_messages} seen before), "
            f"{summary.topics} topics as of {summary.as_of:%Y-%m-%d %H:%M}\n"
            f"{summary.messages} 条留言（新增 {summary.new_messages}），{summary.topics} 个热点"
        )
    else:
        tell("No messages, so there is nothing to rank.\n没有留言，无可归集。")
    for file in summary.files:
        tell(f"  {file}")


def _left_out_told(left_out: tuple[str, ...], tell: Tell) -> None:
    """Every row that was not taken, up to so many, and how many in all."""
    for row in left_out[:LEFT_OUT_SHOWN]:
        tell(row)
    if left_out:
        tell(
            f"{len(left_out)} messages left out, dated later than now\n"
            f"{len(left_out)} 条留言的时间晚于现在，未计入"
        )


def _refused(words: str) -> CommandError:
    return CommandError(f"{words}\n未写出任何结果，请按提示改正后重试。", returncode=UNUSABLE)


@contextmanager
def _written_to(out: Path) -> Iterator[None]:
    """What goes wrong with the files in words. Raises CommandError."""
    try:
        yield
    except (topics.MessageTableInvalid, topics.SettingsInvalid, SettingsInvalid, SeriesFileInvalid) as wrong:
        raise _refused(str(wrong)) from wrong
    except OSError as wrong:
        raise CommandError(
            f"{out} cannot be written: {wrong.strerror}. Check that you may write there and that there is room, or "
            f"name another place.\n{out} 写不进去，请检查写入权限和剩余空间，或换一个位置后重试。",
            returncode=UNUSABLE,
        ) from wrong
