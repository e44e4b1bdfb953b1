"""Talks: the calendar, and what they changed, told with its interval or as "nothing shown"."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, Level, code_range
from bandeng.clues import terms
from bandeng.clues.models import Talk
from bandeng.clues.rules import TalkState
from bandeng.clues.rules.effects import Course, Effect, effect
from bandeng.clues.selectors.visibility import NotVisible
from bandeng.clues.selectors.waves import told_frauds
from bandeng.core import clock
from bandeng.organisations.rules import Scope

COMMUNITY = CODE_LENGTH[Level.COMMUNITY]


@dataclass(frozen=True)
class Reach:
    """How many talks were held in a year, and how many people they reached."""

    held: int
    people: int
    communities: int


def visible_talks(scope: Scope) -> QuerySet[Talk]:
    """The talks in a post's area; of departments those that they give themselves."""
    rows = Talk.objects.select_related("area", "organisation")
    if scope.sees_area and scope.area_code:
        low, high = code_range(scope.area_code)
        return rows.filter(area__code__gte=low, area__code__lt=high)
    return rows.filter(organisation_id=scope.organisation_id)


def talks_between(scope: Scope, *, first: date, end: date) -> list[Talk]:
    """The talks of some days, in order."""
    rows = visible_talks(scope).order_by("planned_at", "pk")
    return list(rows.filter(planned_at__date__gte=first, planned_at__date__lt=end))


def reach_of_year(scope: Scope, *, year: int) -> Reach:
    """What was held in a year."""
    rows = visible_talks(scope).filter(state=TalkState.HELD.value, held_at__year=year)
    found = list(rows.values_list("area__code", "reached"))
    return Reach(
        held=len(found),
        people=sum(reached or 0 for _, reached in found),
        communities=len({code[:COMMUNITY] for code, _ in found if len(code) >= COMMUNITY}),
    )


def effect_of(talks: Iterable[Talk]) -> Effect:
    """What talks changed in their communities, all kinds of fraud or the one that each was about.

    Each community counts once, from its first talk; those with any talk in the weeks compared are no control.
    """
    weeks = timedelta(weeks=terms.number("effect_weeks"))
    today = timezone.localdate(clock.now())
    firsts: dict[str, Talk] = {}
    for talk in sorted(talks, key=lambda each: each.planned_at):
        code = talk.area.code[:COMMUNITY]
        if talk.held_at is not None and len(code) == COMMUNITY and _day(talk) + weeks <= today:
            firsts.setdefault(code, talk)
    if not firsts:
        return effect([], {}, how=terms.comparison())
    days = _days_of_talks()
    cases = tuple(told_frauds(since=min(_day(talk) for talk in firsts.values()) - weeks))
    households = dict(Area.objects.filter(level=Level.COMMUNITY.value).values_list("code", "households"))
    treated, others = [], {}
    for code, talk in firsts.items():
        courses = _courses(_day(talk), weeks, talk.scam_type, cases, households)
        treated.append(courses[code])
        others[code] = [
            each for key, each in courses.items() if _untouched(days.get(key, []), _day(talk), weeks)
        ]
    return effect(treated, others, how=terms.comparison())


def _day(talk: Talk) -> date:
    return timezone.localtime(talk.held_at, clock.LOCAL).date()


def _days_of_talks() -> Mapping[str, list[date]]:
    found: dict[str, list[date]] = {}
    for talk in Talk.objects.filter(state=TalkState.HELD.value).select_related("area"):
        found.setdefault(talk.area.code[:COMMUNITY], []).append(_day(talk))
    return found


def _untouched(days: list[date], day: date, weeks: timedelta) -> bool:
    return not any(day - weeks <= each < day + weeks for each in days)


def _courses(
    day: date,
    weeks: timedelta,
    kind: str,
    cases: tuple[tuple[str, str, date], ...],
    households: Mapping[str, int],
) -> dict[str, Course]:
    """Cases of every community in the weeks before and after a day."""
    wanted = [(code[:COMMUNITY], at) for code, each, at in cases if not kind or each == kind]
    before = Counter(code for code, at in wanted if day - weeks <= at < day)
    after = Counter(code for code, at in wanted if day < at <= day + weeks)
    return {code: Course(code, before[code], after[code], size) for code, size in households.items()}


def talk_for(scope: Scope, talk_id: int) -> Talk:
    """One talk. Raises NotVisible."""
    talk = visible_talks(scope).filter(pk=talk_id).first()
    if talk is None:
        raise NotVisible
    return talk
