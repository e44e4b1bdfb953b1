"""A told story as rows of the database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from bandeng.areas.rules import Level
from bandeng.areas.selectors import tile_of
from bandeng.core import clock
from bandeng.demo.folding import STEP_LIMITS, Part, Standing, standing_of
from bandeng.demo.load import Ground, StoredPhoto
from bandeng.demo.story import HOTLINE, RESIDENT, SYSTEM, Joined, Reporter, Story, StoryStep
from bandeng.demo.taxonomy import type_rows
from bandeng.dispatch.models import Pause, Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, TaskRole
from bandeng.matters.models import Matter, Photo, Report, Step
from bandeng.matters.rules import OPEN_STATES, MatterState, StepKind, TypeSource
from bandeng.matters.services.opening import secret_digest
from bandeng.people.models import Contact
from bandeng.people.services import ContactDetails, contact_row
from reckon.deadlines.calendar import WorkCalendar, working_minutes_between
from reckon.deadlines.clock import due_at
from reckon.deadlines.limits import Pause as Standstill
from reckon.deadlines.limits import parse_limit
from reckon.deadlines.years import CalendarYearMissing

SECRET_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # noqa: S105 (letters that are not mistaken for one another)
SECRET_LENGTH = 10
#: An overdue matter climbs a level after so many working minutes: at once, after a day, after three.
CLIMB = ((0, Level.COMMUNITY), (450, Level.STREET), (1350, Level.DISTRICT))
SYSTEM_NAME = "系统"
HOTLINE_NAME = "市民热线"


@dataclass(frozen=True)
class Account:
    """A story with its standing and its legal deadline."""

    story: Story
    standing: Standing
    due_at: datetime | None
    due_unknown: int | None
    step_due_at: datetime | None
    escalation: Level | None
    secret: str


def account_of(*, story: Story, calendar: WorkCalendar, seed: int) -> Account:
    """What the law's clock says to the story."""
    standing = standing_of(story)
    limits = story.decision.limits
    pauses = [Standstill(each.started_at, each.ended_at, each.reason) for each in standing.pauses]
    try:
        due = due_at(
            start=standing.clock_from, limit=parse_limit(limits["handle"]), calendar=calendar, pauses=pauses
        )
        unknown = None
    except CalendarYearMissing as missing:
        due, unknown = None, missing.year
    return Account(
        story=story,
        standing=standing,
        due_at=due,
        due_unknown=unknown,
        step_due_at=_step_due(story=story, standing=standing, calendar=calendar),
        escalation=_escalation(story=story, due=due, calendar=calendar),
        secret=secret_of(seed=seed, ordinal=story.origin.ordinal),
    )


def secret_of(*, seed: int, ordinal: int) -> str:
    """The secret with which a demo matter is tracked; the same for the same seed."""
    random = Random(f"secret {seed} {ordinal}")  # noqa: S311 (a demo, not a secret)
    return "".join(random.choice(SECRET_LETTERS) for _ in range(SECRET_LENGTH))


def _step_due(*, story: Story, standing: Standing, calendar: WorkCalendar) -> datetime | None:
    step = STEP_LIMITS.get(story.state)
    start = standing.step_from or standing.clock_from
    if step is None:
        return None
    try:
        return due_at(start=start, limit=parse_limit(story.decision.limits[step]), calendar=calendar)
    except CalendarYearMissing:
        return None


def _escalation(*, story: Story, due: datetime | None, calendar: WorkCalendar) -> Level | None:
    """How far an open matter that is overdue has climbed by now."""
    now = clock.now()
    if due is None or due >= now or story.state not in OPEN_STATES or story.state is MatterState.VERIFYING:
        return None
    over = working_minutes_between(start=due, end=now, calendar=calendar)
    return [level for minutes, level in CLIMB if over >= minutes][-1]


