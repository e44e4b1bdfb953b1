"""Working time as plain integers: ordinals for days, ticks (microseconds) for moments, with running totals.

A tick counts microseconds of Chinese standard time so that `tick // DAY` is the day's proleptic ordinal.
Everything is looked up in running totals by bisection, so that no count walks over days.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from reckon.deadlines.limits import check_aware
from reckon.deadlines.years import SATURDAY, CalendarYear, CalendarYearMissing, WorkingHours

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_SECOND = 1_000_000
_EPOCH = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))


def tick_of(moment: datetime) -> int:
    """Tick of an aware moment; raises NaiveMoment."""
    check_aware(moment=moment)
    since = moment - _EPOCH
    return (since.days + 1) * DAY + since.seconds * _SECOND + since.microseconds


def moment_of(tick: int) -> datetime:
    """Moment of a tick, in the time zone of Shanghai."""
    return (_EPOCH + timedelta(days=tick // DAY - 1, microseconds=tick % DAY)).astimezone(SHANGHAI)


def _of_day(moment: time) -> int:
    """Microseconds since midnight."""
    return (moment.hour * 60 + moment.minute) * MINUTE


class DayHours:
    """Sessions of one day in microseconds since midnight."""

    __slots__ = ("closes", "opens", "spans", "total")

    def __init__(self, *, hours: WorkingHours) -> None:
        self.spans: list[tuple[int, int, int]] = []
        self.total = 0
        for session in hours.sessions:
            opens, closes = _of_day(session.opens), _of_day(session.closes)
            self.spans.append((opens, closes, self.total))
            self.total += closes - opens
        self.opens = self.spans[0][0]
        self.closes = self.spans[-1][1]

    def worked(self, of_day: int) -> int:
        """Working time gone by at that time of day."""
        for opens, closes, before in self.spans:
            if of_day <= opens:
                return before
            if of_day < closes:
                return before + of_day - opens
        return self.total

    def reached(self, worked: int) -> int:
        """Earliest time of day at which that much working time (more than 0) has gone by."""
        for opens, closes, before in self.spans:
            if worked <= before + closes - opens:
                return opens + worked - before
        return self.closes


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive known years: totals before each day, and the ordinals of the working days."""

    first: int
    last: int
    next_year: int
    totals: list[int]
    ranks: list[int]
    days: list[int]


class Timeline:
    """Counts working days and working time over known years; raises CalendarYearMissing beyond them."""

    def __init__(self, *, years: Iterable[CalendarYear], hours: Sequence[WorkingHours]) -> None:
        self._since = [row.since.toordinal() for row in hours]
        self._hours = [DayHours(hours=row) for row in hours]
        self._blocks: dict[int, Block] = {}
        run: list[CalendarYear] = []
        for row in sorted(years, key=lambda row: row.year):
            if run and run[-1].year + 1 != row.year:
                self._add(run)
                run = []
            run.append(row)
        if run:
            self._add(run)

    def _add(self, run: Sequence[CalendarYear]) -> None:
        """Total up consecutive years."""
        off = {day.toordinal() for row in run for day in row.holidays}
        made_up = {day.toordinal() for row in run for day in row.makeup_days}
        first = date(run[0].year, 1, 1).toordinal()
        last = date(run[-1].year, 12, 31).toordinal()
        totals, ranks, days = [0], [0], []
        for ordinal in range(first, last + 1):
            # The proleptic ordinal 1 is a Monday.
            worked = ordinal in made_up or ((ordinal - 1) % 7 < SATURDAY and ordinal not in off)
            if worked:
                days.append(ordinal)
            totals.append(totals[-1] + (self.hours_on(ordinal).total if worked else 0))
            ranks.append(len(days))
        block = Block(first, last, run[-1].year + 1, totals, ranks, days)
        self._blocks.update((row.year, block) for row in run)

    def hours_on(self, ordinal: int) -> DayHours:
        """Sessions in force on a day, worked or not; the earliest row also serves days before it."""
        return self._hours[max(bisect_right(self._since, ordinal) - 1, 0)]

    def block_at(self, ordinal: int) -> Block:
        """Known years around a day."""
        year = date.fromordinal(ordinal).year
        block = self._blocks.get(year)
        if block is None:
            raise CalendarYearMissing(year)
        return block

    def is_worked(self, ordinal: int) -> bool:
        """Whether a day is a working day."""
        block = self.block_at(ordinal)
        return block.ranks[ordinal - block.first + 1] > block.ranks[ordinal - block.first]

    def days_between(self, after: int, until: int, enough: int) -> int:
        """Working days later than one day, up to and with another; may stop counting at `enough`."""
        block = self.block_at(after + 1)
        before = block.ranks[after + 1 - block.first]
        if until <= block.last:
            return block.ranks[until + 1 - block.first] - before
        counted = len(block.days) - before
        if counted < enough:
            raise CalendarYearMissing(block.next_year)
        return counted

    def day_after(self, after: int, count: int) -> int:
        """The count-th working day (from 1) later than a day."""
        block = self.block_at(after + 1)
        rank = block.ranks[after + 1 - block.first] + count - 1
        if rank >= len(block.days):
            raise CalendarYearMissing(block.next_year)
        return block.days[rank]

    def day_before(self, before: int, count: int) -> int:
        """The count-th working day (from 1) earlier than a day."""
        block = self.block_at(before - 1)
        rank = block.ranks[before - block.first] - count
        if rank < 0:
            raise CalendarYearMissing(date.fromordinal(block.first).year - 1)
        return block.days[rank]

    def _position(self, block: Block, tick: int) -> int:
        """Working time since the start of a block."""
        index, of_day = tick // DAY - block.first, tick % DAY
        total = block.totals[index]
        if block.totals[index + 1] == total:
            return total
        return total + self.hours_on(index + block.first).worked(of_day)

    def time_between(self, start: int, end: int, enough: int | None = None) -> int:
        """Working time from a tick to a later one; may stop counting at `enough`."""
        block = self.block_at(start // DAY)
        before = self._position(block, start)
        if end // DAY <= block.last:
            return self._position(block, end) - before
        counted = block.totals[-1] - before
        if enough is None or counted < enough:
            raise CalendarYearMissing(block.next_year)
        return counted

    def tick_after(self, start: int, amount: int) -> int:
        """Earliest tick at which an amount of working time has gone by since a tick."""
        if amount == 0:
            return start
        block = self.block_at(start // DAY)
        return self._tick_at(block, self._position(block, start) + amount)

    def tick_before(self, end: int, amount: int) -> int:
        """Earliest tick from which at most an amount of working time is left until a tick."""
        if amount == 0:
            return end
        block = self.block_at(end // DAY)
        target = self._position(block, end) - amount
        if target <= 0:
            raise CalendarYearMissing(date.fromordinal(block.first).year - 1)
        return self._tick_at(block, target)

    def _tick_at(self, block: Block, target: int) -> int:
        """Earliest tick at which a position (more than 0) is reached."""
        index = bisect_left(block.totals, target) - 1
        if index >= len(block.totals) - 1:
            raise CalendarYearMissing(block.next_year)
        ordinal = block.first + index
        return ordinal * DAY + self.hours_on(ordinal).reached(target - block.totals[index])

    def whole_minutes(self, start: int, end: int) -> int:
        """Working minutes between two ticks, each floored to its minute, so that stretches add up."""
        block = self.block_at(start // DAY)
        before = self._position(block, start) // MINUTE
        if end // DAY > block.last:
            raise CalendarYearMissing(block.next_year)
        return self._position(block, end) // MINUTE - before
