"""Two act on one month at the same moment: nothing that was upheld is lost, and neither waits for ever."""

from collections.abc import Callable
from typing import Any

import pytest

from bandeng.core import bulk
from bandeng.core.tests.contention import Meeting, at_once
from bandeng.evaluation.models import Evaluation, Rating
from bandeng.evaluation.rules import EvaluationState, Refused
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services import objections
from bandeng.evaluation.services.inviting import forms_send
from bandeng.evaluation.tests.district import MONTH, NOW, District, offices
from bandeng.evaluation.tests.test_flow import published
from bandeng.evaluation.tests.test_order_of_acts import appealed, upheld

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("world")]


def together(*acts: Callable[[], object]) -> list[str]:
    return at_once(*acts, moment=NOW, refusals=(Refused,))


def revised(world: District) -> tuple[int, Evaluation]:
    """A published month with two appeals: one still waits, for the other there is a version that is signed."""
    row = published(world)
    first, second = appealed(world, row, 0), appealed(world, row, 3)
    upheld(world, first)
    again = Evaluation.objects.get(version=2)
    services.evaluation_sign(evaluation_id=again.pk, scope=world.signer, name="签字人", digest=again.digest)
    return second, again


def unpublished() -> list[Evaluation]:
    return list(Evaluation.objects.filter(state=EvaluationState.ANSWERED.value))


def test_appeals_against_two_versions_upheld_at_once_are_both_in_the_next(
    world: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, again = revised(world)
    services.evaluation_publish(evaluation_id=again.pk, actor="user:1")
    again.refresh_from_db()
    third = appealed(world, again, 1)
    world.manager  # noqa: B018 - the post is made before the threads begin
    monkeypatch.setattr(objections, "_reckon_in", Meeting().before(objections._reckon_in))
    acts = [lambda one=one: upheld(world, one) for one in (second, third)]
    assert together(*acts) == ["done", "done"]
    assert [(row.version, len(row.excluded)) for row in unpublished()] == [(3, 3)]


def test_a_version_published_while_an_appeal_is_upheld_loses_nothing(
    world: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, again = revised(world)
    locked, meeting = services._locked, Meeting()

    def met(*given: Any) -> Evaluation:
        found = locked(*given)
        meeting.come()
        return found

    monkeypatch.setattr(services, "_locked", met)
    monkeypatch.setattr(objections, "_reckon_in", meeting.before(objections._reckon_in))
    outcome = together(
        lambda: services.evaluation_publish(evaluation_id=again.pk, actor="user:1"),
        lambda: upheld(world, second),
    )
    assert outcome in (["done", "done"], ["state", "done"])
    assert [(row.version, len(row.excluded)) for row in unpublished()] == [(3, 2)]


def test_forms_sent_twice_at_once_are_sent_once(world: District, monkeypatch: pytest.MonkeyPatch) -> None:
    offices(world)
    monkeypatch.setattr(bulk, "insert", Meeting().before(bulk.insert))
    acts = [lambda: forms_send(month=MONTH, actor="user:1", seed="a")] * 2
    assert together(*acts) == ["done", "done"]
    pairs = list(Rating.objects.values_list("post_id", "rater_id"))
    assert len(pairs) == len(set(pairs)) > 0
