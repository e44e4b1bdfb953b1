"""Everything that the page of one matter shows, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import pgettext

from bandeng.areas.selectors import atlas
from bandeng.core import clock
from bandeng.core.labels import ClockFace, in_language, listed
from bandeng.desk.labels import ACT_NAMES
from bandeng.desk.selectors.clocks import face_of, moment_words
from bandeng.desk.selectors.lanes import Lane, lane_of
from bandeng.desk.selectors.rows import state_of
from bandeng.desk.selectors.story_lines import Line, lines_of
from bandeng.desk.selectors.surroundings import Surroundings, surroundings_of
from bandeng.desk.selectors.texts import Draft, draft_for, result_of
from bandeng.desk.selectors.versions import steps_since
from bandeng.desk.selectors.whys import Why, why_of
from bandeng.dispatch.labels import TASK_ROLES, TASK_STATES
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, TaskRole, TaskState
from bandeng.dispatch.selectors import Act, Story, story
from bandeng.matters.labels import ACCESS_CLASSES, CHANNELS, PRIORITIES
from bandeng.matters.models import Matter, Photo, Report
from bandeng.matters.rules import OPEN_STATES, AccessClass, MatterState, Priority
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.selectors import directory

FIRST_REPORTS = 4
MOST_REPORTS = 200
GIVEN_UP = frozenset({TaskState.CANCELLED.value, TaskState.RETURNED.value})


@dataclass(frozen=True)
class Offer:
    """An act that the page offers, with its key; `main` is the one that the work waits for."""

    act: str
    name: str
    key: str
    at_once: bool = False


@dataclass(frozen=True)
class Offers:
    """The acts as they are laid out."""

    main: Offer | None
    plain: tuple[Offer, ...]
    more: tuple[Offer, ...]


@dataclass(frozen=True)
class Worker:
    """One organisation's part."""

    task_id: int
    role: str
    is_lead: bool
    organisation: str
    person: str
    state: str
    state_name: str
    due: str
    late: bool
    over: bool
    request: str
    result: str


@dataclass(frozen=True)
class Voice:
    """One report: what one person said, and how to reach them."""

    id: int
    text: str
    when: str
    channel: str
    name: str
    phone: str
    sealed: bool
    rating: int | None
    rating_text: str


@dataclass(frozen=True)
class Relative:
    """Another matter of the family: merged in, a part, or the whole."""

    number: str
    title: str
    state: str
    state_name: str


@dataclass(frozen=True)
class Whole:
    """A matter's page."""

    matter: Matter
    state: dict[str, str]
    face: ClockFace | None
    lane: Lane | None
    due: str
    pause_reason: str
    type_path: str
    places: tuple[str, ...]
    channel: str
    marks: tuple[str, ...]
    answers: tuple[tuple[str, str], ...]
    lines: list[Line]
    steps_left_out: int
    voices: tuple[Voice, ...]
    more_voices: tuple[Voice, ...]
    workers: tuple[Worker, ...]
    former: tuple[Worker, ...]
    why: Why | None
    photos: dict[str, tuple[Photo, ...]]
    merged: tuple[Relative, ...]
    children: tuple[Relative, ...]
    parent: str
    into: str
    around: Surroundings
    offers: Offers
    draft: Draft | None
    may_note: bool
    may_photo: bool
    may_open_contact: bool
    may_export: bool
    may_rule: bool
    version: str


