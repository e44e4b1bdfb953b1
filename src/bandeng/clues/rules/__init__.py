"""States of a clue, who may follow whom, who must not see or handle it. No Django."""

from dataclasses import dataclass
from enum import StrEnum

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.matters.rules import check_digit
from bandeng.organisations.rules import Duty, OrganisationKind, Scope


class ClueKind(StrEnum):
    """What a clue is about."""

    GANG = "gang"  # 涉黑涉恶
    SHIELDING = "shielding"  # officials who shield such people
    MISCONDUCT = "misconduct"  # of police, procuratorate, court and justice staff
    FUNDRAISING = "fundraising"
    FRAUD = "fraud"
    OTHER = "other"


class ClueState(StrEnum):
    """Where a clue stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    HANDLED = "handled"  # looked into; the reporter has not been told yet
    ANSWERED = "answered"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"  # into a closed network: only its reference is kept here


class ClueStepKind(StrEnum):
    """What happened to a clue, in its story."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    RETURNED = "returned"
    HANDLED = "handled"
    SENT_BACK = "sent_back"
    ANSWERED = "answered"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"
    REOPENED = "reopened"
    WROTE = "wrote"  # the reporter, in the mailbox
    REPLIED = "replied"  # to the reporter, in the mailbox
    MASKED = "masked"
    ACCUSATION_ADDED = "accusation_added"
    ACCUSATION_LIFTED = "accusation_lifted"
    LINKED = "linked"
    TYPED = "typed"
    WIPED = "wiped"


class OpeningState(StrEnum):
    """Where a request to open an identity stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"


class LinkState(StrEnum):
    """What a person has said of a link between two clues."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class TraceKind(StrEnum):
    """What two clues may have in common."""

    PHONE = "phone"
    ACCOUNT = "account"
    DOMAIN = "domain"
    ENTERPRISE = "enterprise"
    MATTER = "matter"


class AccusationSource(StrEnum):
    """Who said that an organisation or a member of staff is accused."""

    REPORTER = "reporter"
    TEXT = "text"
    OFFICER = "officer"


class TypedBy(StrEnum):
    """Who said what kind of fraud a clue tells of."""

    NOBODY = "nobody"
    RULES = "rules"
    CLASSIFIER = "classifier"
    OFFICER = "officer"


class WarningState(StrEnum):
    """Where a warning to a street stands."""

    DRAFT = "draft"
    SIGNED = "signed"
    DROPPED = "dropped"


class Venue(StrEnum):
    """Where a talk is held."""

    COMMUNITY = "community"
    PARK = "park"
    SQUARE = "square"
    HOME = "home"


class TalkState(StrEnum):
    """Where a talk stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


S = ClueState
NEXT_STATES: dict[ClueState, frozenset[ClueState]] = {
    S.RECEIVED: frozenset({S.ACCEPTED, S.REJECTED, S.TRANSFERRED}),
    S.ACCEPTED: frozenset({S.ASSIGNED, S.REJECTED, S.TRANSFERRED}),
    S.ASSIGNED: frozenset({S.ASSIGNED, S.ACCEPTED, S.HANDLED}),
    S.HANDLED: frozenset({S.ASSIGNED, S.ANSWERED, S.ACCEPTED}),
    S.ANSWERED: frozenset({S.RECEIVED}),
    S.REJECTED: frozenset({S.RECEIVED}),
    S.TRANSFERRED: frozenset(),
}
ENDED_STATES = frozenset({S.ANSWERED, S.REJECTED, S.TRANSFERRED})
OPEN_STATES = frozenset(ClueState) - ENDED_STATES
CLOSED_NETWORK_KINDS = frozenset({ClueKind.GANG, ClueKind.SHIELDING, ClueKind.MISCONDUCT})
"""Kinds that the law moves to a classified network (反有组织犯罪法 25–26: passed on promptly, only police verify)."""
OFFICIAL_KINDS = frozenset({ClueKind.SHIELDING, ClueKind.MISCONDUCT})
"""Kinds that accuse officials: an office named anywhere in such a text counts as accused."""

TITLE_LENGTH = 80
TEXT_LENGTH = 10_000
REASON_SHORTEST = 10


class StateNotAllowed(Exception):
    """The clue's state does not allow this act."""

    def __init__(self, present: ClueState, target: ClueState) -> None:
        super().__init__(f"{present} -> {target}")
        self.present, self.target = present, target


