"""Reviews of answers as officers see them: the list, one review, and the part of a matter's page about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext, pgettext_lazy

from bandeng.core.labels import ClockFace
from bandeng.desk.selectors.clocks import face_between, moment_words
from bandeng.dispatch.selectors.refusals import Refusal
from bandeng.dispatch.selectors.review_rules import reviewing
from bandeng.dispatch.selectors.reviews import (
    OUTSIDE,
    body_name,
    decides,
    enters,
    in_conflict,
    reviews_kept,
    reviews_of,
    reviews_of_answers,
    stage_name,
)
from bandeng.dispatch.selectors.stories import reports_of
from bandeng.dispatch.services.review_chance import Chance, chance_of
from bandeng.matters.labels import REVIEW_OUTCOMES, REVIEW_STATES
from bandeng.matters.models import Matter, Review, Step
from bandeng.matters.rules import LAST_STAGE, ReviewState, StepKind
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

PAGE_SIZE = 50
LAST_PAGE = 200
MOST_REPORTERS = 200


class ReviewList(StrEnum):
    """Which reviews a list shows."""

    OPEN = "open"
    DECIDED = "decided"
    OURS = "ours"  # of what the post's organisation answered


LIST_NAMES = {
    ReviewList.OPEN: pgettext_lazy("review list", "To decide"),
    ReviewList.DECIDED: pgettext_lazy("review list", "Decided"),
    ReviewList.OURS: pgettext_lazy("review list", "Of our answers"),
}


@dataclass(frozen=True)
class ReviewLine:
    """One review in a list."""

    id: int
    number: str
    title: str
    stage: str
    body: str
    answered_by: str
    asked: str
    state: str
    state_name: str
    outcome: str
    decided: str
    examiner: str
    face: ClockFace | None


@dataclass(frozen=True)
class ReviewPage:
    """One page of a list."""

    lines: Sequence[ReviewLine]
    page: int
    has_next: bool


@dataclass(frozen=True)
class ReviewWhole:
    """One review with everything that deciding it needs."""

    line: ReviewLine
    matter: Matter
    answered: str
    answer: str
    reason: str
    entered_by_staff: bool
    due: str
    hearing: str
    decision: str
    document: str
    on_paper: bool
    others: tuple[ReviewLine, ...]
    may_take: bool
    may_take_over: bool
    may_decide: bool
    may_begin_hearing: bool
    may_end_hearing: bool
    stands_aside: bool
    examiner_key: str


@dataclass(frozen=True)
class MatterReviews:
    """The part of a matter's page about reviews; None of it where there is nothing to say."""

    lines: tuple[ReviewLine, ...]
    may_enter: bool
    until: str
    is_over: bool  # only what arrived in time, or was answered on paper later, may still be written down


def review_page(scope: Scope, chosen: ReviewList, *, page: int) -> ReviewPage:
    """One page of a list: one query."""
    number = max(1, min(page, LAST_PAGE))
    start = (number - 1) * PAGE_SIZE
    rows = list(
        _listed(scope, chosen)
        .select_related("matter")
        .defer("reason", "decision", "matter__text", "matter__answers")[start : start + PAGE_SIZE + 1]
    )
    return ReviewPage(
        [line_of(row) for row in rows[:PAGE_SIZE]], number, len(rows) > PAGE_SIZE and number < LAST_PAGE
    )


def _listed(scope: Scope, chosen: ReviewList) -> QuerySet[Review]:
    if chosen is ReviewList.OURS:
        return reviews_of_answers(scope).order_by("-id")
    kept = reviews_kept(scope)
    if chosen is ReviewList.DECIDED:
        return kept.filter(decided_at__isnull=False).order_by("-id")
    return kept.filter(decided_at__isnull=True).order_by(F("due_at").asc(nulls_last=True), "id")


def line_of(row: Review) -> ReviewLine:
    """A review as lists show it; its matter is read with it."""
    return ReviewLine(
        id=row.pk,
        number=row.matter.number,
        title=row.matter.title,
        stage=stage_name(row.stage),
        body=body_name(row),
        answered_by=directory().name(row.answered_by_id),
        asked=moment_words(row.asked_at),
        state=row.state,
        state_name=str(dict(REVIEW_STATES)[row.state]),
        outcome=str(dict(REVIEW_OUTCOMES).get(row.outcome, "")),
        decided=moment_words(row.decided_at) if row.decided_at else "",
        examiner=row.examiner_name,
        face=_face(row),
    )


