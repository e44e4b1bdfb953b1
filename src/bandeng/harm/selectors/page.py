"""An alert's page: its evidence with each contribution, the matters behind it, the work, letters, what may be done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bandeng.dispatch.selectors import visible
from bandeng.harm.chart import Chart, chart_of
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
from bandeng.harm.rules.weeks import monday_of
from bandeng.harm.terms import terms
from bandeng.matters.models import Matter
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory, today
from reckon.harm import PEOPLE, kinds_in_force

MATTERS_SHOWN = 50
DOCUMENTS_SHOWN = 50


@dataclass(frozen=True)
class Contribution:
    """What a stream adds to the total; `recent` is None where only “fewer than” may be told."""

    stream: str
    name: str
    log_odds: float
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

    kind: str
    at: datetime
    who: str
    level: int
    note: str


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
    total: float
    smallest: int
    triggers: tuple[str, ...]
    chart: Chart
    matters: tuple[Matter, ...]
    matters_hidden: int
    papers: tuple[Paper, ...]
    story: tuple[StoryLine, ...]
    letters: tuple[LetterShown, ...]
    others: tuple[Alert, ...]
    first_day: date
    last_day: date
    lead: str
    person: str
    acts: frozenset[str]


def alert_page(alert: Alert, *, scope: Scope) -> AlertPage:
    """The page of an alert that the post was found to see."""
    records = _records(alert)
    seen, hidden = _matters(records, scope)
    letters = tuple(Letter.objects.filter(alert=alert).select_related("considered_by").order_by("-pk"))
    return AlertPage(
        alert=alert,
        contributions=contributions_of(alert),
        total=alert.log_odds,
        smallest=terms().letters["smallest_count"],
        triggers=tuple(trigger_reason(code) for code in alert.triggers),
        chart=chart_of(alert),
        matters=seen,
        matters_hidden=hidden,
        papers=_papers(records),
        story=_story(alert),
        letters=tuple(LetterShown(one, _state(one)) for one in letters),
        others=tuple(
            Alert.objects.filter(enterprise_id=alert.enterprise_id)
            .exclude(pk=alert.pk)
            .order_by("-raised_at")
        ),
        first_day=monday_of(alert.first_week),
        last_day=min(monday_of(alert.last_week) + timedelta(days=6), today()),
        lead=directory().name(alert.lead_id),
        person=alert.person.get_full_name() if alert.person else "",
        acts=acts_for(alert, scope=scope, letters=letters),
    )


def _state(letter: Letter) -> LetterState:
    return state_of_letter(
        withdrawn=letter.withdrawn_at is not None,
        considered=letter.considered_at is not None,
        answered=letter.answered_at is not None,
    )


def contributions_of(alert: Alert) -> tuple[Contribution, ...]:
    """Every stream's part, the largest first; of clues no small number is told."""
    smallest = terms().letters["smallest_count"]
    known = kinds_in_force()
    rows = [
        Contribution(
            stream=row["stream"],
            name=stream_name(row["stream"]),
            log_odds=float(row["log_odds"]),
            held_back=float(row["held_back"]),
            recent=None if row["stream"] == CLUES and row["recent"] < smallest else int(row["recent"]),
            people=known.family(stream=row["stream"]) == PEOPLE,
        )
        for row in alert.contributions
    ]
    return tuple(sorted(rows, key=lambda row: -row.log_odds))


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
            row.kind, row.at, "　".join(part for part in (known.name(row.organisation_id), row.actor_name) if part),
            row.level, row.note,
        )
        for row in AlertStep.objects.filter(alert=alert).order_by("-pk")
    )  # fmt: skip


def acts_for(alert: Alert, *, scope: Scope, letters: tuple[Letter, ...]) -> frozenset[str]:
    """What the post may do with an alert now; services check again."""
    overseeing = covers(scope, alert.enterprise.area_code)
    if not (overseeing or works(scope, lead_id=alert.lead_id)):
        return frozenset()
    state = AlertState(alert.state)
    acts = {target.value for target in NEXT_STATES[state] if target is not AlertState.NEW} | {"note"}
    if state is not AlertState.CLOSED:
        acts |= {"fact", "assign"} if overseeing else {"fact"}
    if state in {AlertState.VERIFYING, AlertState.TALKING, AlertState.ACTING}:
        acts.add("letter")
    if any(_state(one) is LetterState.ANSWERED for one in letters):
        acts.add("consider")
    if any(_state(one) is LetterState.ISSUED for one in letters):
        acts.add("withdraw")
    return frozenset(acts)


def facts_of(alert: Alert) -> list[tuple[int, str]]:
    """The facts confirmed by people about an alert's enterprise."""
    rows = StreamRecord.objects.filter(enterprise_id=alert.enterprise_id, stream=FACTS, kind=alert.kind)
    return [(row.pk, signal_name(row.fact)) for row in rows.order_by("-pk")]
