"""States of a matter, who may follow whom, and checks of what is written. No Django."""

import re
import unicodedata
from enum import StrEnum


class MatterState(StrEnum):
    """Where a matter stands."""

    RECEIVED = "received"  # 待受理
    ACCEPTED = "accepted"  # 已受理, waiting for dispatch
    DISPATCHED = "dispatched"  # 已派单
    HANDLING = "handling"  # 办理中
    VERIFYING = "verifying"  # 待核实
    RETURNED = "returned"  # 已退回, waiting for a new dispatch
    CLOSED = "closed"  # 已办结
    REJECTED = "rejected"  # 不予受理
    WITHDRAWN = "withdrawn"  # 已撤回
    MERGED = "merged"  # 已并入


class Channel(StrEnum):
    """How a matter came in."""

    RESIDENT = "resident"
    GRID = "grid"
    PHONE = "phone"
    API = "api"
    OPEN311 = "open311"
    IMPORT = "import"


class Priority(StrEnum):
    """How urgent a matter is."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class AccessClass(StrEnum):
    """Who may see a matter: its scope; its scope with a working duty; only posts that may unseal."""

    OPEN = "open"
    RESTRICTED = "restricted"
    SEALED = "sealed"


class TypeSource(StrEnum):
    """Who said what type a matter is."""

    NONE = "none"
    CLASSIFIER = "classifier"
    REPORTER = "reporter"
    OFFICER = "officer"


class StepKind(StrEnum):
    """What happened to a matter, in its story."""

    OPENED = "opened"
    JOINED = "joined"  # one more person reports the same
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    REASSIGNED = "reassigned"
    CO_HANDLER_ADDED = "co_handler_added"
    STARTED = "started"
    NOTED = "noted"
    REMARKED = "remarked"  # by the reporter
    REPLIED = "replied"  # to the reporter
    PAUSED = "paused"
    RESUMED = "resumed"
    EXTENDED = "extended"
    RETURNED = "returned"
    TASK_DONE = "task_done"
    HANDLED = "handled"
    SENT_BACK = "sent_back"  # verification failed
    CLOSED = "closed"
    RATED = "rated"
    REOPENED = "reopened"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    MERGE_UNDONE = "merge_undone"
    SPLIT = "split"
    RETYPED = "retyped"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    RECOMPUTED = "recomputed"  # the calendar changed
    REVIEW_REQUESTED = "review_requested"
    REVIEW_TAKEN = "review_taken"
    REVIEW_DECIDED = "review_decided"


S = MatterState
NEXT_STATES: dict[MatterState, frozenset[MatterState]] = {
    S.RECEIVED: frozenset({S.ACCEPTED, S.DISPATCHED, S.REJECTED, S.WITHDRAWN, S.MERGED}),
    S.ACCEPTED: frozenset({S.DISPATCHED, S.REJECTED, S.WITHDRAWN, S.MERGED}),
    S.DISPATCHED: frozenset({S.DISPATCHED, S.HANDLING, S.RETURNED, S.WITHDRAWN, S.MERGED}),
    S.HANDLING: frozenset({S.DISPATCHED, S.VERIFYING, S.RETURNED, S.WITHDRAWN, S.MERGED}),
    S.VERIFYING: frozenset({S.HANDLING, S.CLOSED}),
    S.RETURNED: frozenset({S.DISPATCHED, S.REJECTED, S.WITHDRAWN, S.MERGED}),
    S.CLOSED: frozenset({S.DISPATCHED}),
    S.REJECTED: frozenset({S.RECEIVED}),
    S.WITHDRAWN: frozenset(),
    S.MERGED: frozenset({S.RECEIVED, S.ACCEPTED, S.DISPATCHED, S.HANDLING, S.RETURNED}),
}
OPEN_STATES = frozenset({S.RECEIVED, S.ACCEPTED, S.DISPATCHED, S.HANDLING, S.VERIFYING, S.RETURNED})
TITLE_LENGTH = 200
TEXT_LENGTH = 20_000


class StateNotAllowed(Exception):
    """The matter's state does not allow this act."""

    def __init__(self, present: MatterState, target: MatterState) -> None:
        super().__init__(f"{present} -> {target}")
        self.present, self.target = present, target


def check_transition(*, present: MatterState, target: MatterState) -> None:
    """Raise StateNotAllowed unless `target` may follow `present`."""
    if target not in NEXT_STATES[present]:
        raise StateNotAllowed(present, target)


class ReviewState(StrEnum):
    """Where a review of an answer stands."""

    REQUESTED = "requested"
    EXAMINING = "examining"
    DECIDED = "decided"


class ReviewOutcome(StrEnum):
    """What the higher body made of the answer."""

    UPHELD = "upheld"  # 维持
    CHANGED = "changed"  # 变更
    SET_ASIDE = "set_aside"  # 撤销, to be answered anew


class ReviewBody(StrEnum):
    """The level that reviews; those above the district work outside this platform."""

    STREET = "street"
    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"


NEXT_REVIEW_STATES: dict[ReviewState, frozenset[ReviewState]] = {
    ReviewState.REQUESTED: frozenset({ReviewState.EXAMINING}),
    ReviewState.EXAMINING: frozenset({ReviewState.EXAMINING, ReviewState.DECIDED}),  # itself: handed over
    ReviewState.DECIDED: frozenset(),
}
OVERTURNED = frozenset({ReviewOutcome.CHANGED, ReviewOutcome.SET_ASIDE})
LAST_STAGE = 2
"""复查 is the first review of an answer, 复核 the second; 信访工作条例第三十六条 knows no third."""


NUMBER_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3)


def number_of(matter_id: int) -> str:
    """The matter's public number: SJ, eight or more digits, a check digit that catches a slip of the pen."""
    digits = f"{matter_id:08d}"
    return f"SJ-{digits[:-4]}-{digits[-4:]}-{check_digit(digits)}"


def check_digit(digits: str) -> int:
    """Weighted sum modulo 11, folded into 0-9 (10 counts as 0)."""
    total = sum(int(digit) * NUMBER_WEIGHTS[place % 10] for place, digit in enumerate(reversed(digits)))
    return total % 11 % 10


def id_of(number: str) -> int | None:
    """The key behind a public number however it was typed, or None when it is no such number."""
    digits = "".join(character for character in number.upper().removeprefix("SJ") if character.isdecimal())
    if len(digits) < 9 or not digits.isascii() or len(digits) > 19:
        return None
    return int(digits[:-1]) if check_digit(digits[:-1]) == int(digits[-1]) else None


#: Controls, signs of direction, and whatever has no width and means nothing by itself. What joins emoji or shapes
#: letters stays: the joiners U+200C and U+200D, variation selectors, tags, the signs of Mongolian.
CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb]"
)


def clean_text(text: str) -> str:
    """Text as it is kept: composed characters, plain line ends, nothing invisible that could mislead a reader."""
    return CONTROL.sub(
        "", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    ).strip()
