"""An alert's page: its evidence with each contribution, the matters behind it, the work, letters, what may be done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from bandeng.core import clock
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.selectors import visible
from bandeng.harm.chart import NARROW, Chart, chart_of
from bandeng.harm.labels import signal_name, stream_name, trigger_reason
from bandeng.harm.models import Alert, AlertStep, Letter, StreamRecord
from bandeng.harm.rules import (
    CLUES,
    FACTS,
    MATTERS,
    NEXT_STATES,
    AlertState,
    LetterState,
    covers,
    state_of_letter,
    works,
)
from bandeng.harm.rules.figures import apportioned, rounded
from bandeng.harm.rules.weeks import monday_of
from bandeng.harm.selectors.joining import letters_of
from bandeng.harm.terms import terms
from bandeng.matters.models import Matter
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory, today
from reckon.harm import PEOPLE, kinds_in_force

MATTERS_SHOWN = 50
DOCUMENTS_SHOWN = 50
TWICE = timedelta(minutes=2)
"""The same words by the same person within this are a button pressed twice."""


@dataclass(frozen=True)
class Contribution:
    """What a stream adds to the total; `recent` is None where only “fewer than” may be told."""

    stream: str
    name: str
    log_odds: Decimal
    held_back: float
    recent: int | None
    people: bool


@dataclass(frozen=True)
class Paper:
    """A document about the enterprise: what, when, for how many."""

    id: int
    stream: str
    name: str
    day: date
    people: int
    fact: str


@dataclass(frozen=True)
class StoryLine:
    """A step of the story."""

    id: int
    kind: str
    at: datetime
    who: str
    level: int
    note: str
    firm: str


@dataclass(frozen=True)
class LetterShown:
    """A letter with where it stands."""

    letter: Letter
    state: LetterState


@dataclass(frozen=True)
class AlertPage:
    """Everything on an alert's page."""

    alert: Alert
    contributions: tuple[Contribution, ...]
    prior: Decimal
    total: Decimal
    smallest: int
    triggers: tuple[str, ...]
    chart: Chart
    chart_narrow: Chart
    matters: tuple[Matter, ...]
    matters_hidden: int
    papers: tuple[Paper, ...]
    papers_hidden: int
    story: tuple[StoryLine, ...]
    letters: tuple[LetterShown, ...]
    others: tuple[Alert, ...]
    first_day: date
    last_day: date
    lead: str
    person: str
    acts: frozenset[str]
    facts: tuple[tuple[int, str], ...]
    newest: int
    late: bool


def alert_page(alert: Alert, *, scope: Scope) -> AlertPage:
    """The page of an alert that the post was found to see."""
    records = _records(alert)
    seen, hidden = _matters(records, scope)
    rows = letters_of(alert).select_related("considered_by").order_by("-pk")
    letters = tuple(LetterShown(row, _state(row)) for row in rows)
    prior, contributions = contributions_of(alert)
    story, facts = _story(alert), facts_of(alert)
    return AlertPage(
        alert=alert,
        contributions=contributions,
        prior=prior,
        total=rounded(alert.log_odds),
        smallest=terms().letters["smallest_count"],
        triggers=tuple(trigger_reason(code) for code in alert.triggers),
        chart=chart_of(alert),
        chart_narrow=chart_of(alert, NARROW),
        matters=seen,
        matters_hidden=hidden,
        papers=_papers(records),
        papers_hidden=max(0, sum(row.stream != MATTERS for row in records) - DOCUMENTS_SHOWN),
        story=story,
        letters=letters,
        others=tuple(
            Alert.objects.filter(enterprise_id=alert.enterprise_id)
            .exclude(pk=alert.pk)
            .order_by("-raised_at")
        ),
        first_day=monday_of(alert.first_week),
        last_day=min(monday_of(alert.last_week) + timedelta(days=6), today()),
        lead=directory().name(alert.lead_id),
        person=alert.person.get_full_name() if alert.person else "",
        acts=acts_for(alert, scope=scope, letters=letters, facts=facts),
        facts=facts,
        newest=story[0].id if story else 0,
        late=alert.due_at is not None and alert.due_at < clock.now(),
    )


def _state(letter: Letter) -> LetterState:
    return state_of_letter(
        withdrawn=letter.withdrawn_at is not None,
        considered=letter.considered_at is not None,
        answered=letter.answered_at is not None,
    )


