"""The demo district into an empty database: areas, types, organisations, staff, calendar, rules, pictures."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from bandeng.accounts.models import User
from bandeng.areas.models import Area
from bandeng.areas.rules import LEVEL_OF_LENGTH
from bandeng.core import audit
from bandeng.core.remembered import forget_all
from bandeng.core.rules import SYSTEM
from bandeng.demo.district import District
from bandeng.demo.geography import Area as AreaPlan
from bandeng.demo.pace import SESSIONS
from bandeng.demo.photos import Drawing
from bandeng.demo.routing import rules_text
from bandeng.demo.staff import ROLES, Member, Team
from bandeng.demo.taxonomy import TypeRow, type_rows
from bandeng.dispatch.models import CalendarYear, DecisionTable, WorkHours
from bandeng.dispatch.rules import TableStatus
from bandeng.matters.models import MatterType
from bandeng.organisations.models import Organisation, Post, Role, VisitingTeam
from reckon.deadlines.china import china_year
from reckon.deadlines.years import CalendarYearMissing

BATCH = 500
#: Whoever works in the demo has done so for a while.
SERVICE = timedelta(days=400)
SOURCE = "演示区：为演示编写的办理规程"
Tick = Callable[[int], None]


@dataclass(frozen=True)
class Person:
    """A member of the staff as stored."""

    user_id: int
    post_id: int
    name: str

    @property
    def actor(self) -> str:
        """The key under which acts are told."""
        return f"user:{self.user_id}"


@dataclass(frozen=True)
class Ground:
    """Keys of what the matters stand on, by code or login."""

    areas: dict[str, int]
    organisations: dict[str, int]
    types: dict[str, int]
    people: dict[str, Person]
    photos: tuple["StoredPhoto", ...]


@dataclass(frozen=True)
class StoredPhoto:
    """A picture on disk."""

    file: str
    digest: str
    width: int
    height: int
    size: int


def is_empty() -> bool:
    """Whether nobody has set this database up for work; only then may the demo come in."""
    return not (Area.objects.exists() or Organisation.objects.exists() or User.objects.exists())


@transaction.atomic
def ground_load(
    *, district: District, drawings: list[Drawing], until: datetime, password: str, tick: Tick
) -> Ground:
    """Everything but the matters, or nothing of it."""
    areas = _areas_load(plans=district.geography.areas, tick=tick)
    organisations = _organisations_load(district=district, areas=areas, tick=tick)
    types = _types_load(rows=type_rows().values())
    _calendar_load(until=until)
    people = _staff_load(
        members=district.staff.members,
        areas=areas,
        organisations=organisations,
        since=(until - SERVICE).date(),
        password=password,
        tick=tick,
    )
    _teams_load(teams=district.staff.teams, areas=areas, people=people, tick=tick)
    _rules_load(at=until - SERVICE)
    audit.record(
        action="demo.loaded",
        subject=("areas.area", str(areas[district.geography.areas[0].code])),
        actor=SYSTEM.key,
        after={"areas": len(areas), "organisations": len(organisations), "staff": len(people)},
    )
    forget_all()
    return Ground(
        areas=areas, organisations=organisations, types=types, people=people, photos=_photos_store(drawings)
    )


def _areas_load(*, plans: Iterable[AreaPlan], tick: Tick) -> dict[str, int]:
    """Areas level by level, so that each finds its parent."""
    keys: dict[str, int] = {}
    rows = [(plan, _area_row(plan)) for plan in plans]
    for level in LEVEL_OF_LENGTH.values():
        created = [(plan, row) for plan, row in rows if row.level == level.value]
        for plan, row in created:
            row.parent_id = keys.get(plan.parent_code)
        Area.objects.bulk_create([row for _, row in created], batch_size=BATCH)
        keys.update((row.code, row.pk) for _, row in created)
        tick(len(created))
    return keys


def _area_row(plan: AreaPlan) -> Area:
    return Area(
        code=plan.code,
        level=LEVEL_OF_LENGTH[len(plan.code)].value,
        name=plan.name_zh,
        name_en=plan.name_en,
        longitude=plan.centre[0],
        latitude=plan.centre[1],
        households=plan.households,
        outline={"type": "Polygon", "coordinates": [[list(point) for point in plan.ring]]},
    )


def _organisations_load(*, district: District, areas: dict[str, int], tick: Tick) -> dict[str, int]:
    rows = [
        Organisation(
            code=plan.code,
            kind=plan.kind.value,
            name=plan.name,
            short_name=plan.short_name,
            name_en=plan.name_en,
            short_name_en=plan.short_name_en,
            area_id=areas[plan.area_code],
        )
        for plan in district.organisations
    ]
    Organisation.objects.bulk_create(rows, batch_size=BATCH)
    tick(len(rows))
    return {row.code: row.pk for row in rows}


def _types_load(*, rows: Iterable[TypeRow]) -> dict[str, int]:
    """The matter types that the house does not have yet, then all of them by code."""
    known = set(MatterType.objects.values_list("code", flat=True))
    MatterType.objects.bulk_create(
        [
            MatterType(
                code=row.code,
                level=row.level,
                name=row.name,
                name_en=row.name_en,
                valid_from=row.valid_from,
                lead_code=row.lead_code,
                limits=row.limits,
                access_class=row.access_class,
                questions=list(row.questions),
                legal_kind=row.legal_kind,
                source=row.source,
            )
            for row in rows
            if row.code not in known
        ],
        batch_size=BATCH,
    )
    return dict(MatterType.objects.values_list("code", "id"))


def _calendar_load(*, until: datetime) -> None:
    """Years with published holidays, and working hours, where the house has none yet."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    for year in range(until.year - 2, until.year + 2):
        try:
            published = china_year(year)
        except CalendarYearMissing:
            continue
        if year not in known:
            CalendarYear.objects.create(
                year=year,
                holidays=sorted(map(date.isoformat, published.holidays)),
                source=published.source,
                makeup_days=sorted(map(date.isoformat, published.makeup_days)),
                changed_at=datetime.combine(published.published or until.date(), time(), UTC),
            )
    if not WorkHours.objects.exists():
        sessions = [[f"{each.opens:%H:%M}", f"{each.closes:%H:%M}"] for each in SESSIONS]
        WorkHours.objects.create(valid_from=date(until.year - 2, 1, 1), sessions=sessions, source=SOURCE)


