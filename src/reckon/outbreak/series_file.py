"""Reading weekly series from a CSV file; whatever is wrong is said with its line."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

COLUMNS = ("scenario", "replicate", "week", "count")
OTHER_SIGNS = {";": "semicolons", "\t": "tabs", "|": "bars", "，": "Chinese commas"}
_WHOLE = re.compile(r"[0-9]{1,9}")


class SeriesFileInvalid(ValueError):
    """A series file that cannot be used; the message names the line, what is wrong and what to do."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One complete weekly series."""

    scenario: str
    replicate: str
    first_week: int
    counts: NDArray[np.int64]
    # Line of the last week, for messages.
    last_line: int

    @property
    def last_week(self) -> int:
        """The latest week it has."""
        return self.first_week + len(self.counts) - 1


@dataclass
class _Gathered:
    weeks: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def read_series(path: Path) -> tuple[Series, ...]:
    """All series of a file, in the order of their first rows. Raises SeriesFileInvalid."""
    gathered: dict[tuple[str, str], _Gathered] = {}
    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line, (scenario, replicate, week, count) in _rows(stream, path=path):
                rows = gathered.setdefault((scenario, replicate), _Gathered())
                rows.weeks.append(week)
                rows.counts.append(count)
                rows.lines.append(line)
    except UnicodeDecodeError as error:
        raise SeriesFileInvalid(
            f"{path} cannot be read: it is not in UTF-8. Save it as “CSV UTF-8” in the spreadsheet program. "
            "文件不是 UTF-8 编码，请在表格软件中另存为“CSV UTF-8”后再试。"
        ) from error
    except OSError as error:
        raise SeriesFileInvalid(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    except csv.Error as error:
        raise SeriesFileInvalid(
            f"{path}, line {line + 1}: cannot be read as CSV: {error}. Look from there on for a quotation mark that is "
            "never closed, or for signs that are no text."
        ) from error
    if not gathered:
        raise SeriesFileInvalid(f"{path} has no rows below its header, so there is nothing to judge.")
    return tuple(_series(key=key, rows=rows, path=path) for key, rows in gathered.items())


def _rows(stream: TextIO, *, path: Path) -> Iterator[tuple[int, tuple[str, str, int, int]]]:
    reader = csv.reader(stream, strict=True)
    header = next(reader, [])
    places = _places(header, path=path)
    widest = max(places)
    for row in reader:
        line = reader.line_num
        if not row:
            continue
        if len(row) <= widest:
            raise SeriesFileInvalid(
                f"{path}, line {line}: {len(row)} columns, and the header has more. Complete the row."
            )
        if any(cell.strip() for cell in row[len(header) :]):
            raise SeriesFileInvalid(
                f"{path}, line {line}: {len(row)} columns, and the header has {len(header)}. A comma within a cell "
                "needs quotation marks around the cell; correct the row."
            )
        scenario, replicate, week, count = (row[place].strip() for place in places)
        if not scenario or not replicate:
            raise SeriesFileInvalid(f"{path}, line {line}: scenario or replicate is empty. Name the series.")
        yield (
            line,
            (
                scenario,
                replicate,
                _whole(week, name="week", line=line, path=path),
                _whole(count, name="count", line=line, path=path),
            ),
        )


def _places(header: Sequence[str], *, path: Path) -> tuple[int, ...]:
    names = [name.strip().lower() for name in header]
    other = [sign for sign in OTHER_SIGNS if len(names) == 1 and sign in names[0]]
    if other:
        raise SeriesFileInvalid(
            f"{path}, line 1: the columns are parted by {OTHER_SIGNS[other[0]]}, and commas are needed. "
            "Save the table as CSV with commas."
        )
    for column in COLUMNS:
        if names.count(column) != 1:
            near = get_close_matches(column, [name for name in names if name not in COLUMNS], n=1, cutoff=0.6)
            hint = f" Is it {near[0]!r}? Rename that." if near else ""
            what = "twice" if column in names else "missing"
            raise SeriesFileInvalid(
                f"{path}, line 1: column {column!r} is {what}. Needed once each: {', '.join(COLUMNS)}.{hint}"
            )
    return tuple(names.index(column) for column in COLUMNS)


def _whole(text: str, *, name: str, line: int, path: Path) -> int:
    if not _WHOLE.fullmatch(text):
        raise SeriesFileInvalid(
            f"{path}, line {line}: {name} is {text!r}, not a whole number from 0 to 999999999. Correct it."
        )
    return int(text)


def _series(*, key: tuple[str, str], rows: _Gathered, path: Path) -> Series:
    """Put the weeks in order; they must run on without gaps or doubles."""
    weeks = np.array(rows.weeks)
    order = np.argsort(weeks, kind="stable")
    steps = np.diff(weeks[order])
    wrong = np.flatnonzero(steps != 1)
    if wrong.size:
        place = int(wrong[0])
        week, line = int(weeks[order[place]]), rows.lines[int(order[place + 1])]
        what = f"has week {week} twice" if steps[place] == 0 else f"has no week {week + 1}"
        raise SeriesFileInvalid(
            f"{path}, line {line}: scenario {key[0]}, replicate {key[1]} {what}. "
            "Give each week once; a week without cases has the count 0."
        )
    return Series(
        scenario=key[0],
        replicate=key[1],
        first_week=int(weeks[order[0]]),
        counts=np.array(rows.counts, dtype=np.int64)[order],
        last_line=rows.lines[int(order[-1])],
    )
