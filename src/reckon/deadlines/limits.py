"""Legal limits, pauses of the clock, and how a last day ends."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Unit(StrEnum):
    """What a limit counts; the value is the suffix in writing (5wd)."""

    WORKING_MINUTES = "wm"
    WORKING_HOURS = "wh"
    WORKING_DAYS = "wd"
    CALENDAR_DAYS = "d"
    HOURS = "h"


class DayEnd(StrEnum):
    """When the last day of a limit in days ends (民法典 203, second paragraph)."""

    # Whoever must act during business time: an authority, or a person at its counter.
    CLOSE_OF_BUSINESS = "close_of_business"
    # Whoever may act at any hour, as a person filing by post or online.
    MIDNIGHT = "midnight"


DAY_UNITS = frozenset({Unit.WORKING_DAYS, Unit.CALENDAR_DAYS})
# A bound against typing errors only: some centuries in any unit of days.
LARGEST_AMOUNT = 99_999
_WRITTEN = re.compile(r"([0-9]{1,5})\s*(wm|wh|wd|d|h)")


class InvalidLimit(ValueError):
    """A limit that can't be read or makes no sense."""


class NaiveMoment(ValueError):
    """A moment without a time zone."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(
            f"The moment {moment.isoformat()} has no time zone, so a legal clock can't use it. "
            "Pass an aware datetime."
        )


def check_aware(*, moment: datetime) -> None:
    """Refuse a naive moment with NaiveMoment."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise NaiveMoment(moment)


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount of a unit. A limit in days is at least 1; minutes and hours may be 0 ("at once")."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        least = 1 if self.unit in DAY_UNITS else 0
        if not least <= self.amount <= LARGEST_AMOUNT:
            raise InvalidLimit(
                f"A limit of {self.amount}{self.unit.value} is outside {least} to {LARGEST_AMOUNT}. "
                "Give a whole amount in that range."
            )


def parse_limit(text: str) -> Limit:
    """Read "5wd", "60d", "30wm", "24wh" or "2h"; raises InvalidLimit otherwise."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise InvalidLimit(
            f"The limit {text[:40]!r} can't be read. Write a whole number and wm (working minutes), "
            "wh (working hours), wd (working days), d (calendar days) or h (hours), such as 5wd."
        )
    return Limit(amount=int(match[1]), unit=Unit(match[2]))


def format_limit(limit: Limit) -> str:
    """Write a limit so that parse_limit reads it back."""
    return f"{limit.amount}{limit.unit.value}"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stands still; without an end it still does. Both moments aware."""

    start: datetime
    end: datetime | None
    reason: str

    def __post_init__(self) -> None:
        check_aware(moment=self.start)
        if self.end is None:
            return
        check_aware(moment=self.end)
        if self.end < self.start:
            raise ValueError(
                f"The pause starting {self.start.isoformat()} ends before that, at {self.end.isoformat()}. "
                "Exchange or correct the two moments."
            )
