"""One demo matter from the first word to the last: what was reported, decided and done."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bandeng.demo.places import Spot
from bandeng.matters.rules import MatterState, StepKind

RESIDENT, SYSTEM, HOTLINE = "resident", "system", "hotline"


@dataclass(frozen=True)
class Reporter:
    """Somebody made up who leaves a name and a number."""

    name: str
    phone: str


@dataclass(frozen=True)
class Origin:
    """What came in: when, how, from whom, about what, where. `login` is the staff member who typed it in."""

    ordinal: int
    at: datetime
    channel: str
    type_code: str
    spot: Spot
    title: str
    text: str
    reporter: Reporter | None
    login: str
    hot_spot: int | None
    repeats: int


@dataclass(frozen=True)
class Decision:
    """Where the rules send a matter and what limits they set; no `rule`: the type's own lead."""

    lead: str
    co_handlers: tuple[str, ...]
    limits: dict[str, str]
    priority: str
    rule: str
    note: str
    reasons: tuple[dict[str, Any], ...]
    facts: dict[str, Any]


@dataclass(frozen=True)
class StoryStep:
    """One line of the story; `actor`: a login, resident, system or hotline; `state`: afterwards."""

    kind: StepKind
    state: MatterState
    at: datetime
    actor: str
    organisation: str = ""
    note: str = ""
    public: bool = False
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Joined:
    """One more person who reports the same."""

    at: datetime
    text: str
    channel: str
    reporter: Reporter | None


@dataclass(frozen=True)
class Story:
    """A matter with all steps until now, in order; `target`: the ordinal of the one it was merged into."""

    origin: Origin
    decision: Decision
    steps: tuple[StoryStep, ...]
    joined: tuple[Joined, ...] = ()
    target: int | None = None
    photos: tuple[int, ...] = ()

    @property
    def state(self) -> MatterState:
        """The state after the last step."""
        return self.steps[-1].state

    def last(self, *kinds: StepKind) -> StoryStep | None:
        """The newest step of one of the kinds."""
        return next((step for step in reversed(self.steps) if step.kind in kinds), None)
