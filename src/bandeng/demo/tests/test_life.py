"""Stories are possible: every step may follow the one before, nothing happens after now."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

from bandeng.demo.district import month_build
from bandeng.demo.folding import standing_of
from bandeng.demo.habits import CHANNEL_WEIGHTS, DAYS
from bandeng.demo.scale import SMALL
from bandeng.demo.story import HOTLINE, RESIDENT, SYSTEM
from bandeng.demo.tests.month import SEED, UNTIL, small_district, small_month
from bandeng.dispatch.knowledge import limit_profiles
from bandeng.dispatch.rules import TaskRole, TaskState
from bandeng.matters.rules import NEXT_STATES, MatterState, StepKind


def test_there_are_as_many_matters_as_asked_and_no_two_alike() -> None:
    stories = small_month()
    assert len(stories) == SMALL.matters
    assert len({story.origin.text for story in stories}) == SMALL.matters


def test_the_month_is_in_order_and_ends_now() -> None:
    moments = [story.origin.at for story in small_month()]
    assert moments == sorted(moments)
    assert UNTIL - timedelta(days=DAYS) < moments[0] and moments[-1] <= UNTIL
    assert all(step.at <= UNTIL for story in small_month() for step in story.steps)


def test_every_step_may_follow_the_one_before() -> None:
    for story in small_month():
        assert story.steps[0].kind is StepKind.OPENED and story.steps[0].state is MatterState.RECEIVED
        for before, after in pairwise(story.steps):
            assert before.at <= after.at
            assert after.state is before.state or after.state in NEXT_STATES[before.state]


def test_everybody_who_acts_is_of_the_staff() -> None:
    logins = {member.login for member in small_district().staff.members} | {RESIDENT, SYSTEM, HOTLINE}
    assert {step.actor for story in small_month() for step in story.steps} <= logins


def test_a_closed_matter_was_verified_by_somebody_else_than_the_handler() -> None:
    for story in small_month():
        for step in story.steps:
            if step.kind is StepKind.CLOSED:
                handled = [
                    each for each in story.steps if each.kind is StepKind.HANDLED and each.at < step.at
                ][-1]
                assert step.actor != handled.actor and step.note == handled.note


def test_all_that_can_happen_happens() -> None:
    kinds = Counter(step.kind for story in small_month() for step in story.steps)
    assert {
        StepKind.RETURNED,
        StepKind.PAUSED,
        StepKind.SENT_BACK,
        StepKind.RATED,
        StepKind.TASK_DONE,
    } <= set(kinds)
    assert {story.origin.channel for story in small_month()} == set(CHANNEL_WEIGHTS)
    assert any(story.origin.hot_spot is not None for story in small_month())


def test_one_lead_at_most_and_no_organisation_twice() -> None:
    live = (TaskState.ASSIGNED, TaskState.WORKING, TaskState.DONE)
    for story in small_month():
        parts = [part for part in standing_of(story).parts if part.state in live]
        assert len([part for part in parts if part.role is TaskRole.LEAD]) <= 1
        assert len({part.organisation for part in parts}) == len(parts)


def test_closing_leaves_nothing_open() -> None:
    for story in small_month():
        standing = standing_of(story)
        if story.state is MatterState.CLOSED:
            assert standing.closed_at and not standing.paused_at and not standing.step_from
            assert {part.state for part in standing.parts} <= {TaskState.DONE, TaskState.RETURNED}


def test_a_merged_matter_points_to_an_earlier_one_that_knows_of_it() -> None:
    stories = small_month()
    merged = [story for story in stories if story.target is not None]
    assert merged
    for story in merged:
        assert story.state is MatterState.MERGED and story.target is not None
        head = stories[story.target]
        assert head.origin.hot_spot == story.origin.hot_spot and head.origin.at <= story.origin.at
        assert story.origin.ordinal in {step.data.get("ordinal") for step in head.steps}


def test_the_same_seed_tells_the_same_month() -> None:
    again = month_build(
        district=small_district(),
        scale=SMALL,
        seed=SEED,
        until=UNTIL,
        profiles=limit_profiles(),
        tick=lambda _: None,
    )
    assert tuple(again) == small_month()
