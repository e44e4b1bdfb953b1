"""Weeks by number: Monday to Sunday, counted from a fixed Monday. No Django."""

from datetime import date, timedelta

FIRST_MONDAY = date(2018, 1, 1)


def week_of(day: date) -> int:
    """The number of a day's week."""
    return (day - FIRST_MONDAY).days // 7


def monday_of(week: int) -> date:
    """The first day of a week."""
    return FIRST_MONDAY + timedelta(weeks=week)