def _face(row: Review) -> ClockFace | None:
    if row.decided_at is not None:
        return None
    if row.hearing_from is not None and row.hearing_to is None:
        return ClockFace(kind="paused", text=pgettext("review", "Hearing, not counted"))
    if row.due_at is None:
        text = pgettext("clock", "Calendar of %(year)s missing") % {"year": row.due_unknown}
        return ClockFace(kind="paused", text=text)
    return face_between(start=row.asked_at, due_at=row.due_at)


def review_whole(row: Review, scope: Scope) -> ReviewWhole:
    """One review that `review_for` has let through."""
    body, aside = decides(scope, row), in_conflict(row, scope.actor)
    able = body and not aside
    examining = row.state == ReviewState.EXAMINING.value
    mine = able and examining and row.examiner == scope.actor
    hearing_on = row.hearing_from is not None and row.hearing_to is None
    return ReviewWhole(
        line=line_of(row),
        matter=row.matter,
        answered=moment_words(row.answered_at),
        answer=_answer(row),
        reason=row.reason,
        entered_by_staff=row.entered_by.startswith("user:"),
        due=moment_words(row.due_at) if row.due_at else "",
        hearing=_hearing(row),
        decision=row.decision,
        document=row.document,
        on_paper=row.body in OUTSIDE,
        others=tuple(line_of(each) for each in _others(row)),
        may_take=able and row.state == ReviewState.REQUESTED.value,
        may_take_over=able and examining and row.examiner != scope.actor,
        may_decide=mine and not hearing_on,
        may_begin_hearing=mine and row.stage == LAST_STAGE and row.hearing_from is None,
        may_end_hearing=mine and hearing_on,
        stands_aside=body and aside and row.decided_at is None,
        examiner_key=row.examiner,
    )


def _others(row: Review) -> list[Review]:
    """The other reviews of the same matter."""
    rows = Review.objects.filter(matter_id=row.matter_id).exclude(pk=row.pk).select_related("matter")
    return list(rows.order_by("id"))


def _answer(row: Review) -> str:
    """What the reporters were told at the closing under review: the step is written just after that moment."""
    closed = Step.objects.filter(
        matter_id=row.matter_id, kind=StepKind.CLOSED.value, at__gte=row.answered_at
    ).order_by("id")
    step = closed.first()
    return step.note if step else ""


def _hearing(row: Review) -> str:
    if row.hearing_from is None:
        return ""
    words = {"start": moment_words(row.hearing_from), "end": _moment(row.hearing_to)}
    return pgettext("review", "%(start)s to %(end)s") % words


def _moment(moment: datetime | None) -> str:
    return moment_words(moment) if moment else pgettext("review", "still on")


def reviews_beside(matter: Matter, scope: Scope, kinds: Iterable[str]) -> MatterReviews | None:
    """The same for a page that knows the kinds of the matter's steps: no query for what is no petition."""
    asked = StepKind.REVIEW_REQUESTED.value in kinds
    return matter_reviews(matter, scope) if asked or reviewing().covers(matter.type_code) else None


def matter_reviews(matter: Matter, scope: Scope) -> MatterReviews | None:
    """The reviews of a matter, and whether the post may write a request down."""
    rows = reviews_of(matter.pk)
    found = chance_of(matter, rows)
    chance, is_over = (found if isinstance(found, Chance) else None), found is Refusal.REVIEW_OVER
    may_enter = (chance is not None or is_over) and enters(scope, matter)
    if not rows and not may_enter:
        return None
    for row in rows:
        row.matter = matter
    # The period ends at 24:00, which is written as 0:00 of the day after.
    last = chance.until - timedelta(seconds=1) if chance is not None and chance.until is not None else None
    until = date_format(timezone.localtime(last), "Y-m-d") if last is not None else ""
    return MatterReviews(tuple(line_of(row) for row in reversed(rows)), may_enter, until, is_over)


def reporters_of(matter: Matter) -> list[tuple[str, str]]:
    """Those who may ask, by key and in masked words, the first first."""
    found = []
    for report in reports_of(matter)[:MOST_REPORTERS]:
        contact = report.contact
        known = f"{contact.masked_name} {contact.masked_phone}".strip() if contact is not None else ""
        name = known or pgettext("contact", "anonymous")
        found.append((str(report.pk), f"{name} {moment_words(report.reported_at)}"))
    return found