def matter_row(*, account: Account, ground: Ground, random: Random) -> Matter:
    """The matter itself, without its key and without the matter it was merged into."""
    story, standing, origin = account.story, account.standing, account.story.origin
    return Matter(
        title=origin.title,
        text=origin.text,
        channel=origin.channel,
        state=story.state.value,
        priority=story.decision.priority,
        access_class=type_rows()[origin.type_code].access_class,
        matter_type_id=ground.types[origin.type_code],
        type_code=origin.type_code,
        area_id=ground.areas[origin.spot.grid_code],
        area_code=origin.spot.grid_code,
        address=origin.spot.address,
        longitude=origin.spot.longitude,
        latitude=origin.spot.latitude,
        cell=tile_of(origin.spot.longitude, origin.spot.latitude),
        lead_id=ground.organisations.get(standing.lead),
        opened_at=origin.at,
        clock_from=standing.clock_from,
        lead_post_id=ground.people[standing.login].post_id if standing.login else None,
        limit=story.decision.limits["handle"],
        due_at=account.due_at,
        due_unknown=account.due_unknown,
        step_due_at=account.step_due_at,
        step_from=(standing.step_from or standing.clock_from) if account.step_due_at else None,
        step_limit=story.decision.limits[STEP_LIMITS[story.state]] if account.step_due_at else None,
        paused_at=standing.paused_at,
        closed_at=standing.closed_at,
        report_count=1 + len(story.joined),
        support=random.choices((0, 1, 2, 3, 5, 9), (70, 12, 8, 5, 3, 2))[0],
        reopen_count=standing.reopen_count,
        return_count=standing.return_count,
        escalation_level=account.escalation.value if account.escalation else 0,
        satisfaction=standing.rating,
        changed_at=standing.changed_at,
        **_type_source(channel=origin.channel, random=random),
    )


def _type_source(*, channel: str, random: Random) -> dict[str, Any]:
    """Grid workers name the type, clerks on the telephone too; the rest is classified."""
    if channel in ("grid", "phone"):
        source = TypeSource.REPORTER if channel == "grid" else TypeSource.OFFICER
        return {"type_source": source.value}
    confidence = round(random.betavariate(9, 1.2), 3)
    return {"type_source": TypeSource.CLASSIFIER.value, "type_confidence": confidence}


def contact_of(reporter: Reporter | None, *, at: datetime) -> Contact | None:
    """The sealed contact of whoever left one, kept from the day of the report."""
    if reporter is None:
        return None
    with clock.fixed(at):
        return contact_row(ContactDetails(name=reporter.name, phone=reporter.phone))


def report_rows(
    *, account: Account, matter: Matter, contacts: Sequence[Contact | None], seed: int
) -> Iterator[Report]:
    """The first report with its rating, then those of whoever joined; `contacts` in the same order."""
    story, standing = account.story, account.standing
    joined = [
        Joined(at=story.origin.at, text="", channel=story.origin.channel, reporter=story.origin.reporter)
    ]
    for number, each in enumerate([*joined, *story.joined]):
        rated = {
            "rating": standing.rating,
            "rating_text": standing.rating_text,
            "rated_at": standing.rated_at,
        }
        secret = (
            account.secret
            if number == 0
            else secret_of(seed=seed, ordinal=-story.origin.ordinal * 10 - number)
        )
        contact = contacts[number]
        yield Report(
            matter_id=matter.pk,
            contact_id=contact.pk if contact else None,
            channel=each.channel,
            text=each.text,
            secret_digest=secret_digest(secret),
            reported_at=each.at,
            received_at=each.at,
            **(rated if number == 0 else {}),
        )


def step_rows(*, account: Account, matter: Matter, ground: Ground, table: int) -> Iterator[Step]:
    """The story's lines, with the reasons of the dispatch and the climb of an overdue matter."""
    steps = sorted([*account.story.steps, *_climb(account)], key=lambda step: step.at)
    for step in steps:
        yield _step_row(step=step, matter=matter, ground=ground, data=_data(step, account, ground, table))


def _climb(account: Account) -> list[StoryStep]:
    """The step that takes an overdue matter up."""
    if account.escalation is None or account.due_at is None:
        return []
    state = [step.state for step in account.story.steps if step.at <= account.due_at][-1]
    data = {"level": account.escalation.value}
    return [StoryStep(kind=StepKind.ESCALATED, state=state, at=account.due_at, actor=SYSTEM, data=data)]


