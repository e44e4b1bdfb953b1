"""States of an evaluation and what may follow, without Django: posts and grids are scored, residents never."""

from enum import StrEnum


class Kind(StrEnum):
    """Whose work is scored."""

    GRIDS = "grids"  # all matters and tasks of a grid: the monthly grid index
    POSTS = "posts"  # the matters and tasks of one post: seconded officers and grid staff


class EvaluationState(StrEnum):
    """Where an evaluation stands; a draft until a named person has signed it."""

    DRAFT = "draft"
    OBJECTING = "objecting"
    ANSWERED = "answered"
    SIGNED = "signed"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"


class ObjectionKind(StrEnum):
    """An objection is raised against a draft, an appeal against what was published."""

    OBJECTION = "objection"
    APPEAL = "appeal"


class ObjectionState(StrEnum):
    """What became of it."""

    RAISED = "raised"
    UPHELD = "upheld"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Relation(StrEnum):
    """How a rater stands to the rated."""

    PEER = "peer"
    SUPERVISOR = "supervisor"


class RatingState(StrEnum):
    """What a rater did with an invitation."""

    INVITED = "invited"
    GIVEN = "given"
    CONFLICTED = "conflicted"


class CommentState(StrEnum):
    """A free text is shown to the rated only when a moderator has let it through."""

    EMPTY = "empty"
    WAITING = "waiting"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Verdict(StrEnum):
    """What an auditor found of a record."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class RuleDraftState(StrEnum):
    """A change of rules is prepared, then adopted for a month to come, or dropped."""

    PREPARED = "prepared"
    ADOPTED = "adopted"
    DROPPED = "dropped"


class PlanState(StrEnum):
    """A staffing proposal moves nobody: a manager decides it, and personnel acts outside of this program."""

    PROPOSED = "proposed"
    DECIDED = "decided"


NEXT_STATES: dict[EvaluationState, frozenset[EvaluationState]] = {
    EvaluationState.DRAFT: frozenset({EvaluationState.OBJECTING, EvaluationState.DROPPED}),
    EvaluationState.OBJECTING: frozenset({EvaluationState.ANSWERED}),
    EvaluationState.ANSWERED: frozenset({EvaluationState.SIGNED}),
    EvaluationState.SIGNED: frozenset({EvaluationState.PUBLISHED, EvaluationState.SUPERSEDED}),
    EvaluationState.PUBLISHED: frozenset({EvaluationState.SUPERSEDED}),
    EvaluationState.SUPERSEDED: frozenset(),
    EvaluationState.DROPPED: frozenset(),
}
GONE = frozenset({EvaluationState.SUPERSEDED, EvaluationState.DROPPED})
UNSIGNED = frozenset({EvaluationState.DRAFT, EvaluationState.OBJECTING, EvaluationState.ANSWERED})


MOST_AHEAD = 24
"""Months."""


class Refused(Exception):
    """An act is not allowed now; `code` names the reason, and labels have its words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_transition(*, present: EvaluationState, target: EvaluationState) -> None:
    """Raise Refused unless the one follows the other."""
    if target not in NEXT_STATES[present]:
        raise Refused("state")


def check_month_ended(*, month: int, this_month: int) -> None:
    """Raise Refused for a month that has not ended: its work is still being done, and lateness still to be seen."""
    if month >= this_month:
        raise Refused("not_ended")


def check_not_retroactive(*, first_month: int, this_month: int, scored: list[int]) -> None:
    """Raise Refused unless a change of rules begins in a month that has not begun and was never scored.

    Nor may it begin years ahead: no other change could come before it, and a slip of the pen would block them all.
    """
    if first_month <= this_month or any(first_month <= month for month in scored):
        raise Refused("retroactive")
    if _number_of(first_month) > _number_of(this_month) + MOST_AHEAD:
        raise Refused("too_far")


def _number_of(month: int) -> int:
    return month // 100 * 12 + month % 100