def _staff_load(
    *,
    members: Iterable[Member],
    areas: dict[str, int],
    organisations: dict[str, int],
    since: date,
    password: str,
    tick: Tick,
) -> dict[str, Person]:
    """Accounts and posts. All share one password, hashed once: hashing 9,600 would take an hour."""
    roles = {plan.code: _role(code=plan.code) for plan in ROLES}
    hashed = make_password(password)
    known = list(members)
    users = [User(username=member.login, name=member.name, password=hashed) for member in known]
    User.objects.bulk_create(users, batch_size=BATCH)
    posts = [
        Post(
            user=user,
            organisation_id=organisations[member.organisation_code],
            role=roles[member.role_code],
            area_id=areas[member.area_code],
            title=member.title,
            seconded=member.seconded,
            since=since,
        )
        for member, user in zip(known, users, strict=True)
    ]
    Post.objects.bulk_create(posts, batch_size=BATCH)
    tick(len(known))
    return {
        user.username: Person(user_id=user.pk, post_id=post.pk, name=user.name)
        for user, post in zip(users, posts, strict=True)
    }


def _role(*, code: str) -> Role:
    plan = next(role for role in ROLES if role.code == code)
    duties = [duty.value for duty in plan.duties]
    fields = {"name": plan.name, "name_en": plan.name_en, "duties": duties}
    return Role.objects.update_or_create(code=code, defaults=fields)[0]


def _teams_load(
    *, teams: Iterable[Team], areas: dict[str, int], people: dict[str, Person], tick: Tick
) -> None:
    known = list(teams)
    rows = [VisitingTeam(name=team.name, area_id=areas[team.grid_code]) for team in known]
    VisitingTeam.objects.bulk_create(rows, batch_size=BATCH)
    link = VisitingTeam.posts.through
    links = [
        link(visitingteam_id=row.pk, post_id=people[login].post_id)
        for team, row in zip(known, rows, strict=True)
        for login in team.logins
    ]
    link.objects.bulk_create(links, batch_size=BATCH)
    tick(len(rows))


def _rules_load(*, at: datetime) -> None:
    """The demo's decision table as the version in force, unless the house has one already."""
    if DecisionTable.objects.filter(status=TableStatus.PUBLISHED.value).exists():
        return
    DecisionTable.objects.create(
        version=DecisionTable.objects.count() + 1,
        status=TableStatus.PUBLISHED.value,
        content=json.loads(rules_text()),
        note=SOURCE,
        author=SYSTEM.key,
        created_at=at,
        published_by=SYSTEM.key,
        published_at=at,
    )


def _photos_store(drawings: list[Drawing]) -> tuple[StoredPhoto, ...]:
    """Pictures under names made of their content, so that a second demo writes the same files."""
    stored = []
    for drawing in drawings:
        digest = hashlib.sha256(drawing.content).hexdigest()
        file = Path("demo") / f"{digest[:20]}.jpg"
        path = Path(settings.MEDIA_ROOT) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawing.content)
        stored.append(
            StoredPhoto(
                file=str(file),
                digest=digest,
                width=drawing.width,
                height=drawing.height,
                size=len(drawing.content),
            )
        )
    return tuple(stored)
