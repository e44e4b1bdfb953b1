"""Hot topics of a quarter: the matters that all working posts may see, continued from run to run."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from bandeng.core import clock
from bandeng.harm.models import Document
from bandeng.harm.rules import DocumentKind
from bandeng.harm.sources import topic_messages
from reckon.topics.continuing import advanced, basis_of, empty_state
from reckon.topics.ranking import ranked
from reckon.topics.settings import settings_in_force
from reckon.topics.state import State, StateUnusable, read_state, write_state
from reckon.topics.tables import Topic

MOST_KEPT = 200
"""So many topics at most are kept in a table."""


def topics_run(*, days: int | None = None) -> Document:
    """Gather the quarter's messages into topics, or for a first look those of so many days; only new ones cost."""
    moment = clock.now()
    today = timezone.localdate(moment, clock.LOCAL)
    known = settings_in_force()
    path = _state_path(today)
    state = _before(path, basis_of(known.grouping))
    first = quarter_of(today) if days is None else max(quarter_of(today), today - timedelta(days=days))
    since = datetime.combine(first, time(), clock.LOCAL)
    begun = _begun(first) if state.messages else first
    state = advanced(state, list(topic_messages(since=since, until=moment)), known.grouping)
    topics, state = ranked(state, settings=known, as_of=int(moment.timestamp()))
    content = {
        "from": begun.isoformat(),
        "messages": len(state.messages),
        "topics": [_row(topic) for topic in topics[:MOST_KEPT]],
    }
    document = Document.objects.create(
        kind=DocumentKind.TOPICS.value, until=today, content=content, made_at=moment
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_state(path, state)
    _tidy(path, document)
    return document


def _begun(first: date) -> date:
    """The first day of what was read, by this run and by those before it that reach up to it."""
    last = Document.objects.filter(kind=DocumentKind.TOPICS.value).order_by("-made_at").first()
    if last is None or last.until < first:
        return first
    return min(first, date.fromisoformat(last.content["from"]))


def quarter_of(day: date) -> date:
    """The first day of a day's quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _state_path(day: date) -> Path:
    return Path(settings.DATA) / "harm" / f"topics-{quarter_of(day):%Y-%m}.state"


def _before(path: Path, basis: str) -> State:
    """What is known from the run before; a damaged or older state is begun anew."""
    try:
        state = read_state(path)
    except (FileNotFoundError, StateUnusable):
        return empty_state(basis)
    return state if state.basis == basis else empty_state(basis)


def _row(topic: Topic) -> dict[str, object]:
    return {
        "id": topic.id, "rank": topic.rank, "heat": round(topic.heat.index, 2), "place": topic.place,
        "description": topic.description, "people": topic.people, "distinct": topic.distinct,
        "support": topic.support, "against": topic.against, "matters": [int(one.id) for one in topic.messages],
        "parts": [round(part, 3) for part in (
            topic.heat.voices, topic.heat.support, topic.heat.against, topic.heat.duration, topic.heat.recency
        )],
    }  # fmt: skip


def _tidy(path: Path, newest: Document) -> None:
    """Texts of past quarters go; of tables, each day's last stays."""
    for old in path.parent.glob("topics-*.state"):
        if old != path:
            old.unlink()
    Document.objects.filter(kind=DocumentKind.TOPICS.value, until=newest.until).exclude(pk=newest.pk).delete()
