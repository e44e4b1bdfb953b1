"""From files to figures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from duckdb import DuckDBPyConnection

from bandeng.core import clock
from bandeng.ledger import expressions, files
from bandeng.ledger.models import Cell, CountedMeasure, Segment
from bandeng.ledger.rules import PLAIN
from bandeng.ledger.services.writing import head_take
from reckon.index import Measure

BATCH = 2_000
Figure = tuple[str, str, int, int, int]  # key of the measure, area, month, days or PLAIN, value

ADD = (
    "INSERT INTO ledger_cell (measure_id, area_code, month, days, value) VALUES {places} "
    "ON CONFLICT (measure_id, month, area_code, days) DO UPDATE SET value = ledger_cell.value + excluded.value"
)


@transaction.atomic
def measures_declare(measures: Iterable[Measure]) -> int:
    """Keep the figures of these measures from now on, and count what is there already; returns how many are new."""
    head_take()
    wanted = {expressions.key_of(measure): measure for measure in measures if not measure.is_stock}
    there = CountedMeasure.objects.filter(key__in=wanted).values_list("key", flat=True)
    fresh = {key: measure for key, measure in wanted.items() if key not in set(there)}
    for key, measure in fresh.items():
        CountedMeasure.objects.create(key=key, words=asdict(measure), since=clock.now())
    _count(Segment.objects.filter(counted=True), fresh)
    return len(fresh)


@transaction.atomic
def figures_count() -> int:
    """Add what new files hold to the figures, exactly once; returns how many rows were counted."""
    head_take()
    segments = list(Segment.objects.filter(counted=False).order_by("id"))
    _count(segments, measures_counted())
    Segment.objects.filter(pk__in=[segment.pk for segment in segments]).update(counted=True)
    return sum(segment.rows for segment in segments)


@transaction.atomic
def figures_recount() -> int:
    """Throw all figures away and count every file anew; returns how many rows were counted."""
    head_take()
    Cell.objects.all().delete()
    Segment.objects.update(counted=False)
    return figures_count()


def measures_counted() -> dict[str, Measure]:
    """The measures whose figures are kept, by key."""
    return {row.key: measure_of(row.words) for row in CountedMeasure.objects.order_by("id")}


def measure_of(words: Mapping[str, object]) -> Measure:
    """A measure from the words that a row keeps of it."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in words.items()}
    return Measure(**values)  # type: ignore[arg-type]


def figures_of(engine: DuckDBPyConnection, measures: Mapping[str, Measure]) -> Iterator[Figure]:
    """All figures of an engine's signed rows that are not nought."""
    plain: dict[str, dict[str, Measure]] = defaultdict(dict)
    for key, measure in measures.items():
        if measure.is_span:
            for area, month, days, value in _rows(files.fetch(engine, expressions.spans(measure))):
                yield key, area, month, days, value
        else:
            plain[measure.dated_by][key] = measure
    for dated_by, group in plain.items():
        wide = files.fetch(engine, expressions.counts(group, dated_by=dated_by))
        for area, month, *values in _rows(wide):
            for key, value in zip(group, values, strict=True):
                if value:
                    yield key, area, month, PLAIN, value


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _count(segments: Iterable[Segment], measures: Mapping[str, Measure]) -> None:
    names = [segment.file for segment in segments]
    if not names or not measures:
        return
    keys = dict(CountedMeasure.objects.filter(key__in=measures).values_list("key", "id"))
    with files.opened(names) as engine:
        _add([(keys[key], *rest) for key, *rest in figures_of(engine, measures)])


def _add(rows: Sequence[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(part))
            cursor.execute(ADD.format(places=places), [value for row in part for value in row])
