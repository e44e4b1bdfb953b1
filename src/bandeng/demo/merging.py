"""Hot spots: later matters of the same cause that an officer takes into the first one."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bandeng.demo.crew import Crew
from bandeng.demo.habits import HABITS
from bandeng.demo.organisations import CENTRE
from bandeng.demo.story import Story, StoryStep
from bandeng.matters.rules import MatterState, StepKind
from bandeng.organisations.rules import Duty

TAKEN_IN = frozenset(
    {MatterState.RECEIVED, MatterState.ACCEPTED, MatterState.DISPATCHED, MatterState.HANDLING}
)
SETTLED = (StepKind.HANDLED, StepKind.REJECTED, StepKind.WITHDRAWN)


def merge_hot_spots(*, stories: list[Story], crew: Crew, until: datetime, random: Random) -> list[Story]:
    """Some of each hot spot's later matters end in the first while both are open; both stories tell it."""
    first: dict[int, Story] = {}
    told: dict[int, list[StoryStep]] = defaultdict(list)
    found = []
    for story in stories:
        head = first.setdefault(story.origin.hot_spot, story) if story.origin.hot_spot is not None else story
        merge = (
            None if head is story else _merge(story=story, head=head, until=until, crew=crew, random=random)
        )
        if merge:
            ordinal = story.origin.ordinal
            told[head.origin.ordinal].append(
                replace(merge, state=_state_at(head, merge.at), data={"ordinal": ordinal})
            )
            kept = (step for step in story.steps if step.at < merge.at and step.kind is not StepKind.JOINED)
            story = replace(story, steps=(*kept, merge), target=head.origin.ordinal, joined=())
        found.append(story)
    return [_with(story=story, steps=told.get(story.origin.ordinal, [])) for story in found]


def _merge(*, story: Story, head: Story, until: datetime, crew: Crew, random: Random) -> StoryStep | None:
    """The step that ends the story in the first one's, or None where that did not happen."""
    at = story.origin.at + timedelta(minutes=random.uniform(4, 90))
    settled = head.last(*SETTLED)
    both_open = _state_at(story, at) in TAKEN_IN and _state_at(head, at) in TAKEN_IN
    if random.random() >= HABITS.merged or at > until or not both_open or (settled and settled.at <= at):
        return None
    person = crew.any_of(organisation=CENTRE, duty=Duty.DISPATCH, random=random).login
    return StoryStep(
        kind=StepKind.MERGED, state=MatterState.MERGED, at=at, actor=person, organisation=CENTRE, public=True
    )


def _state_at(story: Story, moment: datetime) -> MatterState:
    return [step.state for step in story.steps if step.at < moment][-1]


def _with(*, story: Story, steps: list[StoryStep]) -> Story:
    """The story with more steps, in order of time."""
    if not steps:
        return story
    return replace(story, steps=tuple(sorted([*story.steps, *steps], key=lambda step: step.at)))
