"""Acts that two people do at once or out of turn, and promises to whoever is scored."""

from datetime import timedelta
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.desk.tests.officers import signed_in
from bandeng.evaluation.models import Evaluation, Rating, Score
from bandeng.evaluation.rules import EvaluationState, Kind, Refused, Relation
from bandeng.evaluation.selectors.access import own_scores
from bandeng.evaluation.selectors.counting import rule_of
from bandeng.evaluation.selectors.forms import ratings_of
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services.audits import audit_draw
from bandeng.evaluation.services.inviting import forms_send
from bandeng.evaluation.services.objections import Point, objection_answer, objection_raise
from bandeng.evaluation.services.ratings import comment_judge, rating_give, ratings_invite
from bandeng.evaluation.tests.district import MONTH, NOW, District, offices
from bandeng.evaluation.tests.test_flow import point, published, refused, score_of
from bandeng.organisations.rules import Duty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def opened(world: District) -> Evaluation:
    row = services.evaluation_draft(kind=Kind.POSTS, month=MONTH, actor="user:1")
    return services.evaluation_open(evaluation_id=row.pk, actor="user:1")


def appealed(world: District, row: Evaluation, place: int) -> int:
    score = score_of(row, world, place)
    given: dict[str, Any] = {"point": point(score), "scope": world.scope(place), "own": True}
    return objection_raise(score_id=score.pk, **given).pk


def upheld(world: District, objection: int, **given: Any) -> None:
    objection_answer(objection_id=objection, upheld=True, answer="属实", scope=world.manager, **given)


@pytest.mark.parametrize("month", [MONTH + 1, 203001])
def test_a_month_is_drafted_and_audited_when_it_has_ended(month: int) -> None:
    refused("not_ended", services.evaluation_draft, kind=Kind.GRIDS, month=month, actor="user:1")
    refused("not_ended", audit_draw, kind=Kind.GRIDS, month=month, actor="user:1")


def test_an_appeal_against_a_replaced_version_keeps_what_later_ones_left_out(world: District) -> None:
    row = published(world)
    first, second = appealed(world, row, 0), appealed(world, row, 3)
    upheld(world, first)
    again = Evaluation.objects.get(version=2)
    signer = world.signer
    services.evaluation_sign(evaluation_id=again.pk, scope=signer, name="签字人", digest=again.digest)
    services.evaluation_publish(evaluation_id=again.pk, actor="user:1")
    upheld(world, second)
    assert len(Evaluation.objects.get(version=3).excluded) == 2


def test_an_appeal_upheld_while_the_revision_waits_for_publication_keeps_both(world: District) -> None:
    row = published(world)
    first, second = appealed(world, row, 0), appealed(world, row, 3)
    upheld(world, first)
    signer, again = world.signer, Evaluation.objects.get(version=2)
    services.evaluation_sign(evaluation_id=again.pk, scope=signer, name="签字人", digest=again.digest)
    upheld(world, second)
    assert len(Evaluation.objects.get(version=3).excluded) == 2


def test_what_is_upheld_names_a_record_and_is_reckoned_in(world: District) -> None:
    row = opened(world)
    score = score_of(row, world)
    named = point(score)
    plain = Point(duty=named.duty, text="这一分不对")
    raised = objection_raise(score_id=score.pk, point=plain, scope=world.scope(0), own=True)
    with pytest.raises(Refused) as caught:
        upheld(world, raised.pk)
    assert caught.value.code == "record_missing"
    with pytest.raises(Refused) as caught:
        upheld(world, raised.pk, record=("history", 10**9))
    assert caught.value.code == "unknown_record"
    client = signed_in(world.manager)
    address = f"/evaluation/objections/{raised.pk}/"
    assert f"{named.source}:{named.subject}" in client.get(address).content.decode()
    given = {"upheld": "all", "answer": "属实", "record": f"{named.source}:{named.subject}"}
    assert client.post(address, given).status_code == 302
    assert Evaluation.objects.get().excluded == [[named.source, named.subject, score.unit, ""]]


def test_a_point_is_decided_once_in_each_stage(world: District) -> None:
    row = published(world)
    raised = appealed(world, row, 0)
    objection_answer(objection_id=raised, upheld=False, answer="无误", scope=world.manager)
    with pytest.raises(Refused) as caught:
        appealed(world, row, 0)
    assert caught.value.code == "answered"


