"""The acts of `bandeng risk` that read files and write files, and touch no database."""

from collections.abc import Callable
from pathlib import Path

from django.core.management.base import CommandError

from reckon import topics
from reckon.outbreak import SeriesFileInvalid, SettingsInvalid, read, shipped, surveil

Tell = Callable[[str], object]
#: The file or the settings cannot be used; 1 is for everything else that is refused.
UNUSABLE = 2


def series_judge(*, series: Path, out: Path, settings: Path | None, tell: Tell) -> None:
    """Judge the weeks of every series of a file. Raises CommandError."""
    try:
        chosen = read(settings) if settings else shipped()
        summary = surveil(series_csv=series, out_csv=out, settings=chosen)
    except (SettingsInvalid, SeriesFileInvalid, OSError) as wrong:
        raise CommandError(f"{wrong}\n未写出任何结果，请按提示改正后重试。", returncode=UNUSABLE) from wrong
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
    try:
        summary = topics.topics_of_file(messages, out, topics.settings_in_force())
    except (topics.MessageTableInvalid, topics.SettingsInvalid, OSError) as wrong:
        raise CommandError(f"{wrong}\n未写出任何结果，请按提示改正后重试。", returncode=UNUSABLE) from wrong
    for notice in summary.notices:
        tell(notice)
    tell(
        f"{summary.messages} messages ({summary.new_messages} new, {summary.repeated_messages} seen before), "
        f"{summary.topics} topics as of {summary.as_of:%Y-%m-%d %H:%M}\n"
        f"{summary.messages} 条留言（新增 {summary.new_messages}），{summary.topics} 个热点"
    )
    for file in summary.files:
        tell(f"  {file}")
