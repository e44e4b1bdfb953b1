"""The enterprise's right to answer: told what is held against it, without anybody's identity and without any clue."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction

from bandeng.core import clock
from bandeng.core.rules import Actor
from bandeng.harm.models import Alert, Letter, StreamRecord
from bandeng.harm.rules import CHANGES, CLUES, FACTS, ActNotAllowed, AlertState, AlertStepKind, NoticeKind
from bandeng.harm.rules.weeks import monday_of
from bandeng.harm.selectors.joining import goes_on_in, letters_of
from bandeng.harm.selectors.visibility import NotVisible
from bandeng.harm.services.casework import alert_lock, step_write
from bandeng.harm.services.notices import alert_tell
from bandeng.harm.terms import due_after, terms
from bandeng.organisations.rules import Scope
from reckon.harm import PEOPLE, kinds_in_force

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # letters that are not mistaken for one another
SECRET_LENGTH = 16  # 78 bits
NUMBER_LENGTH = 8
ENTERPRISE = Actor("enterprise")
LONGEST_ANSWER = 8000


@dataclass(frozen=True)
class Issued:
    """A letter just written, with the secret that only the enterprise gets."""

    letter: Letter
    secret: str


def _drawn(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def read(text: str) -> str:
    """A number or secret as typed, in the form in which it is compared."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _digest(number: str, secret: str) -> str:
    return hmac.new(
        settings.SECRET_KEY.encode(), f"harm letter|{number}|{secret}".encode(), sha256
    ).hexdigest()


def held_against(alert: Alert) -> list[dict[str, Any]]:
    """What an enterprise is told: documents with their days, people by number only; nothing of clues."""
    streams = [code for code in kinds_in_force().kinds[alert.kind].streams if code != CLUES]
    rows = _told(alert, [*streams, FACTS])
    parts = ((stream, [row for row in rows if row.stream == stream]) for stream in (*streams, FACTS))
    return [_part(stream, own) for stream, own in parts if own]


def _told(alert: Alert, streams: list[str]) -> list[StreamRecord]:
    """The records of the alert's weeks and of the window before them, of these streams."""
    first = monday_of(alert.first_week) - timedelta(weeks=kinds_in_force().window_weeks)
    rows = StreamRecord.objects.filter(
        enterprise=alert.enterprise,
        stream__in=streams,
        happened_on__gte=first,
        happened_on__lt=monday_of(alert.last_week + 1),
    )
    return [row for row in rows if row.kind == alert.kind or (row.stream == CHANGES and not row.kind)]


def _part(stream: str, rows: list[StreamRecord]) -> dict[str, Any]:
    known = kinds_in_force()
    if stream in known.streams and known.family(stream=stream) == PEOPLE:
        people = len({row.token for row in rows})
        # A small number could tell who it was: it is told as “a few”.
        return {
            "stream": stream,
            "count": people if people >= terms().letters["smallest_count"] else 0,
            "days": [],
        }
    return {
        "stream": stream,
        "count": len(rows),
        "days": sorted({row.happened_on.isoformat() for row in rows}),
        "facts": sorted({row.fact for row in rows if row.fact}),
    }


@transaction.atomic
def letter_issue(*, alert_id: int, text: str, actor: Actor, scope: Scope, seen: int | None = None) -> Issued:
    """Tell the enterprise and give it a code. Raises NotVisible, ActNotAllowed."""
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    if alert.state in {AlertState.NEW, AlertState.CLOSED}:
        raise ActNotAllowed("verify_first" if alert.state == AlertState.NEW else "closed")
    if letters_of(alert).filter(withdrawn_at__isnull=True, answered_at__isnull=True).exists():
        raise ActNotAllowed("letter_waits")
    held = held_against(alert)
    # Where clues alone speak, telling the enterprise anything would tell it that somebody has accused it.
    if not held:
        raise ActNotAllowed("nothing_to_tell")
    words = text.strip()
    if len(words) < 4:
        raise ActNotAllowed("note_missing")
    number, secret, moment = _drawn(NUMBER_LENGTH), _drawn(SECRET_LENGTH), clock.now()
    letter = Letter.objects.create(
        alert=alert, number=number, secret_digest=_digest(number, secret), held=held, text=words, issued_at=moment,
        addressee=alert.enterprise.name, answer_by=due_after("answer", start=moment),
        valid_until=moment + timedelta(days=terms().letters["valid_days"]),
    )  # fmt: skip
    step_write(alert=alert, kind=AlertStepKind.LETTER_ISSUED, actor=actor, note=words, letter=number)
    return Issued(letter, secret)


