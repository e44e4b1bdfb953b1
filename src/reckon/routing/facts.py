"""What is known of a matter when it is routed, and what routing answers."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from reckon.routing.table import MANUAL, MINUTES_PER_DAY, Cell, InputKind, Outputs

FactValue = str | int | float | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingFacts:
    """A matter's facts. minute: of the local day, 0 to 1439; weekday: 1 Monday to 7; confidence: 0 to 1."""

    category: str | None
    area: str | None
    channel: str
    text: str
    minute: int
    weekday: int
    nearby_repeats: int
    reporter_kind: str
    zones: frozenset[str]
    confidence: float
    abstained: bool


class RoutingProblem(StrEnum):
    """Why a matter went to the manual queue without a rule's word."""

    NO_MATCH = "no_match"
    FACTS_FAULTY = "facts_faulty"
    ENGINE_ERROR = "engine_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One cell that matched. value: the fact (None for text, which may be personal); matched: its parts."""

    column: str
    kind: InputKind
    cell: Cell
    value: FactValue
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """A decision with its working; a problem is told in problem_text and always means the manual queue."""

    outputs: Outputs
    rule_id: str | None = None
    reasons: tuple[Reason, ...] = ()
    problem: RoutingProblem | None = None
    problem_text: str = ""

    @property
    def is_manual(self) -> bool:
        """Whether a person must assign the matter."""
        return self.outputs.lead == MANUAL


def _faults(facts: RoutingFacts) -> list[str]:
    checks: tuple[tuple[bool, str], ...] = (
        (isinstance(facts.text, str), "text is not a string"),
        (0 <= facts.minute < MINUTES_PER_DAY, f"minute of the day {facts.minute!r} is not in 0..1439"),
        (1 <= facts.weekday <= 7, f"weekday {facts.weekday!r} is not in 1..7"),
        (facts.nearby_repeats >= 0, f"nearby repeats {facts.nearby_repeats!r} is negative"),
        (0.0 <= facts.confidence <= 1.0, f"confidence {facts.confidence!r} is not in 0..1"),
    )
    return [text for holds, text in checks if not holds]


def facts_fault(facts: RoutingFacts) -> str:
    """What makes these facts unusable, or the empty text; the plain case costs one comparison chain."""
    if (
        0 <= facts.minute < MINUTES_PER_DAY
        and 1 <= facts.weekday <= 7
        and facts.nearby_repeats >= 0
        and 0.0 <= facts.confidence <= 1.0
        and isinstance(facts.text, str)
    ):
        return ""
    return "; ".join(_faults(facts))


FACT_OF: dict[InputKind, Callable[[RoutingFacts], FactValue]] = {
    InputKind.CATEGORY: lambda facts: facts.category,
    InputKind.AREA: lambda facts: facts.area,
    InputKind.CHANNEL: lambda facts: facts.channel,
    InputKind.WORDS: lambda facts: None,
    InputKind.HOUR: lambda facts: facts.minute,
    InputKind.WEEKDAY: lambda facts: str(facts.weekday),
    InputKind.NEARBY_REPEATS: lambda facts: facts.nearby_repeats,
    InputKind.REPORTER_KIND: lambda facts: facts.reporter_kind,
    InputKind.INSIDE_ZONE: lambda facts: tuple(sorted(facts.zones)),
    InputKind.CONFIDENCE: lambda facts: facts.confidence,
    InputKind.ABSTAINED: lambda facts: facts.abstained,
}
