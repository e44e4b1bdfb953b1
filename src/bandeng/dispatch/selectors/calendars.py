"""Reads of the legal calendar for people."""

from django.db.models import QuerySet

from bandeng.dispatch.models import CalendarYear, WorkHours
from bandeng.matters.models import IS_OPEN, Matter


def years_listed() -> QuerySet[CalendarYear]:
    """The calendar years that are known, the newest first."""
    return CalendarYear.objects.order_by("-year")


def hours_listed() -> QuerySet[WorkHours]:
    """The working hours, the newest first."""
    return WorkHours.objects.order_by("-valid_from")


def matters_without_date() -> QuerySet[Matter]:
    """Open matters whose deadline waits for a calendar year."""
    return Matter.objects.filter(IS_OPEN, due_unknown__isnull=False).order_by("due_unknown", "id")