def whole_of(matter: Matter, scope: Scope, *, key_only: bool = False) -> Whole:
    """The page of a matter that `matter_for` has let through: about ten queries, whatever its length."""
    told = story(matter, scope)
    lines = lines_of(told.steps, told.photos, key_only=key_only)
    workers = [worker_of(task) for task in told.tasks]
    voices = [_voice(report) for report in told.reports[:MOST_REPORTS]]
    return Whole(
        matter=matter,
        state=state_of(matter),
        face=_face(matter),
        lane=lane_of(matter, told.pauses),
        due=_due(matter),
        pause_reason=next((pause.reason for pause in told.pauses if pause.ended_at is None), ""),
        type_path=_type_path(matter.type_code),
        places=_places(matter.area_code),
        channel=str(dict(CHANNELS)[matter.channel]),
        marks=_marks(matter),
        answers=_answers(matter),
        lines=lines,
        steps_left_out=len(told.steps) - len(lines) if key_only else 0,
        voices=tuple(voices[:FIRST_REPORTS]),
        more_voices=tuple(voices[FIRST_REPORTS:]),
        workers=tuple(each for each in workers if not each.over),
        former=tuple(each for each in workers if each.over),
        why=why_of(matter, told.steps),
        photos=_photos(told.photos),
        merged=tuple(_relative(each) for each in told.merged),
        children=tuple(_relative(each) for each in told.children),
        **_above(matter),
        around=surroundings_of(matter, scope),
        offers=offers_of(_useful(told)),
        draft=draft_for(matter, told.acts, scope, result=result_of(told.tasks)),
        may_note=Act.NOTE in told.acts,
        may_photo=Act.PHOTO in told.acts,
        may_open_contact=scope.has(Duty.UNSEAL),
        may_export=scope.has(Duty.AUDIT) or scope.has(Duty.SUPERVISE),
        may_rule=scope.has(Duty.RULES),
        version=str(told.steps[-1].pk if told.steps else 0),
    )


def since_version(matter: Matter, version: str) -> list[Line]:
    """What happened to the matter since the page with this version was shown, newest first."""
    return lines_of(steps_since(matter.pk, version) or [], (), key_only=False)


def _due(matter: Matter) -> str:
    """By when the present step ends, in words; empty where no clock runs."""
    if matter.state == MatterState.VERIFYING.value and matter.step_due_at is not None:
        return pgettext("matter", "verify by %(due)s") % {"due": moment_words(matter.step_due_at)}
    if matter.due_at is None or MatterState(matter.state) not in OPEN_STATES:
        return ""
    return pgettext("matter", "due %(due)s") % {"due": moment_words(matter.due_at)}


def _face(matter: Matter) -> ClockFace | None:
    """The clock in few words: the reason of a pause stands below."""
    face = face_of(matter)
    if face is not None and matter.paused_at is not None:
        return replace(face, text=state_of(matter)["state_name"])
    return face


def _above(matter: Matter) -> dict[str, Any]:
    """The numbers of the whole of which the matter is a part, and of the one that took it in; no query."""
    from_key = {"parent": matter.parent_id, "into": matter.merged_into_id}
    return {name: Matter(pk=key).number if key else "" for name, key in from_key.items()}


def _type_path(code: str) -> str:
    rows = taxonomy().path(code) if code else []
    return " / ".join(row.called for row in rows)


def _places(code: str) -> tuple[str, ...]:
    known = atlas().by_code
    rows = [known[code[:n]] for n in (9, 12, 15) if len(code) >= n and code[:n] in known]
    return tuple(row.called for row in rows)


def _marks(matter: Matter) -> tuple[str, ...]:
    """What sets the matter apart: urgent, restricted, reopened, returned."""
    marks = []
    if matter.priority != Priority.NORMAL.value:
        marks.append(str(dict(PRIORITIES)[matter.priority]))
    if matter.access_class != AccessClass.OPEN.value:
        marks.append(str(dict(ACCESS_CLASSES)[matter.access_class]))
    if matter.reopen_count:
        marks.append(pgettext("mark", "reopened %(n)d×") % {"n": matter.reopen_count})
    if matter.return_count:
        marks.append(pgettext("mark", "returned %(n)d×") % {"n": matter.return_count})
    return tuple(marks)


def _answers(matter: Matter) -> tuple[tuple[str, str], ...]:
    """What the reporter answered, with the questions of the type where they are still asked."""
    row = taxonomy().by_code.get(matter.type_code)
    asked = {str(each["key"]): each for each in (row.questions if row else ())}
    found = []
    for key, value in matter.answers.items():
        question = asked.get(key, {})
        name = in_language(name=str(question.get("zh", key)), name_en=str(question.get("en", "")))
        if value not in ("", None, []):
            found.append((name, listed(map(str, value)) if isinstance(value, list) else str(value)))
    return tuple(found)


def _photos(photos: Sequence[Photo]) -> dict[str, tuple[Photo, ...]]:
    phases = ("report", "before", "after")
    return {phase: tuple(photo for photo in photos if photo.phase == phase) for phase in phases}


def _relative(matter: Matter) -> Relative:
    return Relative(matter.number, matter.title, **state_of(matter))


