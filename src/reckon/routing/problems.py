"""What can be wrong with a table's file, said so that its author can mend it."""

from dataclasses import dataclass
from enum import StrEnum


class ProblemCode(StrEnum):
    """The closed set of complaints."""

    NOT_READABLE = "not_readable"
    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_TYPE = "wrong_type"
    BAD_TEXT = "bad_text"
    BAD_CODE = "bad_code"
    UNKNOWN_COLUMN = "unknown_column"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_POLICY = "unknown_policy"
    UNKNOWN_CODE = "unknown_code"
    REPEATED = "repeated"
    EMPTY_CELL = "empty_cell"
    BAD_SPAN = "bad_span"
    POINTLESS_NOT = "pointless_not"
    LEAD_HELPS_ITSELF = "lead_helps_itself"
    NO_LEAD_COLUMN = "no_lead_column"
    BAD_CELL = "bad_cell"
    WRONG_WIDTH = "wrong_width"


MESSAGES: dict[ProblemCode, tuple[str, str]] = {
    ProblemCode.NOT_READABLE: ("the file cannot be read: {value}", "Save it again in the described format."),
    ProblemCode.UNKNOWN_KEY: ("{value} is not a known key here", "Remove it or correct its spelling."),
    ProblemCode.MISSING_KEY: ("{value} is missing", "Add it."),
    ProblemCode.WRONG_TYPE: ("{value} has the wrong form", "See the form of this entry in the description."),
    ProblemCode.BAD_TEXT: (
        "{value} is empty or holds control characters",
        "Write plain text; only line breaks in notes are allowed.",
    ),
    ProblemCode.BAD_CODE: ("{value} is not a code", "Use letters, digits, - and _; a point between levels."),
    ProblemCode.UNKNOWN_COLUMN: ("the table has no column {value}", "Declare the column or remove the cell."),
    ProblemCode.UNKNOWN_KIND: ("{value} is not a kind of column", "Use one of the described kinds."),
    ProblemCode.UNKNOWN_POLICY: ("hit policy {value} is not known", "Use first: rules are tried in order."),
    ProblemCode.UNKNOWN_CODE: ("code {value} is not known", "Correct it, or add it to its register first."),
    ProblemCode.REPEATED: ("{value} is there twice", "Keep one of them or give it another name."),
    ProblemCode.EMPTY_CELL: ("the cell asks for nothing", "Leave the cell out to accept anything."),
    ProblemCode.BAD_SPAN: (
        "{value} is not a usable range",
        "Give a start before the end, inside the limits.",
    ),
    ProblemCode.POINTLESS_NOT: ("not with an open range: {value}", "Write the opposite range instead."),
    ProblemCode.LEAD_HELPS_ITSELF: ("{value} is both lead and co-handler", "Remove it from the co-handlers."),
    ProblemCode.NO_LEAD_COLUMN: ("the table decides no lead", "Add the output column lead."),
    ProblemCode.BAD_CELL: (
        "{value} cannot be understood",
        "Use the described way of writing for this column.",
    ),
    ProblemCode.WRONG_WIDTH: ("the row has {value}", "Give each row as many entries as the heading."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One complaint. rule, column: where it is, empty for the table itself; value: the offending thing."""

    code: ProblemCode
    rule: str = ""
    column: str = ""
    value: str = ""

    @property
    def what(self) -> str:
        """What is wrong."""
        return MESSAGES[self.code][0].format(value=self.value)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return MESSAGES[self.code][1]

    @property
    def text(self) -> str:
        """Place, complaint and remedy on one line."""
        places = (
            f"rule {self.rule}" if self.rule else "table",
            f"column {self.column}" if self.column else "",
        )
        return f"{', '.join(place for place in places if place)}: {self.what}. {self.remedy}"


class TableInvalid(ValueError):
    """A table was refused; problems holds every complaint found."""

    def __init__(self, *, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(problem.text for problem in problems))
        self.problems = problems


class Complaints:
    """Collects problems of one place while a file is read."""

    def __init__(self, *, found: list[Problem] | None = None, rule: str = "", column: str = "") -> None:
        self.found: list[Problem] = [] if found is None else found
        self._rule, self._column = rule, column

    def at(self, *, rule: str = "", column: str = "") -> "Complaints":
        """The same collection, speaking of another place."""
        return Complaints(found=self.found, rule=rule or self._rule, column=column or self._column)

    def add(self, *, code: ProblemCode, value: object = "") -> None:
        """Record one complaint; long values are shortened."""
        shown = value if isinstance(value, str) else repr(value)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        self.found.append(Problem(code=code, rule=self._rule, column=self._column, value=shown))
