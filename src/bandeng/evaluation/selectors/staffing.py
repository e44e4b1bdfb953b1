"""Teams of the streets, their skills, their work and their lateness: the ground of a staffing proposal."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from bandeng.areas.models import Area
from bandeng.areas.rules import Level
from bandeng.evaluation import expressions
from bandeng.evaluation.models import PostSkill
from bandeng.evaluation.rules.settings import Settings
from bandeng.evaluation.rules.skills import skills_shipped
from bandeng.evaluation.selectors.counting import files_through, last_file, whole
from bandeng.ledger import files
from bandeng.ledger.rules import months_from
from bandeng.organisations.models import Post
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import held_on, today
from reckon.staffing import MONTHS_READ, Pool, Team, TeamMonth, dispersion_of, forecast, month_before

Key = tuple[str, str]  # street, skill
Done = Mapping[int, tuple[int, int]]  # by month: cases, late


@dataclass(frozen=True)
class Ground:
    """Teams with their forecast work, who can do what, and what they did in the months before."""

    teams: list[Team]
    pools: list[Pool]
    history: list[TeamMonth]
    unknown: int  # posts of street offices without a recorded skill, which are left out
    dispersion: float  # of the forecasts, against plain chance


@dataclass(frozen=True)
class Able:
    """One post of a street office: where it stands, what it can do first and besides, whether it may move."""

    street: str
    first: str
    skills: tuple[str, ...]
    movable: bool


def ground_of(*, month: int, settings: Settings) -> Ground:
    """The teams of a month to come and the history that tells what load does to lateness."""
    count = settings.staffing_months
    read = max(count, MONTHS_READ)
    done = _done(months_from(month_before(month, read), read))
    able, unknown = _able()
    posts = Counter((each.street, each.first) for each in able)
    movable = Counter((each.street, each.first) for each in able if each.movable)
    keys = sorted(set(posts) | set(done))
    keys = [key for key in keys if posts[key]]
    dispersion = dispersion_of([_cases(done.get(key, {})) for key in keys])
    middles = _middles()
    teams = []
    for key in keys:
        coming = forecast(_cases(done.get(key, {})), month=month, dispersion=dispersion)
        middle = middles.get(key[0], (0.0, 0.0))
        teams.append(
            Team(
                street=key[0],
                skill=key[1],
                posts=posts[key],
                movable=movable[key],
                work=coming.value,
                work_low=coming.low,
                work_high=coming.high,
                least=ceil(posts[key] * settings.cover_share),
                most=posts[key] + settings.places_beyond,
                longitude=middle[0],
                latitude=middle[1],
            )
        )
    history = [
        TeamMonth(skill=key[1], posts=posts[key], cases=cases, late=min(late, cases))
        for key in keys
        for each, (cases, late) in done.get(key, {}).items()
        if each >= month_before(month, count)
    ]
    return Ground(teams, _pools(keys, able), history, unknown, dispersion)


def _cases(done: Done) -> dict[int, int]:
    return {month: cases for month, (cases, _) in done.items()}


def _pools(keys: Sequence[Key], able: Sequence[Able]) -> list[Pool]:
    """Posts that stand in the same team and can do the same things, together."""
    places = {key: place for place, key in enumerate(keys)}
    groups: dict[tuple[int, tuple[str, ...]], list[bool]] = defaultdict(list)
    for each in able:
        groups[places[each.street, each.first], each.skills].append(each.movable)
    return [
        Pool(team=team, skills=skills, posts=len(moves), movable=sum(moves))
        for (team, skills), moves in sorted(groups.items())
    ]


def _done(months: Sequence[int]) -> dict[Key, dict[int, tuple[int, int]]]:
    """Cases and late ones of the past by street, skill and month."""
    names = files_through(last_file())
    if not names:
        return {}
    with files.opened(names) as engine:
        table = files.fetch(engine, expressions.team_months(months))
    skills = skills_shipped()
    asked = {category: skills.asked_by(category) for category in table["category"].unique().to_pylist()}
    found: dict[Key, dict[int, tuple[int, int]]] = defaultdict(dict)
    columns = [table[name].to_pylist() for name in ("street", "month", "category")]
    counts = (whole(table, name).tolist() for name in ("cases", "late"))
    for street, month, category, cases, late in zip(*columns, *counts, strict=True):
        skill = asked[category]
        if skill is not None:
            own = found[street, skill]
            before = own.get(month, (0, 0))
            own[month] = (before[0] + cases, before[1] + late)
    return found


def _able() -> tuple[list[Able], int]:
    """The posts of street offices held today with what they can do, and how many have nothing recorded."""
    held = Post.objects.filter(
        held_on(today()), organisation__active=True, organisation__kind=OrganisationKind.STREET_OFFICE.value
    )
    posts = {
        key: (code, seconded)
        for key, code, seconded in held.values_list("pk", "organisation__area__code", "seconded")
    }
    first: dict[int, str] = {}
    skills: dict[int, set[str]] = defaultdict(set)
    rows = PostSkill.objects.filter(until__isnull=True, post__in=held.values("pk"))
    for post, skill, is_first in rows.values_list("post_id", "skill", "is_first"):
        skills[post].add(skill)
        if is_first:
            first[post] = skill
    able = [
        Able(posts[key][0], first[key], tuple(sorted(skills[key])), posts[key][1]) for key in sorted(first)
    ]
    return able, len(posts) - len(able)


def _middles() -> dict[str, tuple[float, float]]:
    rows = Area.objects.filter(level=Level.STREET.value).values_list("code", "longitude", "latitude")
    return {code: (float(longitude or 0), float(latitude or 0)) for code, longitude, latitude in rows}
