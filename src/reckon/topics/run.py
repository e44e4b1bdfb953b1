"""From a file of messages to the tables of topics, continuing from what an earlier run has kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from reckon.topics.continuing import advanced, basis_of, empty_state
from reckon.topics.message_table import read_table
from reckon.topics.ranking import ranked
from reckon.topics.settings import TopicSettings, settings_in_force
from reckon.topics.state import State, StateUnusable, read_state, write_state
from reckon.topics.tables import tables_of, write_tables

STATE_FILE = "topics.state"
LEEWAY = timedelta(days=1)
"""So much later than now a message may be dated: clocks and time zones differ."""


@dataclass(frozen=True)
class Summary:
    """What a run did; `notices` are sentences for whoever ran it, `left_out` those on rows that were not taken."""

    messages: int
    new_messages: int
    repeated_messages: int
    topics: int
    as_of: datetime
    files: tuple[Path, ...]
    notices: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def topics_of_file(
    path: Path,
    out_dir: Path,
    settings: TopicSettings | None = None,
    *,
    as_of: datetime | None = None,
    now: datetime | None = None,
) -> Summary:
    """Write the tables of topics of all messages so far; heat is that of `as_of`, or of the latest message.

    With `now`, messages dated later than a day after it are left out, and none of them gives the tables their day.
    Raises MessageTableInvalid for a file that cannot be used.
    """
    settings = settings or settings_in_force()
    latest = int((now + LEEWAY).timestamp()) if now else None
    read = read_table(path, zone=settings.zone, latest=latest)
    before, notices = _state_before(out_dir / STATE_FILE, basis_of(settings.grouping))
    state = advanced(before, read.messages, settings.grouping)
    moment = int(as_of.timestamp()) if as_of else _newest(state, latest)
    shown = datetime.fromtimestamp(moment, settings.zone)
    topics, state = ranked(state, settings=settings, as_of=moment)
    tables = tables_of(topics, language=settings.language, zone=settings.zone)
    write_tables(tables, out_dir, workbook=settings.workbook)
    # Last: whoever is interrupted before it repeats this run and comes to the same tables.
    write_state(out_dir / STATE_FILE, state)
    names = [table.file for table in tables] + (["topics.xlsx"] if settings.workbook else [])
    added = len(state.messages) - len(before.messages)
    return Summary(
        messages=len(state.messages),
        new_messages=added,
        repeated_messages=len(read.messages) - added,
        topics=len(topics),
        as_of=shown,
        files=tuple(out_dir / name for name in names),
        notices=(*notices, *_to_come(before, latest, out_dir / STATE_FILE)),
        left_out=read.left_out,
    )


def _newest(state: State, latest: int | None) -> int:
    """When the newest message was written, apart from what an earlier run kept with a time still to come."""
    times = (message.time for message in state.messages if latest is None or message.time <= latest)
    return max(times, default=latest or 0)


def _to_come(state: State, latest: int | None, path: Path) -> tuple[str, ...]:
    kept = sum(latest is not None and message.time > latest for message in state.messages)
    words = (
        f"{path}: {kept} messages of earlier runs are dated later than now; to be without them remove this file and "
        "run again with all messages"
    )
    return (words,) if kept else ()


def _state_before(path: Path, basis: str) -> tuple[State, tuple[str, ...]]:
    try:
        state = read_state(path)
    except FileNotFoundError:
        return empty_state(basis), ()
    except StateUnusable as error:
        return empty_state(basis), (_rebuilt(path, str(error)),)
    if state.basis != basis:
        return empty_state(basis), (_rebuilt(path, "the settings of grouping or the words have changed"),)
    return state, ()


def _rebuilt(path: Path, reason: str) -> str:
    return (
        f"{path}: earlier topics cannot be continued ({reason}); all topics were made anew from this file, with new "
        "ids. Messages that are not in this file are missing: run again with the whole file if there are any"
    )