def test_a_unit_without_any_record_left_has_no_score(world: District) -> None:
    row = opened(world)
    unit = str(world.posts[2].pk)
    taken = [["history", subject, unit, ""] for subject in range(1, 2_000)]
    taken += [["historic_tasks", subject, unit, ""] for subject in range(1, 2_000)]
    Evaluation.objects.filter(pk=row.pk).update(excluded=taken)
    with clock.fixed(NOW + timedelta(days=8)):
        services.evaluation_close(evaluation_id=row.pk, actor="user:1")
    after = Score.objects.get(evaluation=row, unit=unit)
    assert (after.score, after.low, after.high, after.standing) == (None, None, None, 9)
    assert sum(after.working["cases"]) == 0.0
    assert not any(after.working["counted"])
    assert signed_in(world.scope(2)).get(f"/evaluation/scores/{after.pk}/").status_code == 200


def test_a_draft_set_aside_before_it_was_opened_stays_with_those_who_prepare(world: District) -> None:
    row = services.evaluation_draft(kind=Kind.POSTS, month=MONTH, actor="user:1")
    services.evaluation_drop(evaluation_id=row.pk, reason="数据未齐", actor="user:1")
    score = score_of(row, world)
    assert own_scores(world.scope(0)) == []
    assert signed_in(world.scope(0)).get(f"/evaluation/scores/{score.pk}/").status_code == 404
    street = world.stage.scope(score.area_code[:9], Duty.SUPERVISE)
    assert signed_in(street).get(f"/evaluation/{row.pk}/").status_code == 404
    assert signed_in(world.manager).get(f"/evaluation/{row.pk}/").status_code == 200


def test_a_supervisor_of_a_street_reads_an_objection_and_does_not_answer(world: District) -> None:
    row = opened(world)
    raised = appealed(world, row, 0)
    street = signed_in(world.stage.scope(score_of(row, world).area_code[:9], Duty.SUPERVISE))
    address = f"/evaluation/objections/{raised}/"
    page = street.get(address)
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert street.post(address, {"upheld": "all", "answer": "属实"}).status_code == 403


ANSWERS = dict.fromkeys(
    ("fairness", "honesty", "responsibility", "judgement", "cooperation", "explaining"), 4
)


def given_form(world: District, *, rater: int) -> Rating:
    rows = [(world.posts[0].pk, world.posts[rater].pk, Relation.PEER)]
    ratings_invite(month=MONTH, invitations=rows, actor="user:1")
    row = Rating.objects.get(rater=world.posts[rater])
    posts = [row.rater_id]
    return rating_give(rating_id=row.pk, answers=ANSWERS, comment="踏实", posts=posts, actor="user:1")


def test_no_figure_moves_while_forms_come_in_and_none_comes_in_after_the_signature(world: District) -> None:
    for rater in (1, 2, 3):
        given_form(world, rater=rater)
    row = opened(world)
    from_rules = rule_of(row.rule).settings
    assert ratings_of(month=MONTH, post_id=world.posts[0].pk, settings=from_rules).sides == []
    Evaluation.objects.filter(pk=row.pk).update(state=EvaluationState.SIGNED.value, signed_at=NOW)
    assert ratings_of(month=MONTH, post_id=world.posts[0].pk, settings=from_rules).sides
    with pytest.raises(Refused) as caught:
        given_form(world, rater=4)
    assert caught.value.code == "forms_closed"


@pytest.mark.parametrize("place", [0, 1])
def test_nobody_lets_their_own_text_through_or_one_about_them(world: District, place: int) -> None:
    row = given_form(world, rater=1)
    refused("own_text", comment_judge, rating_id=row.pk, shown=True, scope=world.scope(place))


def test_forms_are_drawn_within_the_office_and_sent_once(world: District) -> None:
    held = {each.pk: each.organisation_id for each in offices(world)}
    sent = forms_send(month=MONTH, actor="user:1", seed="a")
    pairs = set(Rating.objects.values_list("post_id", "rater_id"))
    assert sent == len(pairs) > 0
    assert all(held[rated] == held[rater] and rated != rater for rated, rater in pairs)
    assert forms_send(month=MONTH, actor="user:1", seed="a") == 0
    refused("not_begun", forms_send, month=203001, actor="user:1")