def _step_row(*, step: StoryStep, matter: Matter, ground: Ground, data: dict[str, Any]) -> Step:
    person = ground.people.get(step.actor)
    names = {SYSTEM: SYSTEM_NAME, HOTLINE: HOTLINE_NAME}
    actor = SYSTEM if step.actor == HOTLINE else step.actor
    return Step(
        matter_id=matter.pk,
        kind=step.kind.value,
        state=step.state.value,
        at=step.at,
        actor=person.actor if person else actor,
        actor_name=person.name if person else names.get(step.actor, ""),
        organisation_id=ground.organisations.get(step.organisation),
        note=step.note,
        public=step.public,
        data=data,
    )


def _data(step: StoryStep, account: Account, ground: Ground, table: int) -> dict[str, Any]:
    decision = account.story.decision
    if step.kind is StepKind.DISPATCHED and step.actor == SYSTEM:
        why = {
            "table": table,
            "facts": decision.facts,
            "by": "rule" if decision.rule else "type",
            "rule": decision.rule,
            "reasons": list(decision.reasons),
            "problem": "",
            "note": decision.note,
            "confidence": None,
            "suggestion": "",
        }
        return {"why": why}
    if step.kind is StepKind.DISPATCHED:
        return {
            "why": {"by": "officer", "facts": decision.facts},
            "lead": ground.organisations[step.organisation],
        }
    if step.kind is StepKind.RETURNED:
        return {"count": account.standing.return_count}
    if step.kind is StepKind.HANDLED:
        late = account.due_at is not None and step.at > account.due_at
        return {
            "due_at": account.due_at.isoformat() if account.due_at else "",
            "unfinished": "",
            "late": late,
        }
    return dict(step.data)


def task_rows(*, account: Account, matter: Matter, ground: Ground) -> Iterator[Task]:
    """The lead's and the co-handlers' parts; all follow the matter's clock."""
    for part in account.standing.parts:
        yield Task(
            matter_id=matter.pk,
            organisation_id=ground.organisations[part.organisation],
            role=part.role.value,
            post_id=ground.people[part.login].post_id if part.login in ground.people else None,
            state=part.state.value,
            result=part.result,
            assigned_at=part.assigned_at,
            done_at=part.done_at,
            limit=matter.limit if part.role is TaskRole.LEAD else "",
            due_at=matter.due_at,
        )


def open_parts(account: Account) -> list[Part]:
    """The parts that wait for somebody."""
    return [part for part in account.standing.parts if part.state in OPEN_TASK_STATES]


def pause_rows(*, account: Account, matter: Matter, ground: Ground) -> Iterator[Pause]:
    """The stretches in which the present clock stood still."""
    for pause in account.standing.pauses:
        person = ground.people.get(pause.actor)
        yield Pause(
            matter_id=matter.pk,
            started_at=pause.started_at,
            ended_at=pause.ended_at,
            reason=pause.reason,
            actor=person.actor if person else SYSTEM,
        )


def photo_rows(*, account: Account, matter: Matter, photos: Sequence[StoredPhoto]) -> Iterator[Photo]:
    """A picture with the report and, once handled, one of the place put right."""
    story = account.story
    if not story.photos or not photos:
        return
    scene = story.photos[0] // 2 * 2 % len(photos)
    handled = story.last(StepKind.HANDLED)
    yield _photo_row(matter=matter, photo=photos[scene], phase="report", at=story.origin.at)
    if handled:
        yield _photo_row(matter=matter, photo=photos[(scene + 1) % len(photos)], phase="after", at=handled.at)


def _photo_row(*, matter: Matter, photo: StoredPhoto, phase: str, at: datetime) -> Photo:
    return Photo(
        matter_id=matter.pk,
        phase=phase,
        file=photo.file,
        digest=photo.digest,
        width=photo.width,
        height=photo.height,
        size=photo.size,
        added_at=at,
    )


def is_tracked(story: Story) -> bool:
    """Whether a resident made the report on the page, and so has a number and a secret."""
    return story.origin.channel == "resident" and story.origin.login == RESIDENT