@transaction.atomic
def letter_withdraw(
    *, alert_id: int, letter_id: int, note: str, actor: Actor, scope: Scope, seen: int | None = None
) -> Letter:
    """Shut a letter's code, as when it was sent to the wrong place. Raises NotVisible, ActNotAllowed."""
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    letter = letters_of(alert).select_for_update(of=("self",)).filter(pk=letter_id).first()
    if letter is None:
        raise NotVisible
    if letter.withdrawn_at or letter.answered_at:
        raise ActNotAllowed("letter_done")
    letter.withdrawn_at = clock.now()
    letter.save(update_fields=["withdrawn_at"])
    step_write(alert=alert, kind=AlertStepKind.LETTER_WITHDRAWN, actor=actor, note=note, letter=letter.number)
    return letter


def letter_open(*, number: str, secret: str) -> Letter:
    """The letter that a number and its secret open. Raises NotVisible, whatever is wrong, as late as for what fits."""
    known = read(number)
    letter = Letter.objects.filter(number=known).select_related("alert__enterprise").first()
    fits = hmac.compare_digest(_digest(known, read(secret)), letter.secret_digest if letter else "-" * 64)
    if letter is None or not fits:
        raise NotVisible
    return _valid(letter)


def letter_of(letter_id: int) -> Letter:
    """A letter whose code was given before. Raises NotVisible once it is withdrawn or its time is over."""
    letter = Letter.objects.filter(pk=letter_id).select_related("alert__enterprise").first()
    if letter is None:
        raise NotVisible
    return _valid(letter)


def _valid(letter: Letter) -> Letter:
    if letter.withdrawn_at or letter.valid_until < clock.now():
        raise NotVisible
    return letter


@transaction.atomic
def answer_give(*, letter_id: int, text: str, signed: str) -> Letter:
    """The enterprise answers, once. Raises NotVisible, ActNotAllowed."""
    opened = letter_of(letter_id)
    # The alert first, as every act of an officer does: it is not closed, nor the letter withdrawn, meanwhile.
    alert = Alert.objects.select_for_update().get(pk=goes_on_in(opened.alert_id))
    locked = Letter.objects.select_for_update(of=("self",)).select_related("alert__enterprise")
    letter = _valid(locked.get(pk=opened.pk))
    if letter.answered_at:
        raise ActNotAllowed("answered")
    words = text.strip()[:LONGEST_ANSWER]
    if len(words) < 4 or not signed.strip():
        raise ActNotAllowed("note_missing")
    letter.answer, letter.answered_by, letter.answered_at = words, signed.strip()[:60], clock.now()
    letter.save(update_fields=["answer", "answered_by", "answered_at"])
    step_write(alert=alert, kind=AlertStepKind.ANSWERED, actor=ENTERPRISE, letter=letter.number)
    alert_tell(alert=alert, kind=NoticeKind.ANSWERED, occasion=letter.answered_at)
    return letter


@transaction.atomic
def answer_consider(
    *, alert_id: int, letter_id: int, text: str, actor: Actor, scope: Scope, seen: int | None = None
) -> Letter:
    """A person says what came of the answer; the enterprise reads it. Raises NotVisible, ActNotAllowed."""
    alert = alert_lock(alert_id=alert_id, scope=scope, seen=seen)
    letter = letters_of(alert).select_for_update(of=("self",)).filter(pk=letter_id).first()
    if letter is None or not letter.answered_at:
        raise NotVisible
    if letter.considered_at:
        raise ActNotAllowed("considered")
    words = text.strip()
    if len(words) < 4:
        raise ActNotAllowed("note_missing")
    letter.considered, letter.considered_by_id, letter.considered_at = words, scope.user_id, clock.now()
    letter.save(update_fields=["considered", "considered_by", "considered_at"])
    step_write(alert=alert, kind=AlertStepKind.CONSIDERED, actor=actor, note=words, letter=letter.number)
    return letter
