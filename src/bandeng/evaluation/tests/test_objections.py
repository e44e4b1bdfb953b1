"""What an upheld objection takes out of a score, and for how long; objections that are taken back."""

from datetime import timedelta

import pytest

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.tests.officers import signed_in
from bandeng.evaluation.models import Evaluation, Objection, Score
from bandeng.evaluation.rules import Kind, ObjectionState
from bandeng.evaluation.selectors.counting import rule_of
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services.objections import objection_answer, objection_raise, objection_withdraw
from bandeng.evaluation.tests.district import MONTH, NOW, District
from bandeng.evaluation.tests.test_flow import point, published, refused, score_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DUTY = "serving_residents"


def opened(world: District) -> Evaluation:
    row = services.evaluation_draft(kind=Kind.POSTS, month=MONTH, actor="user:1")
    return services.evaluation_open(evaluation_id=row.pk, actor="user:1")


def raised(world: District, row: Evaluation, place: int = 0) -> Objection:
    score = score_of(row, world, place)
    return objection_raise(score_id=score.pk, point=point(score, DUTY), scope=world.scope(place), own=True)


def answered(world: District, objection: Objection, *, upheld: bool = True, everywhere: bool = False) -> None:
    objection_answer(
        objection_id=objection.pk, upheld=upheld, answer="查明属实", scope=world.manager,
        from_all_duties=everywhere,
    )  # fmt: skip


def closed(row: Evaluation, *, after: int = 8) -> None:
    with clock.fixed(NOW + timedelta(days=after)):
        services.evaluation_close(evaluation_id=row.pk, actor="user:1")


def duties_that_moved(before: Score) -> set[str]:
    """The duties in which the unit has fewer cases than before."""
    after, codes = Score.objects.get(pk=before.pk), rule_of(before.evaluation.rule).declaration.codes
    pairs = zip(codes, before.working["cases"], after.working["cases"], strict=True)
    assert all(then - now in {0, 1} for _, then, now in pairs)
    pairs = zip(codes, before.working["cases"], after.working["cases"], strict=True)
    return {code for code, then, now in pairs if now < then}


@pytest.mark.parametrize("everywhere", [False, True])
def test_the_record_leaves_the_duty_in_question_or_all_if_it_is_no_work_of_theirs(
    world: District, everywhere: bool
) -> None:
    row = opened(world)
    score = score_of(row, world)
    answered(world, raised(world, row), everywhere=everywhere)
    closed(row)
    moved = duties_that_moved(score)
    assert (moved == {DUTY}) is not everywhere
    assert DUTY in moved
    assert services.evaluation_check(evaluation_id=row.pk)


def test_the_same_record_still_counts_for_everybody_else(world: District) -> None:
    row = opened(world)
    objection = raised(world, row)
    others = {
        each.unit: each.working for each in Score.objects.filter(evaluation=row).exclude(post=world.posts[0])
    }
    Evaluation.objects.filter(pk=row.pk).update(
        excluded=[[objection.source, objection.subject, str(world.posts[5].pk), ""]]
    )
    closed_before = score_of(row, world).working
    Objection.objects.update(state=ObjectionState.WITHDRAWN.value, answered_at=NOW)
    closed(row)
    assert score_of(row, world).working == closed_before
    assert {
        each.unit: each.working for each in Score.objects.filter(evaluation=row).exclude(post=world.posts[0])
    } == others


def test_what_was_upheld_need_not_be_said_again_next_month(world: District) -> None:
    row = published(world)
    objection = raised(world, row)
    answered(world, objection)
    with clock.fixed(NOW + timedelta(days=30)):
        following = services.evaluation_draft(kind=Kind.POSTS, month=MONTH + 1, actor="user:1")
        assert following.excluded == [[objection.source, objection.subject, str(world.posts[0].pk), DUTY]]
        assert services.evaluation_check(evaluation_id=following.pk)
    with clock.fixed(NOW + timedelta(days=150)):
        later = services.evaluation_draft(kind=Kind.POSTS, month=202702, actor="user:1")
        assert later.excluded == []


def test_what_is_upheld_after_the_next_draft_is_taken_in_when_that_one_closes(world: District) -> None:
    row = published(world)
    objection = raised(world, row)
    with clock.fixed(NOW + timedelta(days=30)):
        following = services.evaluation_draft(kind=Kind.POSTS, month=MONTH + 1, actor="user:1")
        services.evaluation_open(evaluation_id=following.pk, actor="user:1")
        answered(world, objection, everywhere=True)
        score = score_of(following, world)
    closed(following, after=45)
    assert DUTY in duties_that_moved(score)


def test_an_objection_is_taken_back_by_whoever_raised_it_and_can_be_raised_again(world: District) -> None:
    row = opened(world)
    objection = raised(world, row)
    refused("not_own", objection_withdraw, objection_id=objection.pk, scope=world.manager)
    address = f"/evaluation/objections/{objection.pk}/withdraw"
    assert signed_in(world.scope(1)).post(address).status_code == 404
    mine = signed_in(world.scope(0))
    assert mine.get(address).status_code == 405
    page = f"/evaluation/scores/{objection.score_id}/"
    assert address in mine.get(page).content.decode()
    assert address not in signed_in(world.manager).get(page).content.decode()
    assert mine.post(address).status_code == 302
    assert Objection.objects.get().state == "withdrawn"
    assert AuditEntry.objects.filter(action="evaluation.objection_withdrawn").count() == 1
    refused("state", objection_withdraw, objection_id=objection.pk, scope=world.scope(0))
    again = raised(world, row)
    answered(world, again, upheld=False)
    assert mine.post(f"/evaluation/objections/{again.pk}/withdraw").status_code == 302
    assert Objection.objects.get(pk=again.pk).state == "refused"
    closed(row)


def test_what_was_left_out_is_neither_objected_to_again_nor_offered(world: District) -> None:
    row = opened(world)
    score, objection = score_of(row, world), raised(world, row)
    link = f"?record={objection.source}:{objection.subject}"
    page = f"/evaluation/scores/{score.pk}/{DUTY}/"
    answered(world, objection)
    found = signed_in(world.scope(0)).get(page)
    assert found.status_code == 200
    assert link not in found.content.decode()
    said = point(score, DUTY)
    assert (said.source, said.subject) == (objection.source, objection.subject)
    refused("unknown_record", objection_raise, score_id=score.pk, point=said, scope=world.scope(0), own=True)
