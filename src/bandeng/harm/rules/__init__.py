"""States of an alert, who may follow whom, who sees and who works. No Django."""

from enum import StrEnum

from bandeng.areas.rules import CODE_LENGTH, Level, is_within
from bandeng.organisations.rules import Duty, OrganisationKind, Scope


class AlertState(StrEnum):
    """Where the work on an alert stands: checked, talked over with the enterprise, acted upon, closed."""

    NEW = "new"
    VERIFYING = "verifying"
    TALKING = "talking"
    ACTING = "acting"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What a closed alert came to."""

    SETTLED = "settled"
    REFERRED = "referred"  # to the authority that the law names
    UNFOUNDED = "unfounded"  # a false alarm: counted against the method
    MERGED = "merged"  # its enterprise turned out to be another's, whose alert goes on


class AlertStepKind(StrEnum):
    """What happened to an alert, in its story."""

    RAISED = "raised"
    ROSE = "rose"
    FELL = "fell"
    MERGED = "merged"
    MOVED = "moved"  # its enterprise turned out to be another one
    GIVEN_BACK = "given_back"  # that was taken back
    ASSIGNED = "assigned"
    VERIFYING = "verifying"
    TALKING = "talking"
    ACTING = "acting"
    NOTED = "noted"
    FACT_CONFIRMED = "fact_confirmed"
    FACT_WITHDRAWN = "fact_withdrawn"
    LETTER_ISSUED = "letter_issued"
    LETTER_WITHDRAWN = "letter_withdrawn"
    ANSWERED = "answered"
    CONSIDERED = "considered"
    CLOSED = "closed"
    REOPENED = "reopened"


class PairState(StrEnum):
    """What a person has said of two records."""

    SUGGESTED = "suggested"
    SAME = "same"
    DIFFERENT = "different"


class ImportKind(StrEnum):
    """What a file of records holds."""

    FILINGS = "filings"
    ARBITRATION = "arbitration"
    INSPECTIONS = "inspections"
    REGISTRY = "registry"


class ImportState(StrEnum):
    """Where a file stands: looked through, brought in, given up before that, taken back after it."""

    STAGED = "staged"
    DONE = "done"
    DROPPED = "dropped"
    UNDONE = "undone"


class NoticeKind(StrEnum):
    """What an organisation is told of an alert."""

    RAISED = "raised"
    ROSE = "rose"
    FELL = "fell"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    LATE = "late"


class DocumentKind(StrEnum):
    """Dated results that are kept whole."""

    RUN = "run"
    TOPICS = "topics"
    STUDY = "study"


class LetterState(StrEnum):
    """Where an enterprise's right to answer stands."""

    ISSUED = "issued"
    ANSWERED = "answered"
    CONSIDERED = "considered"
    WITHDRAWN = "withdrawn"


S = AlertState
NEXT_STATES: dict[AlertState, frozenset[AlertState]] = {
    S.NEW: frozenset({S.VERIFYING}),
    S.VERIFYING: frozenset({S.TALKING, S.CLOSED}),
    S.TALKING: frozenset({S.VERIFYING, S.ACTING, S.CLOSED}),
    S.ACTING: frozenset({S.TALKING, S.CLOSED}),
    S.CLOSED: frozenset({S.NEW, S.VERIFYING}),  # new again where the level has risen
}
OPEN_STATES = frozenset(S) - {S.CLOSED}
STREAM_OF = {
    ImportKind.FILINGS: "court_filings",
    ImportKind.ARBITRATION: "arbitration",
    ImportKind.INSPECTIONS: "inspection_findings",
    ImportKind.REGISTRY: "registry",
}
MATTERS, CLUES, REGISTRY, CHANGES, FACTS = "matters", "clues", "registry", "registry_changes", "facts"
"""Streams with a meaning of their own; an extract of the registry and a confirmed fact are no evidence by number."""


class StateNotAllowed(Exception):
    """The alert's state does not allow this act."""


class ActNotAllowed(Exception):
    """Another rule forbids this act: see `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_transition(*, present: AlertState, target: AlertState) -> None:
    """Raise StateNotAllowed unless `target` may follow `present`."""
    if target not in NEXT_STATES[present]:
        raise StateNotAllowed(f"{present.value} → {target.value}")


def check_closing(*, outcome: Outcome, unconsidered: bool, heard: bool, talked: bool) -> None:
    """Raise ActNotAllowed where an answer waits, or where measures would end without the enterprise heard.

    `heard`: an answer was considered or the time to answer has run out; `talked`: the enterprise was talked to.
    """
    if unconsidered:
        raise ActNotAllowed("answer_waits")
    # Whoever may be investigated is not warned first: the authority that takes it over hears the enterprise.
    if outcome is Outcome.SETTLED and not heard and not talked:
        raise ActNotAllowed("not_heard")


def sees_clues(scope: Scope) -> bool:
    """Whether a post may know what only clues name."""
    return scope.has(Duty.CLUE_TRIAGE)


def brings_files(scope: Scope) -> bool:
    """Whether a post brings in files of courts, arbitration, inspections and the registry, and takes them back."""
    return judges_pairs(scope)


OVERSEERS = (Duty.SUPERVISE, Duty.DISPATCH)
SEEING_KINDS = frozenset({OrganisationKind.CENTRE.value, OrganisationKind.STREET_OFFICE.value})
"""Who watches an area. Communities and grids do not: they never look into an enterprise."""


def oversees(scope: Scope) -> bool:
    """Whether a post watches the enterprises of its area."""
    return scope.kind in SEEING_KINDS and any(scope.has(duty) for duty in OVERSEERS)


def covers(scope: Scope, area_code: str) -> bool:
    """Whether an enterprise lies in the area that a post watches; one without a place lies in the district's."""
    if not oversees(scope):
        return False
    return whole_district(scope) or is_within(code=area_code, area=scope.area_code)


def whole_district(scope: Scope) -> bool:
    """Whether a post's area is the district."""
    return len(scope.area_code) <= CODE_LENGTH[Level.DISTRICT]


def works(scope: Scope, *, lead_id: int | None) -> bool:
    """Whether a post's organisation was given the work, and the post does such work."""
    able = scope.has(Duty.HANDLE) or scope.has(Duty.SUPERVISE)
    return scope.kind == OrganisationKind.DEPARTMENT and lead_id == scope.organisation_id and able


def judges_pairs(scope: Scope) -> bool:
    """Whether a post says which records speak of one enterprise: the district's centre, where it supervises."""
    return scope.kind == OrganisationKind.CENTRE and whole_district(scope) and scope.has(Duty.SUPERVISE)


def state_of_letter(*, withdrawn: bool, considered: bool, answered: bool) -> LetterState:
    """Where a letter stands, from what has happened to it."""
    if withdrawn:
        return LetterState.WITHDRAWN
    if considered:
        return LetterState.CONSIDERED
    return LetterState.ANSWERED if answered else LetterState.ISSUED
