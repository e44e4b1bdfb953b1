"""What matters and clues say of enterprises, read as stream records; their texts stay where they are."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from bandeng.clues.selectors.signals import signals
from bandeng.core import clock
from bandeng.harm.models import StreamRecord
from bandeng.harm.rules import CLUES, MATTERS
from bandeng.harm.rules.mentions import kind_of, names_in
from bandeng.harm.terms import Terms, terms
from bandeng.matters.models import Matter, Report
from bandeng.matters.rules import AccessClass, MatterState
from reckon.topics.message_table import Message

NOT_COUNTED = [MatterState.REJECTED.value, MatterState.WITHDRAWN.value]
UNNAMED = "unnamed"
COLUMNS = (
    "id", "text", "reported_at", "contact__phone_digest", "matter_id", "matter__type_code", "matter__title",
    "matter__text", "matter__answers", "matter__area_code",
)  # fmt: skip


def voice(kind: str, who: str) -> str:
    """Tells people apart within one kind of harm, and cannot be joined to anything else.

    Whoever left no phone is one voice together: somebody who reports without a name again and again counts once.
    """
    return hmac.new(
        settings.SECRET_KEY.encode(), f"harm voice|{kind}|{who}".encode(), hashlib.sha256
    ).hexdigest()


def of_matters(*, since: datetime, until: datetime) -> Iterator[StreamRecord]:
    """A record for each report that names an enterprise and speaks of harm; none of sealed matters.

    By the report's own time: people join a matter long after it was opened.
    """
    known = terms()
    rows = Report.objects.filter(reported_at__gte=since, reported_at__lt=until)
    rows = rows.exclude(matter__access_class=AccessClass.SEALED.value)
    rows = rows.exclude(matter__state__in=NOT_COUNTED)
    rows = rows.filter(matter__type_code__in=sorted({each for rule in known.mentions for each in rule.types}))
    for row in rows.order_by("id").values_list(*COLUMNS).iterator(chunk_size=2000):
        yield from _of_report(row, known)


def _of_report(row: tuple[Any, ...], known: Terms) -> Iterator[StreamRecord]:
    report_id, said, at, digest, matter_id, type_code, title, text, answers, area_code = row
    words = "\n".join(str(part) for part in (title, text, said) if part)
    kind = kind_of(rules=known.mentions, type_code=str(type_code), text=words)
    if not kind:
        return
    given = answers if isinstance(answers, dict) else {}
    named = names_in(text=words, answers=given, keys=known.answers, unknown=known.no_names)
    for place, name in enumerate(named):
        yield StreamRecord(
            key=f"{MATTERS}:{report_id}:{place}",
            stream=MATTERS,
            kind=kind,
            name=name,
            token=voice(kind, str(digest or UNNAMED)),
            happened_on=_day(at),
            area_code=str(area_code),
            matter_key=matter_id,
        )


def of_clues(*, since: datetime, until: datetime) -> Iterator[StreamRecord]:
    """A record for each enterprise that a clue names. Who told is not known here: clues of a month are one voice."""
    kinds = terms().clue_kinds
    for signal in signals(since=since, until=until):
        kind = kinds.get(signal.kind, "")
        for place, name in enumerate(signal.enterprises if kind else ()):
            day = _day(signal.at)
            yield StreamRecord(
                key=f"{CLUES}:{voice(kind, f'clue {signal.key} {place}')}",
                stream=CLUES,
                kind=kind,
                name=name,
                token=voice(kind, f"clues of {day:%Y-%m}"),
                happened_on=day,
                area_code=signal.area_code,
            )


def _day(at: datetime) -> date:
    return timezone.localdate(at, clock.LOCAL)


def topic_messages(*, since: datetime, until: datetime) -> Iterator[Message]:
    """Matters that any working post of the place may see, as messages; people only as tokens."""
    rows = Matter.objects.filter(
        opened_at__gte=since, opened_at__lt=until, access_class=AccessClass.OPEN.value
    )
    rows = rows.exclude(state__in=[*NOT_COUNTED, MatterState.MERGED.value]).order_by("id")
    reports = Report.objects.filter(matter__in=rows.order_by()).order_by("-id")
    first = dict(reports.values_list("matter_id", "contact__phone_digest"))
    columns = ("id", "title", "opened_at", "text", "support", "against")
    for key, title, at, text, support, against in rows.values_list(*columns).iterator(chunk_size=2000):
        yield Message(
            id=str(key),
            title=title,
            time=int(at.timestamp()),
            text=text,
            reporter=voice("topics", str(first.get(key) or UNNAMED)),
            support=support,
            against=against,
        )