def _voice(report: Report) -> Voice:
    contact = report.contact
    known = contact is not None and contact.erased_at is None
    return Voice(
        id=report.pk,
        text=report.text,
        when=moment_words(report.reported_at),
        channel=str(dict(CHANNELS)[report.channel]),
        name=contact.masked_name if contact is not None else "",
        phone=contact.masked_phone if contact is not None else "",
        sealed=known,
        rating=report.rating,
        rating_text=report.rating_text,
    )


def worker_of(task: Task) -> Worker:
    """A task as the page shows it; `over` is one that was given up or taken away."""
    open_now = TaskState(task.state) in OPEN_TASK_STATES
    return Worker(
        task_id=task.pk,
        role=str(dict(TASK_ROLES)[task.role]),
        is_lead=task.role == TaskRole.LEAD.value,
        organisation=directory().name(task.organisation_id),
        person=task.post.user.get_full_name() if task.post is not None else "",
        state=task.state,
        state_name=str(dict(TASK_STATES)[task.state]),
        due=_task_when(task, task.due_at if open_now else task.done_at, open_now=open_now),
        late=open_now and task.due_at is not None and task.due_at < clock.now(),
        over=task.state in GIVEN_UP,
        request=task.request,
        result=task.result,
    )


def _task_when(task: Task, at: datetime | None, *, open_now: bool) -> str:
    if at is None:
        return ""
    words = {"moment": moment_words(at)}
    return (
        pgettext("task", "due %(moment)s") % words
        if open_now
        else pgettext("task", "done %(moment)s") % words
    )


MAIN = (Act.RESUME, Act.CLOSE, Act.HANDLED, Act.START, Act.TASK_DONE, Act.DISPATCH, Act.ACCEPT)
"""What the work waits for; the first that is allowed is the main button."""
PLAIN = (
    Act.SEND_BACK, Act.ACCEPT, Act.DISPATCH, Act.REASSIGN, Act.ASSIGN, Act.TASK_DONE, Act.RETURN, Act.TASK_RETURN,
    Act.PAUSE, Act.REPLY, Act.PHOTO, Act.REOPEN, Act.ADD_CO_HANDLER, Act.MERGE_UNDO,
)  # fmt: skip
MORE = (
    Act.EXTEND, Act.RETYPE, Act.MERGE, Act.SPLIT, Act.TASK_CANCEL, Act.WITHDRAW, Act.REJECT,
)  # fmt: skip
PLAIN_SHOWN = 6
ACT_KEYS = {
    Act.ASSIGN: "a", Act.ACCEPT: "t", Act.DISPATCH: "d", Act.ADD_CO_HANDLER: "c", Act.MERGE: "m", Act.RETURN: "r",
    Act.SEND_BACK: "b", Act.START: "s", Act.HANDLED: "h", Act.CLOSE: "e", Act.REASSIGN: "g", Act.PAUSE: "p",
    Act.RESUME: "p", Act.REPLY: "w", Act.PHOTO: "o", Act.TASK_DONE: "f", Act.TASK_RETURN: "r", Act.SPLIT: "x",
    Act.EXTEND: "l", Act.RETYPE: "y", Act.REOPEN: "z",
}  # fmt: skip
"""The queue's keys, and others where it has none."""
AT_ONCE = frozenset({Act.START})
"""Acts that ask for no word."""


def _useful(told: Story) -> frozenset[Act]:
    """The allowed acts that have something to act on."""
    open_helpers = [
        task
        for task in told.tasks
        if task.role == TaskRole.CO_HANDLER.value and TaskState(task.state) in OPEN_TASK_STATES
    ]
    return told.acts if open_helpers else told.acts - {Act.TASK_CANCEL}


def offers_of(acts: frozenset[Act]) -> Offers:
    """The acts that may be done, laid out: the main one, the usual ones, the rest."""
    main = next((act for act in MAIN if act in acts), None)
    plain = [act for act in PLAIN if act in acts and act is not main]
    more = [*plain[PLAIN_SHOWN:], *(act for act in MORE if act in acts and act is not main)]
    return Offers(
        main=offer_of(main) if main else None,
        plain=tuple(offer_of(act) for act in plain[:PLAIN_SHOWN]),
        more=tuple(offer_of(act) for act in more),
    )


def offer_of(act: Act) -> Offer:
    """An act with its name and its key."""
    return Offer(act.value, str(ACT_NAMES[act]), ACT_KEYS.get(act, ""), act in AT_ONCE)
