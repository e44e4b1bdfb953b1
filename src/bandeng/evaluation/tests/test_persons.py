"""Changing office: one's scores, and what one may not decide, go along."""

from datetime import date, timedelta
from typing import Any

import pytest

from bandeng.desk.tests.officers import signed_in
from bandeng.evaluation.models import AuditedRecord, Evaluation, Objection, Rating
from bandeng.evaluation.rules import Kind, Relation
from bandeng.evaluation.selectors.access import own_scores, score_seen
from bandeng.evaluation.selectors.forms import comments_waiting
from bandeng.evaluation.selectors.persons import is_scored
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services.audits import audit_draw, audit_judge
from bandeng.evaluation.services.objections import objection_answer, objection_raise
from bandeng.evaluation.services.ratings import comment_judge, rating_give, ratings_invite
from bandeng.evaluation.tests.district import MONTH, NOW, District
from bandeng.evaluation.tests.test_flow import also_holds, answered, point, refused, score_of
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.selectors import scope_of
from bandeng.organisations.tests.factories import CENTRE, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
LEFT = NOW.date() - timedelta(days=3)
LAST_OF_JULY = date(2026, 7, 31)


def moved(world: District, place: int, *duties: Duty, left: date = LEFT) -> Scope:
    """Whoever held a scored post and works for the centre since."""
    before = world.posts[place]
    Post.objects.filter(pk=before.pk).update(until=left)
    return scope_of(post(*duties, organisation=world.stage.house.organisations[CENTRE], user=before.user))


def test_whoever_changes_office_keeps_their_score_and_their_objection(
    world: District, opened: Evaluation
) -> None:
    scope, score = moved(world, 0), score_of(opened, world)
    assert score.pk in {each.pk for each in own_scores(scope)}
    client = signed_in(scope)
    named = point(score)
    address = f"/evaluation/scores/{score.pk}/{named.duty}/object"
    given = {"text": named.text, "record": f"{named.source}:{named.subject}"}
    assert client.get(f"/evaluation/scores/{score.pk}/").status_code == 200
    assert client.post(address, given).status_code == 302
    assert Objection.objects.get().score_id == score.pk
    assert score_seen(scope, score_of(opened, world, 3).pk) is None


def test_whoever_changes_office_judges_nothing_of_their_own(world: District, opened: Evaluation) -> None:
    score = score_of(opened, world)
    raised = objection_raise(score_id=score.pk, point=point(score), scope=world.scope(1), own=True)
    scope = moved(world, 0, Duty.SUPERVISE, Duty.AUDIT)
    answer: dict[str, Any] = {"objection_id": raised.pk, "upheld": True, "answer": "属实", "scope": scope}
    refused("own_score", objection_answer, **answer)
    audit_draw(kind=Kind.POSTS, month=MONTH, actor="user:1")
    record = AuditedRecord.objects.filter(unit=score.unit).first()
    assert record is not None
    refused("own_record", audit_judge, record_id=record.pk, confirmed=True, note="", scope=scope)


@pytest.mark.parametrize("place", [0, 1])
def test_whoever_changes_office_lets_no_text_through_by_or_about_them(world: District, place: int) -> None:
    ratings_invite(
        month=MONTH, invitations=[(world.posts[0].pk, world.posts[1].pk, Relation.PEER)], actor="user:1"
    )
    row, codes = (
        Rating.objects.get(),
        ("fairness", "honesty", "responsibility", "judgement", "cooperation", "explaining"),
    )
    rating_give(
        rating_id=row.pk,
        answers=dict.fromkeys(codes, 4),
        comment="踏实",
        posts=[row.rater_id],
        actor="user:1",
    )
    scope = moved(world, place, Duty.SUPERVISE)
    assert not comments_waiting(scope.user_id).exists()
    refused("own_text", comment_judge, rating_id=row.pk, shown=True, scope=scope)


@pytest.mark.parametrize(("left", "is_theirs"), [(date(2026, 8, 1), True), (LAST_OF_JULY, False)])
def test_a_grid_is_ones_own_in_the_months_that_count(world: District, left: date, is_theirs: bool) -> None:
    row = answered(world, Kind.GRIDS)
    signer = world.signer
    also_holds(signer, world.posts[0], until=left)
    assert [each.unit for each in own_scores(signer)] == (
        [world.posts[0].organisation.code] if is_theirs else []
    )
    assert is_scored(row, user_id=signer.user_id) is is_theirs
    if is_theirs:
        refused(
            "own_score",
            services.evaluation_sign, evaluation_id=row.pk, scope=signer, name="乙", digest=row.digest,
        )  # fmt: skip
