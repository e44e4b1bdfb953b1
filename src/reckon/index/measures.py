"""Measures: figures that are counted elsewhere from the record, said in a small closed vocabulary.

    {records = "matters", where = {category = ["11.03"], flags = ["confirmed"]}, count = "late", dated_by = "due"}

records   matters, tasks (one organisation's or post's part in a matter); or a stock: population, premises,
          food_premises.
where     all must hold. category: codes of matter types, each standing for itself and all below it; source: how
          the matter came in; severity; outcome; flags (all of them).
count     all; a flag: the records that have it; days_to_accept or days_to_close: the median of these days over
          the records, from a histogram of whole days (`reckon.index.medians`).
dated_by  which moment puts a record into a month: opened, accepted, due, closed; a stock is `standing` (in its middle).

flags     late: closed after its due time, or due and not closed at the month's end; accepted_late; overdue: open
          and past due at the month's end; reopened: within the period set for it; returned; escalated; confirmed:
          an officer found it true; reviewed, overturned: by 复查 or 复核; joint: several organisations' task;
          found_by_grid: first reported by grid staff.

Duplicates and matters closed at once by whoever filed them are left out before counting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reckon.index.admission import (
    COUNTS,
    FIELDS,
    MOMENTS,
    RECORDS,
    SPANS,
    STOCKS,
    WORDS_OF_FIELD,
    check_words,
)
from reckon.index.reading import DeclarationInvalid, check_keys, choice_of, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of an area or post and a month; see the module for the words."""

    records: str
    count: str
    dated_by: str
    category: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def is_stock(self) -> bool:
        """Whether it is a number of people or places, not of events."""
        return self.records in STOCKS

    @property
    def is_span(self) -> bool:
        """Whether it is a median of days."""
        return self.count in SPANS

    def same_records(self, other: "Measure") -> bool:
        """Whether both look at the very same records."""
        return all(
            getattr(self, name) == getattr(other, name) for name in ("records", "dated_by", *sorted(FIELDS))
        )


def measure_from(data: Mapping[str, Any], *, place: str) -> Measure:
    """A measure from plain values. Raises DeclarationInvalid for whatever is not admitted."""
    for value in _texts(data):
        check_words(value, place=place)
    check_keys(data, needed=("records",), optional=("where", "count", "dated_by"), place=place)
    records = choice_of(data, "records", choices=RECORDS, place=place)
    if records in STOCKS:
        check_keys(data, needed=("records",), place=f"{place} (a stock)")
        return Measure(records=records, count="all", dated_by="standing")
    check_keys(data, needed=("records", "count", "dated_by"), optional=("where",), place=place)
    return Measure(
        records=records,
        count=choice_of(data, "count", choices=COUNTS, place=place),
        dated_by=choice_of(data, "dated_by", choices=MOMENTS - {"standing"}, place=place),
        **_conditions(
            table_of(data, "where", place=place) if "where" in data else {}, place=f"{place}.where"
        ),
    )


def _texts(data: Any) -> list[str]:
    """Every key and text, however deep."""
    if isinstance(data, Mapping):
        return [text for pair in data.items() for part in pair for text in _texts(part)]
    if isinstance(data, list | tuple):
        return [text for part in data for text in _texts(part)]
    return [data] if isinstance(data, str) else []


def _conditions(where: Mapping[str, Any], *, place: str) -> dict[str, tuple[str, ...]]:
    check_keys(where, needed=(), optional=FIELDS, place=place)
    return {field: _values(where, field, place=place) for field in where}


def _values(where: Mapping[str, Any], field: str, *, place: str) -> tuple[str, ...]:
    values = where[field]
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise DeclarationInvalid(place=place, what=f"{field!r} is no list of texts", remedy="Write a list.")
    for value in values:
        if field == "category":
            _check_category(value, place=place)
        else:
            choice_of({field: value}, field, choices=WORDS_OF_FIELD[field], place=place)
    return tuple(sorted(set(values)))


def _check_category(value: str, *, place: str) -> None:
    parts = value.split(".")
    if len(parts) > 3 or not all(len(part) == 2 and part.isascii() and part.isdecimal() for part in parts):
        raise DeclarationInvalid(
            place=place,
            what=f"{value!r} is no category",
            remedy="Write one to three levels such as 11.03.04.",
        )