class ActNotAllowed(Exception):
    """The act is not for this clue or this person; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_transition(*, present: ClueState, target: ClueState) -> None:
    """Raise StateNotAllowed unless `target` may follow `present`."""
    if target not in NEXT_STATES[present]:
        raise StateNotAllowed(present, target)


def check_kind_for(*, kind: ClueKind, target: ClueState) -> None:
    """Raise ActNotAllowed where the law moves this kind elsewhere, or where nothing moves it."""
    moves = kind in CLOSED_NETWORK_KINDS
    if target is ClueState.TRANSFERRED and not moves:
        raise ActNotAllowed("not_for_closed_network")
    if target is ClueState.ASSIGNED and moves:
        raise ActNotAllowed("closed_network_only")


def check_reason(reason: str) -> str:
    """The reason, trimmed. Raises ActNotAllowed for one that says nothing."""
    words = reason.strip()
    if len(words) < REASON_SHORTEST:
        raise ActNotAllowed("reason_short")
    return words


@dataclass(frozen=True)
class Office:
    """An organisation as conflicts of interest see it."""

    id: int
    kind: str
    code: str


def is_district_centre(*, kind: str, area_code: str) -> bool:
    """Whether it is the centre of the whole district, which receives clues."""
    return kind == OrganisationKind.CENTRE and len(area_code) <= CODE_LENGTH[Level.DISTRICT]


CLUE_DUTIES = (Duty.CLUE_TRIAGE, Duty.CLUE_HANDLE, Duty.CLUE_IDENTITY)
"""Of these a post needs one to see any clue at all."""


def receives_clues(scope: Scope) -> bool:
    """Whether a post triages what comes in: that is its duty, and it belongs to the district's centre."""
    return scope.has(Duty.CLUE_TRIAGE) and in_receiving_centre(scope)


def in_receiving_centre(scope: Scope) -> bool:
    """Whether a post belongs to the centre that receives clues."""
    return is_district_centre(kind=scope.kind, area_code=scope.area_code)


def reads_all_clues(scope: Scope) -> bool:
    """Whether a post reads every clue that does not accuse it: to triage it, or to decide about its identity."""
    return in_receiving_centre(scope) and (scope.has(Duty.CLUE_TRIAGE) or scope.has(Duty.CLUE_IDENTITY))


def reads_own_clues(scope: Scope) -> bool:
    """Whether a post reads the clues that its organisation was given."""
    return scope.has(Duty.CLUE_HANDLE) or scope.has(Duty.CLUE_IDENTITY)


def may_ask_for_openings(scope: Scope) -> bool:
    """Whether a post may ask to open an identity, and read it once another person has approved."""
    return scope.has(Duty.CLUE_IDENTITY)


def may_approve_openings(scope: Scope) -> bool:
    """Whether a post may approve the opening of an identity: identities and to supervise are both its duties."""
    return scope.has(Duty.CLUE_IDENTITY) and scope.has(Duty.SUPERVISE)


def shields(*, accused: Office, other: Office) -> bool:
    """Whether `other` must not handle what accuses `accused`: itself, what is above it, what is below it.

    Street offices, committees and grid teams bear the code of their area, so a prefix is a superior. The
    district's own code is no prefix of interest: the district's centre receives clues about those below it.
    """
    if accused.id == other.id:
        return True
    codes = (accused.code, other.code)
    if not all(code.isdecimal() and len(code) > CODE_LENGTH[Level.DISTRICT] for code in codes):
        return False
    return accused.code.startswith(other.code) or other.code.startswith(accused.code)


def superiors(code: str) -> tuple[str, ...]:
    """Codes of the offices above an area's office, and its own; for a department only its own."""
    if not (code.isdecimal() and len(code) > CODE_LENGTH[Level.DISTRICT]):
        return (code,)
    return tuple(
        code[:length] for length in CODE_LENGTH.values() if CODE_LENGTH[Level.DISTRICT] < length <= len(code)
    )


SECRET_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # noqa: S105 (letters that are not mistaken for one another)
NUMBER_LENGTH = 8
SECRET_LENGTH = 12


def number_shown(letters: str) -> str:
    """A clue's public number from its random letters: XS, four, four, a check digit.

    Random, so that two numbers tell nothing of how many clues lie between them.
    """
    return f"XS-{letters[:4]}-{letters[4:]}-{_check(letters)}"


def number_read(text: str) -> str | None:
    """The public number however it was typed, or None where it is none."""
    letters = "".join(each for each in text.upper().strip() if each.isalnum()).removeprefix("XS")
    if len(letters) != NUMBER_LENGTH + 1 or not set(letters[:-1]) <= set(SECRET_ALPHABET):
        return None
    return number_shown(letters[:-1]) if letters[-1] == _check(letters[:-1]) else None


def _check(letters: str) -> str:
    digits = "".join(f"{SECRET_ALPHABET.index(each):02d}" for each in letters)
    return str(check_digit(digits))


def secret_read(text: str) -> str:
    """A mailbox code however it was typed."""
    return "".join(each for each in text.upper() if each.isalnum())
