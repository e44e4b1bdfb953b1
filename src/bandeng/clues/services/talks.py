"""Talks: planned, held with how many they reached, or cancelled."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bandeng.areas.models import Area
from bandeng.areas.rules import is_within
from bandeng.clues.models import Talk
from bandeng.clues.rules import ActNotAllowed, TalkState, Venue
from bandeng.clues.selectors.talks import visible_talks
from bandeng.clues.selectors.visibility import NotVisible
from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.organisations.rules import Scope


@dataclass(frozen=True, kw_only=True)
class NewTalk:
    """A talk as planned."""

    title: str
    scam_type: str
    venue: Venue
    area_code: str
    place: str
    planned_at: datetime


@transaction.atomic
def talk_plan(*, new: NewTalk, actor: Actor, scope: Scope) -> Talk:
    """Plan a talk in one's area; the same one asked for twice is one. Raises NotVisible for another area."""
    area = Area.objects.filter(code=new.area_code).first()
    if area is None or (scope.sees_area and not is_within(code=area.code, area=scope.area_code)):
        raise NotVisible
    same = {
        "organisation_id": scope.organisation_id, "area": area, "planned_at": new.planned_at, "place": new.place,
        "title": new.title,
    }  # fmt: skip
    others = Talk.objects.exclude(state=TalkState.CANCELLED.value)
    talk, planned = others.get_or_create(
        **same, defaults={"scam_type": new.scam_type, "venue": new.venue.value}
    )
    if planned:
        audit.record(action="talk.planned", subject=talk, actor=actor.key, after={"area": area.code})
    return talk


@transaction.atomic
def talk_hold(*, talk_id: int, reached: int, note: str, actor: Actor, scope: Scope) -> Talk:
    """Write down that a talk was held, and how many people it reached. Raises NotVisible, ActNotAllowed."""
    talk = _locked(talk_id, scope)
    if talk.planned_at > clock.now():
        raise ActNotAllowed("future")
    talk.state, talk.held_at, talk.reached, talk.note = (
        TalkState.HELD.value,
        talk.planned_at,
        reached,
        note.strip(),
    )
    talk.save(update_fields=["state", "held_at", "reached", "note"])
    audit.record(action="talk.held", subject=talk, actor=actor.key, after={"reached": reached})
    return talk


@transaction.atomic
def talk_cancel(*, talk_id: int, note: str, actor: Actor, scope: Scope) -> Talk:
    """Cancel a planned talk. Raises NotVisible, ActNotAllowed."""
    talk = _locked(talk_id, scope)
    talk.state, talk.note = TalkState.CANCELLED.value, note.strip()
    talk.save(update_fields=["state", "note"])
    audit.record(action="talk.cancelled", subject=talk, actor=actor.key)
    return talk


def _locked(talk_id: int, scope: Scope) -> Talk:
    seen = visible_talks(scope).filter(pk=talk_id).exists()
    talk = Talk.objects.select_for_update(of=("self",)).filter(pk=talk_id).first() if seen else None
    if talk is None:
        raise NotVisible
    if talk.state != TalkState.PLANNED:
        raise ActNotAllowed("decided")
    return talk
