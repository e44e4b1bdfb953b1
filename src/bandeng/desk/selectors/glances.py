"""A matter at a glance: what an officer reads before opening it."""

from dataclasses import dataclass
from datetime import datetime

from bandeng.desk.selectors.rows import Row, rows_of
from bandeng.dispatch.selectors import matter_for
from bandeng.matters.labels import CHANNELS, STEP_KINDS
from bandeng.matters.models import Matter, Step
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

LAST_STEPS = 4


@dataclass(frozen=True)
class GlanceStep:
    """One of the newest lines of the story."""

    name: str
    state: str
    at: datetime
    who: str
    note: str


@dataclass(frozen=True)
class Glance:
    """A matter's text, place and newest steps beside its row."""

    row: Row
    text: str
    address: str
    channel: str
    opened_at: datetime
    steps: tuple[GlanceStep, ...]


def glance_at(scope: Scope, matter_id: int) -> Glance:
    """One matter at a glance. Raises NotVisible."""
    matter = matter_for(scope, matter_id)
    steps = Step.objects.filter(matter_id=matter.pk).order_by("-id")[:LAST_STEPS]
    return Glance(
        row=rows_of([matter], scope)[0],
        text=matter.text,
        address=matter.address,
        channel=_channel(matter),
        opened_at=matter.opened_at,
        steps=tuple(_step(step) for step in steps),
    )


def _channel(matter: Matter) -> str:
    return str(dict(CHANNELS)[matter.channel])


def _step(step: Step) -> GlanceStep:
    who = " ".join(part for part in (directory().name(step.organisation_id), step.actor_name) if part)
    return GlanceStep(str(dict(STEP_KINDS)[step.kind]), step.kind, step.at, who, step.note)
