"""From a file of messages to the tables of topics, continuing from what an earlier run has kept."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reckon.topics.continuing import advanced, basis_of, empty_state
from reckon.topics.message_table import read_messages
from reckon.topics.ranking import ranked
from reckon.topics.settings import TopicSettings, settings_in_force
from reckon.topics.state import State, StateUnusable, read_state, write_state
from reckon.topics.tables import tables_of, write_tables

STATE_FILE = "topics.state"


@dataclass(frozen=True)
class Summary:
    """What a run did; `notices` are sentences for whoever ran it."""

    messages: int
    new_messages: int
    repeated_messages: int
    topics: int
    as_of: datetime
    files: tuple[Path, ...]
    notices: tuple[str, ...]


def topics_of_file(
    path: Path, out_dir: Path, settings: TopicSettings | None = None, *, as_of: datetime | None = None
) -> Summary:
    """Write the tables of topics of all messages so far; heat is that of `as_of`, or of the latest message.

    Raises MessageTableInvalid for a file that cannot be used.
    """
    settings = settings or settings_in_force()
    read = read_messages(path, zone=settings.zone)
    before, notices = _state_before(out_dir / STATE_FILE, basis_of(settings.grouping))
    state = advanced(before, read, settings.grouping)
    moment = int(as_of.timestamp()) if as_of else max((message.time for message in state.messages), default=0)
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
        repeated_messages=len(read) - added,
        topics=len(topics),
        as_of=datetime.fromtimestamp(moment, settings.zone),
        files=tuple(out_dir / name for name in names),
        notices=notices,
    )


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
