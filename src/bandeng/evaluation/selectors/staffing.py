"""Teams of the streets, their work and their lateness: the ground of a staffing proposal."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from django.db.models import Count, Q

from bandeng.areas.models import Area
from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.evaluation import expressions
from bandeng.evaluation.rules.settings import Settings
from bandeng.evaluation.selectors.counting import files_through, last_file, whole
from bandeng.ledger import files
from bandeng.ledger.rules import months_from
from bandeng.organisations.models import Post
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import held_on, today
from reckon.staffing import Team, TeamMonth

STREET = CODE_LENGTH[Level.STREET]
SKILLS = {
    OrganisationKind.STREET_OFFICE.value: CODE_LENGTH[Level.STREET],
    OrganisationKind.COMMUNITY_COMMITTEE.value: CODE_LENGTH[Level.COMMUNITY],
    OrganisationKind.GRID_TEAM.value: CODE_LENGTH[Level.GRID],
}
"""A skill is the kind of organisation in which a post works, by the length of its code."""
RECENT = 3
"""Months whose mean is the forecast, moved by the season where last year's months are known."""
Key = tuple[str, str]  # street, skill


@dataclass(frozen=True)
class Ground:
    """Teams with their forecast work, and what they did in the months before."""

    teams: list[Team]
    history: list[TeamMonth]


def ground_of(*, month: int, settings: Settings) -> Ground:
    """The teams of a month to come and the history that tells what load does to lateness."""
    months = months_from(_before(month, settings.staffing_months), settings.staffing_months)
    done = _done(months)
    posts, movable = _posts()
    middles = _middles()
    teams, history = [], []
    for key in sorted(posts):
        if key not in done:
            continue
        street, skill = key
        own = done[key]
        middle = middles.get(street, (0.0, 0.0))
        teams.append(
            Team(
                street=street,
                skill=skill,
                posts=posts[key],
                movable=movable.get(key, 0),
                work=forecast({each: cases for each, (cases, _) in own.items()}, month=month),
                least=ceil(posts[key] * settings.cover_share),
                most=posts[key] + settings.places_beyond,
                longitude=middle[0],
                latitude=middle[1],
            )
        )
        history += [
            TeamMonth(skill=skill, posts=posts[key], cases=cases, late=min(late, cases))
            for cases, late in own.values()
        ]
    return Ground(teams, history)


def forecast(cases: Mapping[int, int], *, month: int) -> float:
    """Mean of the last months, times how the same month of last year lay above those before it."""
    recent = [cases.get(each, 0) for each in months_from(_before(month, RECENT), RECENT)]
    known = [value for value in recent if value > 0]
    level = sum(known) / len(known) if known else 0.0
    year_ago = month - 100
    earlier = [cases[each] for each in months_from(_before(year_ago, RECENT), RECENT) if each in cases]
    if year_ago not in cases or len(earlier) < RECENT or not sum(earlier):
        return level
    return level * cases[year_ago] / (sum(earlier) / RECENT)


def _done(months: Sequence[int]) -> dict[Key, dict[int, tuple[int, int]]]:
    names = files_through(last_file())
    if not names:
        return {}
    with files.opened(names) as engine:
        table = files.fetch(engine, expressions.team_months(months))
    lengths = {length: skill for skill, length in SKILLS.items()}
    found: dict[Key, dict[int, tuple[int, int]]] = defaultdict(dict)
    rows = zip(
        table["organisation"].to_pylist(),
        table["month"].to_pylist(),
        whole(table, "cases").tolist(),
        whole(table, "late").tolist(),
        strict=True,
    )
    for organisation, month, cases, late in rows:
        own = found[organisation[:STREET], lengths[len(organisation)]]
        before = own.get(month, (0, 0))
        own[month] = (before[0] + cases, before[1] + late)
    return found


def _posts() -> tuple[dict[Key, int], dict[Key, int]]:
    """Posts held today, and those of them that are seconded and may be seconded elsewhere."""
    held = Post.objects.filter(
        held_on(today()), organisation__active=True, organisation__kind__in=sorted(SKILLS)
    )
    rows = held.values_list("organisation__area__code", "organisation__kind").annotate(
        count=Count("id"), seconded=Count("id", filter=Q(seconded=True))
    )
    posts: dict[Key, int] = defaultdict(int)
    movable: dict[Key, int] = defaultdict(int)
    for code, kind, count, seconded in rows:
        posts[code[:STREET], kind] += count
        movable[code[:STREET], kind] += seconded
    return posts, movable


def _middles() -> dict[str, tuple[float, float]]:
    rows = Area.objects.filter(level=Level.STREET.value).values_list("code", "longitude", "latitude")
    return {code: (float(longitude or 0), float(latitude or 0)) for code, longitude, latitude in rows}


def _before(month: int, count: int) -> int:
    """The month so many months before."""
    first = month // 100 * 12 + month % 100 - 1 - count
    return first // 12 * 100 + first % 12 + 1
