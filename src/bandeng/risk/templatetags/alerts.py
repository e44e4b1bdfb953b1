"""Words of alerts: what they are about, the weeks and the months that they tell of."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import template
from django.utils.translation import pgettext

from bandeng.core.labels import RISK_LEVEL
from bandeng.risk import labels
from bandeng.risk.models import Alert
from bandeng.risk.selectors.alerts import Course
from bandeng.risk.templatetags.risk import called, month_name

register = template.Library()
WEEK = timedelta(days=7)


@register.filter
def period_told(reasons: Mapping[str, Any]) -> str:
    """The week that an alert is about, or all weeks of a cluster."""
    week, weeks = reasons["week"], reasons.get("weeks", 1)
    if weeks == 1:
        return pgettext("risk page", "week from %(day)s") % {"day": week}
    last = date.fromisoformat(reasons["first_monday"]) + weeks * WEEK - timedelta(days=1)
    return pgettext("risk page", "%(n)d weeks from %(first)s to %(last)s") % {
        "n": weeks, "first": reasons["first_monday"], "last": last.isoformat(),
    }  # fmt: skip


@register.filter
def course_of(courses: Mapping[int, Course], alert: Alert) -> Course:
    """The months and colours of one alert."""
    return courses.get(alert.pk, ((alert.month, alert.level),))


@register.filter
def course_told(course: Course) -> str:
    """The month of an alert; where its colour has risen since, each month with its colour."""
    (month, level), *later = course
    if not later:
        return month_name(month)
    text = pgettext("alert", "%(colour)s in %(month)s") % _told(month, level)
    for month, level in later:
        text = pgettext("alert", "%(before)s, risen to %(colour)s in %(month)s") % {
            "before": text,
            **_told(month, level),
        }
    return text


def _told(month: int, level: int) -> dict[str, str]:
    return {"month": month_name(month), "colour": str(RISK_LEVEL[level + 1])}


def about(alert: Alert, subjects: Mapping[str, Any]) -> str:
    """What an alert is about: the name of its indicator or group; of a street's colour, that."""
    return called(subjects.get(alert.indicator)) or str(labels.ALERT_KINDS[alert.kind])
