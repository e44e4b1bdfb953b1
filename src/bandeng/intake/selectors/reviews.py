"""Reviews of the answer as the page of a reporter tells them: where each stands, by when, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import pgettext

from bandeng.dispatch.selectors.review_rules import reviewing
from bandeng.dispatch.selectors.reviews import body_name, stage_name
from bandeng.dispatch.selectors.tracking import Tracked
from bandeng.dispatch.services.review_chance import Chance, may_ask
from bandeng.intake.labels import moment_words
from bandeng.matters.labels import REVIEW_OUTCOMES, REVIEW_STATES
from bandeng.matters.models import Review
from bandeng.matters.rules import ReviewOutcome


@dataclass(frozen=True)
class ReviewShown:
    """One review; the words of request and decision are shown to whoever asked, the result to all."""

    stage: str
    state: str
    state_name: str
    body: str
    asked: str
    due: str
    outcome: str
    sentence: str
    reason: str
    decision: str
    document: str


@dataclass(frozen=True)
class AskShown:
    """A review that may be asked for: which, and until when."""

    stage: str
    until: str


@dataclass(frozen=True)
class ReviewsShown:
    """The part of the page about reviews; `final` once the last has upheld the answer."""

    rows: tuple[ReviewShown, ...]
    ask: AskShown | None
    final: bool


def reviews_shown(told: Tracked) -> ReviewsShown | None:
    """The reviews of the matter, or None where there is nothing to say of them."""
    chance = may_ask(told.now, told.reviews)
    if not told.reviews and chance is None:
        return None
    return ReviewsShown(
        rows=tuple(_shown(row, own=row.report_id == told.report.pk) for row in reversed(told.reviews)),
        ask=_ask(chance),
        final=_is_final(told.reviews),
    )


def review_sentence(reviews: Sequence[Review]) -> str:
    """Who decides by when, while an answer is being reviewed; else empty."""
    row = next((row for row in reviews if row.decided_at is None), None)
    return _sentence(row) if row else ""


def _ask(chance: Chance | None) -> AskShown | None:
    if chance is None:
        return None
    # The period ends at 24:00, which is written as 0:00 of the day after.
    last = chance.until - timedelta(seconds=1) if chance.until else None
    until = moment_words(last, with_time=False) if last else ""
    return AskShown(stage_name(chance.stage), until)


def _shown(row: Review, *, own: bool) -> ReviewShown:
    return ReviewShown(
        stage=stage_name(row.stage),
        state=row.state,
        state_name=str(dict(REVIEW_STATES)[row.state]),
        body=body_name(row),
        asked=moment_words(row.asked_at, with_time=False),
        due=moment_words(row.due_at, with_time=False) if row.due_at else "",
        outcome=str(dict(REVIEW_OUTCOMES).get(row.outcome, "")),
        sentence=_sentence(row),
        reason=row.reason if own else "",
        decision=row.decision if own else "",
        document=row.document if own else "",
    )


def _is_final(reviews: Sequence[Review]) -> bool:
    last = reviews[-1] if reviews else None
    return bool(last and last.stage >= reviewing().stages and last.outcome == ReviewOutcome.UPHELD.value)


DECIDED = {
    ReviewOutcome.UPHELD.value: lambda: pgettext("story review", "%(body)s has upheld the answer."),
    ReviewOutcome.CHANGED.value: lambda: pgettext(
        "story review", "%(body)s has changed the answer; the matter is being handled again."
    ),
    ReviewOutcome.SET_ASIDE.value: lambda: pgettext(
        "story review", "%(body)s has set the answer aside; the matter is being answered anew."
    ),
}


def _sentence(row: Review) -> str:
    words = {"body": body_name(row)}
    if row.outcome:
        return DECIDED[row.outcome]() % words
    if row.hearing_from is not None and row.hearing_to is None:
        return pgettext("story review", "%(body)s holds a hearing; its time is not counted.") % words
    if row.due_at is None:
        return pgettext("story review", "%(body)s decides within 30 days.") % words
    words["day"] = moment_words(row.due_at, with_time=False)
    return pgettext("story review", "%(body)s decides by %(day)s.") % words
