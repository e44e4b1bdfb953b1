"""Dated rows of which a working calendar is made: years of holidays, and working hours from a date on."""

from dataclasses import dataclass
from datetime import date, time

SATURDAY = 5
# China kept summer time from 1986 to 1991; from 1992 on its clocks are fixed eight hours ahead of UTC.
FIRST_YEAR = 1992


class CalendarYearMissing(LookupError):
    """A count needs a year whose holiday arrangement isn't known; `year` says which."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"The working calendar of {year} isn't known, because no published holiday and make-up day "
            f"arrangement is recorded for it, and it is never guessed. When the State Council's notice for "
            f"{year} is out, record its holidays and make-up days, then recompute the open deadlines."
        )

    def __reduce__(self) -> tuple[type["CalendarYearMissing"], tuple[int]]:
        """Survive pickling between processes, with the year."""
        return (type(self), (self.year,))


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year's holidays and make-up working days; without `published` the row is a draft and refused."""

    year: int
    holidays: frozenset[date]
    makeup_days: frozenset[date]
    source: str
    published: date | None

    def __post_init__(self) -> None:
        if self.year < FIRST_YEAR:
            raise ValueError(f"Calendar year {self.year} is before {FIRST_YEAR}. Use a later year.")
        strange = sorted(day for day in self.holidays | self.makeup_days if day.year != self.year)
        if strange:
            raise ValueError(f"{strange[0]} isn't in {self.year}. Put it into the row of its own year.")
        both = sorted(self.holidays & self.makeup_days)
        if both:
            raise ValueError(f"{both[0]} is both a holiday and a make-up day. Keep one of the two.")
        weekdays = sorted(day for day in self.makeup_days if day.weekday() < SATURDAY)
        if weekdays:
            raise ValueError(
                f"The make-up day {weekdays[0]} isn't on a weekend. Check the date in the notice."
            )


@dataclass(frozen=True, slots=True)
class Session:
    """A stretch of work within a day, in whole minutes of local time."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        for moment in (self.opens, self.closes):
            if moment.second or moment.microsecond or moment.tzinfo is not None:
                raise ValueError(f"{moment} isn't a whole minute of local time. Give hours and minutes only.")
        if self.opens >= self.closes:
            raise ValueError(f"The session {self.opens} to {self.closes} isn't positive. Exchange the times.")


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The sessions of each working day from a date on, until the next row."""

    since: date
    sessions: tuple[Session, ...]

    def __post_init__(self) -> None:
        if not self.sessions:
            raise ValueError(f"The working hours since {self.since} have no session. Give at least one.")
        for earlier, later in zip(self.sessions, self.sessions[1:], strict=False):
            if later.opens < earlier.closes:
                raise ValueError(
                    f"The session opening {later.opens} starts before the one closing {earlier.closes} ends. "
                    "List sessions in order, without overlap."
                )