def contributions_of(alert: Alert) -> tuple[Decimal, tuple[Contribution, ...]]:
    """What is known before, and every stream's part, the largest first; as shown they add up to the total.

    Of clues no small number is told.
    """
    smallest = terms().letters["smallest_count"]
    known = kinds_in_force()
    parts = [alert.prior_log_odds, *(float(row["log_odds"]) for row in alert.contributions)]
    prior, *shown = apportioned(parts=parts, total=alert.log_odds)
    rows = [
        Contribution(
            stream=row["stream"],
            name=stream_name(row["stream"]),
            log_odds=log_odds,
            held_back=float(row["held_back"]),
            recent=None if row["stream"] == CLUES and row["recent"] < smallest else int(row["recent"]),
            people=known.family(stream=row["stream"]) == PEOPLE,
        )
        for row, log_odds in zip(alert.contributions, shown, strict=True)
    ]
    return prior, tuple(sorted(rows, key=lambda row: -row.log_odds))


def _records(alert: Alert) -> list[StreamRecord]:
    """The records of the alert's weeks and of the window before them; none of clues."""
    first = monday_of(alert.first_week) - timedelta(weeks=kinds_in_force().window_weeks)
    rows = StreamRecord.objects.filter(
        enterprise_id=alert.enterprise_id, happened_on__gte=first, kind__in=[alert.kind, ""]
    )
    return list(rows.exclude(stream=CLUES).order_by("-happened_on", "-pk"))


def _matters(records: list[StreamRecord], scope: Scope) -> tuple[tuple[Matter, ...], int]:
    """The matters behind an alert that the post may see, newest first, and how many more there are."""
    keys = {row.matter_key for row in records if row.stream == MATTERS and row.matter_key}
    rows = visible(scope).filter(pk__in=keys)
    return tuple(rows.order_by("-opened_at")[:MATTERS_SHOWN]), len(keys) - rows.count()


def _papers(records: list[StreamRecord]) -> tuple[Paper, ...]:
    rows = [row for row in records if row.stream != MATTERS][:DOCUMENTS_SHOWN]
    return tuple(
        Paper(row.pk, row.stream, stream_name(row.stream), row.happened_on, row.people, signal_name(row.fact))
        for row in rows
    )


def _story(alert: Alert) -> tuple[StoryLine, ...]:
    known = directory()
    return tuple(
        StoryLine(
            row.pk, row.kind, row.at,
            "　".join(part for part in (known.name(row.organisation_id), row.actor_name) if part), row.level, row.note,
            row.firm,
        )
        for row in AlertStep.objects.filter(alert=alert).order_by("-pk")
    )  # fmt: skip


def acts_for(
    alert: Alert,
    *,
    scope: Scope,
    letters: tuple[LetterShown, ...],
    facts: tuple[tuple[int, str], ...],
) -> frozenset[str]:
    """What the post may do with an alert now; services check again."""
    overseeing = covers(scope, alert.enterprise.area_code)
    if not (overseeing or works(scope, lead_id=alert.lead_id)):
        return frozenset()
    state = AlertState(alert.state)
    acts = {target.value for target in NEXT_STATES[state] if target is not AlertState.NEW} | {"note"}
    if state is not AlertState.CLOSED:
        acts |= {"fact", "assign"} if overseeing else {"fact"}
    return frozenset(
        acts | _acts_on_letters(state, {one.state for one in letters}) | ({"unfact"} if facts else set())
    )


def _acts_on_letters(state: AlertState, found: set[LetterState]) -> set[str]:
    acts: set[str] = set()
    if state in {AlertState.VERIFYING, AlertState.TALKING, AlertState.ACTING}:
        acts |= {"withdraw"} if LetterState.ISSUED in found else {"letter"}
    elif LetterState.ISSUED in found:
        acts.add("withdraw")
    return acts | ({"consider"} if LetterState.ANSWERED in found else set())


def facts_of(alert: Alert) -> tuple[tuple[int, str], ...]:
    """The facts confirmed by people about an alert's enterprise, the newest first."""
    rows = StreamRecord.objects.filter(enterprise_id=alert.enterprise_id, stream=FACTS, kind=alert.kind)
    return tuple((row.pk, f"{signal_name(row.fact)}　{row.happened_on}") for row in rows.order_by("-pk"))


def said_already(alert: Alert, *, seen: int | None, actor: str, note: str) -> bool:
    """Whether all that has happened since a step is one act of this person with these words, a moment ago."""
    if seen is None:
        return False
    steps = list(AlertStep.objects.filter(alert=alert, pk__gt=seen).exclude(actor=SYSTEM.key)[:2])
    if len(steps) != 1 or steps[0].at < clock.now() - TWICE:
        return False
    return steps[0].actor == actor and steps[0].note.endswith(note.strip())
