"""Holiday arrangements of the State Council, from the `holidays` package; unpublished years are refused."""

from datetime import date

from holidays import country_holidays
from holidays.countries.china import ChinaStaticHolidays

from reckon.deadlines.years import CalendarYear, CalendarYearMissing

# 国务院办公厅关于某年部分节假日安排的通知: number and date of each, as published on gov.cn.
NOTICES: dict[int, tuple[str, date]] = {
    2024: ("国办发明电〔2023〕7号", date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", date(2024, 11, 12)),
    2026: ("国办发明电〔2025〕7号", date(2025, 11, 4)),
}
# An entry (month, day off, month, day worked instead[, year]) comes from a notice; a shorter one does not.
SUBSTITUTION_LENGTH = 4


def _is_arranged(*, year: int) -> bool:
    """Whether the package carries the year's notice: only a notice moves working days."""
    entries = ChinaStaticHolidays.special_public_holidays.get(year, ())
    return any(len(entry) >= SUBSTITUTION_LENGTH for entry in entries)


def china_year(year: int) -> CalendarYear:
    """Row of a year as the State Council arranged it; raises CalendarYearMissing if that isn't known.

    Holidays that fall on a weekend may be left out: a weekend isn't worked anyway.
    """
    if not _is_arranged(year=year):
        raise CalendarYearMissing(year)
    package = country_holidays("CN", years=year)
    # A notice always comes out before its year begins, so that is the latest date for one not listed.
    number, published = NOTICES.get(year, ("", date(year - 1, 12, 31)))
    return CalendarYear(
        year=year,
        holidays=frozenset(day for day in package if day.year == year),
        # Another year's notice may move a day of this year, as that of 2012 did with 2011-12-31.
        makeup_days=frozenset(day for day in package.weekend_workdays if day.year == year),
        source=f"国务院办公厅关于{year}年部分节假日安排的通知{number}",
        published=published,
    )
