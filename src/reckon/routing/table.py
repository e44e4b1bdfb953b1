"""The parts of a decision table: columns, cells, outputs, rules, and the universe of codes they speak of."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

MANUAL = "manual"
"""The lead that means 人工分派: a person decides."""

MINUTES_PER_DAY = 24 * 60


class InputKind(StrEnum):
    """What a condition column looks at; the closed set that the analysis understands."""

    CATEGORY = "category"
    AREA = "area"
    CHANNEL = "channel"
    WORDS = "words"
    HOUR = "hour"
    WEEKDAY = "weekday"
    NEARBY_REPEATS = "nearby_repeats"
    REPORTER_KIND = "reporter_kind"
    INSIDE_ZONE = "inside_zone"
    CONFIDENCE = "confidence"
    ABSTAINED = "abstained"


HIERARCHICAL = frozenset({InputKind.CATEGORY, InputKind.AREA})
CODED = HIERARCHICAL | {
    InputKind.CHANNEL,
    InputKind.WEEKDAY,
    InputKind.REPORTER_KIND,
    InputKind.INSIDE_ZONE,
}
WEEKDAYS = ("1", "2", "3", "4", "5", "6", "7")


class OutputKind(StrEnum):
    """What a rule may decide; every table decides at least the lead."""

    LEAD = "lead"
    CO_HANDLERS = "co_handlers"
    LIMITS = "limits"
    PRIORITY = "priority"
    NOTE = "note"


class Priority(StrEnum):
    """How soon a matter is taken up."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCell:
    """One of the codes (or none of them, if negated); hierarchical kinds take a code as a prefix."""

    codes: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCell:
    """The text contains any of, all of, and none of the given words; an empty part asks nothing."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCell:
    """Minutes of the day in [start, end); wraps midnight when the end is not after the start."""

    start: int
    end: int
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCell:
    """A whole number from at_least to at_most, both included; no upper bound when at_most is None."""

    at_least: int
    at_most: int | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceCell:
    """A confidence in [at_least, below); a side that is None is open."""

    at_least: float | None = None
    below: float | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagCell:
    """The fact is exactly this truth value."""

    value: bool


Cell = CodeCell | WordCell | HourCell | CountCell | ConfidenceCell | FlagCell


@dataclass(frozen=True, slots=True, kw_only=True)
class InputColumn:
    """A condition column; several columns may look at the same kind of fact, all must then hold."""

    key: str
    kind: InputKind
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputColumn:
    """A column of decisions."""

    kind: OutputKind
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What a rule decides; co-handlers are sorted and without repeats."""

    lead: str
    co_handlers: tuple[str, ...] = ()
    limits: str | None = None
    priority: Priority = Priority.NORMAL
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row: a cell (None = any) for each input column, in the table's order, and its decisions."""

    id: str
    cells: tuple[Cell | None, ...]
    outputs: Outputs
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision table of hit policy FIRST: the first rule, in order, whose cells all match decides."""

    key: str
    name: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Universe:
    """All codes that facts and decisions can carry; the ground on which a table is checked and analysed."""

    categories: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    reporter_kinds: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    limits: frozenset[str] = frozenset()
    _codes: dict[InputKind, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare what each kind of cell may name."""
        codes = {
            InputKind.CATEGORY: with_ancestors(codes=self.categories),
            InputKind.AREA: with_ancestors(codes=self.areas),
            InputKind.CHANNEL: self.channels,
            InputKind.WEEKDAY: frozenset(WEEKDAYS),
            InputKind.REPORTER_KIND: self.reporter_kinds,
            InputKind.INSIDE_ZONE: self.zones,
        }
        object.__setattr__(self, "_codes", codes)

    def nameable(self, *, kind: InputKind) -> frozenset[str]:
        """Codes that a cell of this kind may name: the known ones and, for hierarchies, all above them."""
        return self._codes[kind]


@lru_cache(maxsize=32_768)
def prefixes(*, code: str) -> tuple[str, ...]:
    """A hierarchical code's own prefixes from the top down: "01.02" gives "01", "01.02"."""
    parts = code.split(".")
    return tuple(".".join(parts[:length]) for length in range(1, len(parts) + 1))


def with_ancestors(*, codes: frozenset[str]) -> frozenset[str]:
    """The codes and every code above one of them."""
    return frozenset(prefix for code in codes for prefix in prefixes(code=code))
