"""Reports become counts: every person, and every document, once; who it was is then forgotten."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reckon.harm.kinds import Kinds

Counts = npt.NDArray[np.int32]


class ReportsInvalid(ValueError):
    """A report names a kind, stream or week that is not watched; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report about an enterprise. `source` tells persons, or documents, apart and says nothing else of them.

    `week` counts from the first week of the period; the same person has one `source` in all streams.
    """

    enterprise: str
    kind: str
    stream: str
    week: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Counts of different persons or documents for one kind: [week, stream, enterprise]; exposure in hundreds."""

    kind: str
    streams: tuple[str, ...]
    enterprises: tuple[str, ...]
    counts: Counts
    exposure: npt.NDArray[np.float64]


def distinct(*, reports: Iterable[Report], kinds: Kinds) -> Counter[tuple[str, str, str, int]]:
    """How many count for (enterprise, kind, stream, week).

    Within `memory_weeks` a person counts once for one enterprise and kind, whatever the streams of the family: in the
    first week, there in the stream declared first. The order of the reports does not matter. Raises ReportsInvalid.
    """
    spoken: defaultdict[tuple[str, str, str, str], set[tuple[int, int, str]]] = defaultdict(set)
    for one in reports:
        order = _place(one, kinds)
        family = kinds.family(stream=one.stream)
        spoken[one.enterprise, one.kind, family, one.source].add((one.week, order, one.stream))
    counted: Counter[tuple[str, str, str, int]] = Counter()
    for (enterprise, kind, _family, _source), times in spoken.items():
        for week, stream in _once(sorted(times), kinds.memory_weeks):
            counted[enterprise, kind, stream, week] += 1
    return counted


def _place(report: Report, kinds: Kinds) -> int:
    kind = kinds.kinds.get(report.kind)
    if kind is None or report.stream not in kind.streams or report.week < 0:
        raise ReportsInvalid(
            f"a report in stream {report.stream}, week {report.week}, for kind {report.kind} cannot be counted: "
            "declare the kind with this stream, and number weeks from 0"
        )
    return list(kind.streams).index(report.stream)


def _once(times: Sequence[tuple[int, int, str]], memory: int) -> list[tuple[int, str]]:
    kept: list[tuple[int, str]] = []
    for week, _order, stream in times:
        if not kept or week - kept[-1][0] >= memory:
            kept.append((week, stream))
    return kept


def evidence_of(
    *, reports: Iterable[Report], kind: str, kinds: Kinds, exposure: dict[str, float], weeks: int
) -> Evidence:
    """The counts of one kind over so many weeks for all enterprises in `exposure` (customers, employees or buyers)."""
    enterprises = tuple(sorted(exposure))
    streams = tuple(kinds.kinds[kind].streams)
    where = {name: place for place, name in enumerate(enterprises)}
    row = {name: place for place, name in enumerate(streams)}
    counts = np.zeros((weeks, len(streams), len(enterprises)), dtype=np.int32)
    own = (report for report in reports if report.kind == kind and report.week < weeks)
    for (enterprise, _kind, stream, week), count in distinct(reports=own, kinds=kinds).items():
        if enterprise in where:
            counts[week, row[stream], where[enterprise]] = count
    hundreds = np.array([exposure[name] for name in enterprises], dtype=np.float64) / 100.0
    return Evidence(kind=kind, streams=streams, enterprises=enterprises, counts=counts, exposure=hundreds)
