"""Where a matter stands, folded from the steps of its story."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bandeng.demo.story import Story, StoryStep
from bandeng.dispatch.rules import TaskRole, TaskState
from bandeng.matters.rules import OPEN_STATES, MatterState, StepKind


@dataclass
class Part:
    """One organisation's part; `login` is the person in charge."""

    organisation: str
    role: TaskRole
    assigned_at: datetime
    state: TaskState = TaskState.ASSIGNED
    login: str = ""
    result: str = ""
    done_at: datetime | None = None


@dataclass
class Stillstand:
    """A stretch in which the clock stands still."""

    started_at: datetime
    reason: str
    actor: str
    ended_at: datetime | None = None


@dataclass
class Standing:
    """Everything about a matter that its steps imply."""

    lead: str
    clock_from: datetime
    changed_at: datetime
    login: str = ""
    step_from: datetime | None = None
    closed_at: datetime | None = None
    rating: int | None = None
    rating_text: str = ""
    rated_at: datetime | None = None
    reopen_count: int = 0
    return_count: int = 0
    parts: list[Part] = field(default_factory=list)
    pauses: list[Stillstand] = field(default_factory=list)

    @property
    def paused_at(self) -> datetime | None:
        """Since when the clock stands still, if it does."""
        return next((pause.started_at for pause in self.pauses if pause.ended_at is None), None)

    def lead_part(self) -> Part | None:
        """The lead's part that has not been returned or cancelled."""
        dropped = (TaskState.RETURNED, TaskState.CANCELLED)
        return next(
            (part for part in self.parts if part.role is TaskRole.LEAD and part.state not in dropped), None
        )


def standing_of(story: Story) -> Standing:
    """Fold the steps in their order."""
    standing = Standing(lead="", clock_from=story.origin.at, changed_at=story.origin.at)
    for step in story.steps:
        standing.changed_at = step.at
        act = ACTS.get(step.kind)
        if act:
            act(standing, step)
        if step.kind is StepKind.DISPATCHED and len(standing.parts) == 1:
            standing.parts += [
                Part(organisation=code, role=TaskRole.CO_HANDLER, assigned_at=step.at)
                for code in story.decision.co_handlers
            ]
    return standing


def _dispatched(standing: Standing, step: StoryStep) -> None:
    standing.lead, standing.login, standing.step_from = step.organisation, "", step.at
    standing.parts.append(Part(organisation=step.organisation, role=TaskRole.LEAD, assigned_at=step.at))


def _started(standing: Standing, step: StoryStep) -> None:
    part = standing.lead_part()
    standing.login, standing.step_from = standing.login or step.actor, None
    if part:
        part.state, part.login = TaskState.WORKING, step.actor


def _returned(standing: Standing, step: StoryStep) -> None:
    part = standing.lead_part()
    standing.lead, standing.login, standing.step_from = "", "", step.at
    standing.return_count += 1
    if part:
        part.state, part.result = TaskState.RETURNED, step.note


def _co_handler_added(standing: Standing, step: StoryStep) -> None:
    standing.parts.append(Part(organisation=step.organisation, role=TaskRole.CO_HANDLER, assigned_at=step.at))


def _task_done(standing: Standing, step: StoryStep) -> None:
    for part in standing.parts:
        if part.organisation == step.organisation and part.role is TaskRole.CO_HANDLER:
            part.state, part.login, part.result, part.done_at = TaskState.DONE, step.actor, step.note, step.at


def _handled(standing: Standing, step: StoryStep) -> None:
    part, standing.step_from = standing.lead_part(), step.at
    if part:
        part.state, part.login, part.result, part.done_at = TaskState.DONE, step.actor, step.note, step.at


def _goes_on(standing: Standing, step: StoryStep) -> None:
    part, standing.step_from = standing.lead_part(), None
    if part:
        part.state, part.done_at = TaskState.WORKING, None


def _paused(standing: Standing, step: StoryStep) -> None:
    standing.pauses.append(Stillstand(started_at=step.at, reason=step.note, actor=step.actor))


def _resumed(standing: Standing, step: StoryStep) -> None:
    for pause in standing.pauses:
        pause.ended_at = pause.ended_at or step.at


def _closed(standing: Standing, step: StoryStep) -> None:
    standing.closed_at, standing.step_from = step.at, None


def _ended(standing: Standing, step: StoryStep) -> None:
    """Whatever is still open goes with the matter, unless another was merged into this one."""
    if step.state in OPEN_STATES:
        return
    standing.step_from = None
    for part in standing.parts:
        if part.state in (TaskState.ASSIGNED, TaskState.WORKING):
            part.state = TaskState.CANCELLED
    _resumed(standing, step)


def _rated(standing: Standing, step: StoryStep) -> None:
    standing.rating, standing.rating_text, standing.rated_at = int(step.data["rating"]), step.note, step.at


def _reopened(standing: Standing, step: StoryStep) -> None:
    _goes_on(standing, step)
    standing.closed_at, standing.clock_from, standing.step_from = None, step.at, step.at
    standing.reopen_count += 1
    standing.pauses.clear()


ACTS: dict[StepKind, Callable[[Standing, StoryStep], None]] = {
    StepKind.DISPATCHED: _dispatched,
    StepKind.STARTED: _started,
    StepKind.RETURNED: _returned,
    StepKind.CO_HANDLER_ADDED: _co_handler_added,
    StepKind.TASK_DONE: _task_done,
    StepKind.HANDLED: _handled,
    StepKind.SENT_BACK: _goes_on,
    StepKind.PAUSED: _paused,
    StepKind.RESUMED: _resumed,
    StepKind.CLOSED: _closed,
    StepKind.RATED: _rated,
    StepKind.REOPENED: _reopened,
    StepKind.MERGED: _ended,
    StepKind.REJECTED: _ended,
    StepKind.WITHDRAWN: _ended,
}
#: The limit that runs while a matter is in a state.
STEP_LIMITS = {
    MatterState.RECEIVED: "accept",
    MatterState.DISPATCHED: "accept",
    MatterState.RETURNED: "accept",
    MatterState.VERIFYING: "verify",
}
