"""A matter's story as its reporter's page tells it: lines in order, photos, what comes next and by when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import ngettext, pgettext

from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.selectors.tracking import (
    SHOWN_PHASES,
    PublicStep,
    Tracked,
    matter_told,
    report_for,
    tracked,
)
from bandeng.dispatch.selectors.visibility import NotVisible
from bandeng.intake.labels import deadline_words, headline, length_words, moment_words, story_line
from bandeng.intake.selectors.reviews import ReviewsShown, review_sentence, reviews_shown
from bandeng.matters.models import Matter, Photo
from bandeng.matters.rules import MatterState, StepKind, id_of
from bandeng.organisations.selectors import directory

ENDED = frozenset(
    state.value
    for state in (MatterState.CLOSED, MatterState.REJECTED, MatterState.WITHDRAWN, MatterState.MERGED)
)

OTHERS_WORDS = frozenset({StepKind.JOINED.value, StepKind.RATED.value})  # may be another reporter's


@dataclass(frozen=True)
class Line:
    """One step of the story; `state` names the disc."""

    state: str
    title: str
    text: str
    at: datetime | None
    when: str


@dataclass(frozen=True)
class Story:
    """Everything that a reporter's page shows; `told` holds what may be done."""

    told: Tracked
    number: str
    title: str
    text: str
    state: str
    headline: str
    sentence: str
    merged_number: str
    lines: list[Line]
    before: list[Photo]
    after: list[Photo]
    reopen_until: str
    reviews: ReviewsShown | None


@dataclass(frozen=True)
class Followed:
    """One of the matters that a session follows."""

    number: str
    title: str
    state: str
    headline: str


def story_of(*, number: str, secret: str) -> Story:
    """The story behind a number and its secret. Raises NotVisible."""
    told = tracked(number=number, secret=secret)
    matter = told.now
    return Story(
        told=told,
        number=told.matter.number,
        title=told.matter.title,
        text=told.report.text or told.matter.text,
        state=matter.state,
        headline=headline(matter.state),
        sentence=review_sentence(told.reviews) or sentence_of(matter),
        merged_number=matter.number if matter.pk != told.matter.pk else "",
        lines=[*_lines(told), *_coming(told)],
        before=[photo for photo in told.photos if photo.phase != "after"],
        after=[photo for photo in told.photos if photo.phase == "after"],
        reopen_until=_reopen_day(told),
        reviews=reviews_shown(told),
    )


def followed(secrets: Mapping[str, str]) -> list[Followed]:
    """The matters that a session follows, by number and secret; what is no longer there is left out."""
    found = []
    for number, secret in secrets.items():
        try:
            report = report_for(number=number, secret=secret)
        except NotVisible:
            continue
        own = Matter.objects.get(pk=report.matter_id)
        state = matter_told(own).state
        found.append(Followed(own.number, own.title, state, headline(state)))
    return found


def photo_followed(*, photo_id: int, secrets: Mapping[str, str]) -> Photo | None:
    """A photo, if it belongs to a matter that a session follows, or to the one that took that in."""
    photo = Photo.objects.filter(pk=photo_id, phase__in=SHOWN_PHASES).first()
    if photo is None:
        return None
    for number in secrets:
        own = Matter.objects.filter(pk=id_of(number) or 0).first()
        if own is not None and photo.matter_id in {own.pk, matter_told(own).pk}:
            return photo
    return None


def photo_by_id(photo_id: int) -> Photo | None:
    """A photo, for staff whose view of its matter the caller checks."""
    return Photo.objects.filter(pk=photo_id).first()


def next_sentence(number: str) -> str:
    """Who does what by when, for the matter with this number."""
    matter = Matter.objects.filter(pk=id_of(number) or 0).first()
    return sentence_of(matter_told(matter)) if matter else ""


def sentence_of(matter: Matter) -> str:
    """Who does what by when; once closed, how long it took."""
    if matter.state == MatterState.CLOSED.value and matter.closed_at:
        words = pgettext("story sentence", "From report to end: %(time)s.")
        return words % {"time": length_words(matter.closed_at - matter.opened_at)}
    return deadline_words(
        state=matter.state,
        lead=directory().name(matter.lead_id),
        due_at=matter.due_at,
        step_due_at=matter.step_due_at,
        paused=matter.paused_at is not None,
    )


def _lines(told: Tracked) -> list[Line]:
    lines = [_line(step) for step in told.steps if step.kind not in OTHERS_WORDS]
    report, matter = told.report, told.matter
    others = told.now.report_count - 1
    if not lines or others < 1:
        return lines
    if report.pk != _first_report(told):
        own = Line(
            "joined",
            pgettext("story", "You reported the same"),
            "",
            report.reported_at,
            moment_words(report.reported_at),
        )
        lines[0] = replace(lines[0], title=pgettext("story", "A resident reported this"))
        return sorted([*lines, own], key=lambda line: line.at or matter.opened_at)
    words = ngettext(
        "%(count)d neighbour reported the same; it is handled together",
        "%(count)d neighbours reported the same; it is handled together",
        others,
    )
    lines[0] = replace(lines[0], text=words % {"count": others})
    return lines


def _first_report(told: Tracked) -> int:
    """The key of the report that opened the matter: it was made at the very moment of opening."""
    return told.report.pk if told.report.reported_at == told.matter.opened_at else 0


def _line(step: PublicStep) -> Line:
    title = story_line(kind=step.kind, organisation=step.organisation)
    return Line(step.kind, title, step.note, step.at, moment_words(step.at))


def _coming(told: Tracked) -> list[Line]:
    """What comes next, as a dashed step."""
    matter = told.now
    if matter.state in ENDED:
        if not told.may_rate or told.report.rating is not None:
            return []
        until = _reopen_day(told)
        text = (
            pgettext("story", "Until %(day)s you can have it taken up again") % {"day": until}
            if until
            else ""
        )
        return [
            Line("coming", pgettext("story", "Waiting for your rating"), text, None, pgettext("story", "now"))
        ]
    text = pgettext(
        "story", "When it is done, a grid worker checks it on the spot and you are asked to rate it"
    )
    return [Line("coming", pgettext("story", "Next"), text, None, "")]


def _reopen_day(told: Tracked) -> str:
    """The last day on which the matter can be reopened, in words; empty when it cannot."""
    if not told.may_reopen:
        return ""
    ended_at = told.now.closed_at or told.now.changed_at
    return moment_words(ended_at + timedelta(days=procedure().reopen_days), with_time=False)
