"""Versions of a month: none comes out after a newer one, none is signed unseen, none without a way to appeal."""

from datetime import timedelta
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.tests.officers import signed_in
from bandeng.dispatch.models import CalendarYear
from bandeng.evaluation.models import Evaluation, Objection, Score
from bandeng.evaluation.rules import EvaluationState, Kind
from bandeng.evaluation.selectors.counting import rule_of
from bandeng.evaluation.selectors.drilling import PAGE
from bandeng.evaluation.selectors.grids import scores_before
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services.inviting import forms_send
from bandeng.evaluation.services.objections import Point, objection_answer, objection_raise
from bandeng.evaluation.tests.district import MONTH, NOW, District
from bandeng.evaluation.tests.test_flow import answered, point, published, refused, score_of
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def upheld(world: District, row: Evaluation, place: int) -> Evaluation:
    """An appeal of a post is upheld; the version that came of it."""
    score, manager = score_of(row, world, place), world.manager
    raised = objection_raise(score_id=score.pk, point=point(score), scope=world.scope(place), own=True)
    objection_answer(objection_id=raised.pk, upheld=True, answer="属实", scope=manager)
    return Evaluation.objects.filter(kind=row.kind, month=row.month).order_by("-version")[0]


def signed(world: District, row: Evaluation) -> Evaluation:
    signer = world.signer
    return services.evaluation_sign(evaluation_id=row.pk, scope=signer, name="签字人", digest=row.digest)


def test_an_older_version_never_comes_out_after_a_newer_one(world: District) -> None:
    first = published(world)
    second = signed(world, upheld(world, first, 0))
    third = upheld(world, first, 3)
    assert (second.version, third.version) == (2, 3)
    assert Evaluation.objects.get(pk=second.pk).state == EvaluationState.SUPERSEDED
    services.evaluation_publish(evaluation_id=signed(world, third).pk, actor="user:1")
    refused("state", services.evaluation_publish, evaluation_id=second.pk, actor="user:1")
    states = dict(Evaluation.objects.values_list("version", "state"))
    assert states == {1: "superseded", 2: "superseded", 3: "published"}


def test_whoever_upheld_an_appeal_does_not_sign_what_came_of_it(world: District) -> None:
    second, manager = upheld(world, published(world), 0), world.manager
    given: dict[str, Any] = {"evaluation_id": second.pk, "name": "甲", "digest": second.digest}
    refused("same_person", services.evaluation_sign, scope=manager, **given)
    assert signed(world, second).state == EvaluationState.SIGNED


def test_what_moved_since_the_page_was_opened_is_not_signed(world: District) -> None:
    first = published(world)
    second = upheld(world, first, 0)
    page = signed_in(world.signer).get(f"/evaluation/{second.pk}/sign").content.decode()
    assert f'value="{second.digest}"' in page
    upheld(world, first, 3)
    signed_in(world.signer).post(f"/evaluation/{second.pk}/sign", {"digest": second.digest})
    assert Evaluation.objects.get(pk=second.pk).state == EvaluationState.ANSWERED
    entry = AuditEntry.objects.get(action="evaluation.reckoned_again")
    now = Evaluation.objects.get(pk=second.pk).digest
    assert (entry.subject_id, now == second.digest) == (str(second.pk), False)
    assert now in entry.content and second.digest in entry.content
    signed_in(world.signer).post(f"/evaluation/{second.pk}/sign", {"digest": now})
    assert Evaluation.objects.get(pk=second.pk).state == EvaluationState.SIGNED


def test_a_published_month_is_not_drafted_again(world: District) -> None:
    published(world)
    refused("published", services.evaluation_draft, kind=Kind.POSTS, month=MONTH, actor="user:1")
    answer = signed_in(world.manager).post("/evaluation/draft", {"kind": "posts", "month": "2026-10"})
    assert answer.status_code == 422
    assert Evaluation.objects.count() == 1


def test_nothing_is_opened_or_published_without_a_deadline_that_can_be_told(world: District) -> None:
    row = signed(world, answered(world))
    draft = services.evaluation_draft(kind=Kind.GRIDS, month=MONTH, actor="user:1")
    assert not CalendarYear.objects.filter(year=2031).exists()
    with clock.fixed(NOW.replace(year=2031)):
        refused("calendar_missing", services.evaluation_publish, evaluation_id=row.pk, actor="user:1")
        refused("calendar_missing", services.evaluation_open, evaluation_id=draft.pk, actor="user:1")


def test_a_draft_set_aside_is_called_so(world: District) -> None:
    row = services.evaluation_draft(kind=Kind.POSTS, month=MONTH, actor="user:1")
    manager = signed_in(world.manager)
    long = "数" * 2_001
    again = manager.post(f"/evaluation/{row.pk}/do/drop", {"reason": long})
    assert again.status_code == 422 and long in again.content.decode()
    manager.post(f"/evaluation/{row.pk}/do/drop", {"reason": "数据未齐"})
    assert Evaluation.objects.get().state == "dropped"
    assert "Set aside" in manager.get(f"/evaluation/{row.pk}/").content.decode()


def test_every_record_that_counts_against_a_score_can_be_named(world: District) -> None:
    """Also those beyond the first page of the records."""
    row = answered(world)
    score = score_of(row, world)
    Evaluation.objects.filter(pk=row.pk).update(
        state=EvaluationState.OBJECTING.value, objections_until=NOW + timedelta(days=1)
    )
    plain = Point(duty="finished_tasks", text="都不对")
    raised = objection_raise(score_id=score.pk, point=plain, scope=world.scope(0), own=True)
    page = signed_in(world.manager).get(f"/evaluation/objections/{raised.pk}/")
    choices = [value for value, _ in page.context["form"].fields["record"].choices if value]
    place = rule_of(row.rule).declaration.codes.index("finished_tasks")
    assert score.working["cases"][place] > PAGE
    assert len(choices) == score.working["observed"][place] > 0


def test_what_cannot_be_upheld_keeps_the_answer_on_the_page(world: District) -> None:
    row = services.evaluation_open(
        evaluation_id=services.evaluation_draft(kind=Kind.POSTS, month=MONTH, actor="user:1").pk,
        actor="user:1",
    )
    score = score_of(row, world)
    raised = objection_raise(
        score_id=score.pk, point=Point(duty="serving_residents", text="不对"), scope=world.scope(0), own=True
    )
    said = {"upheld": "duty", "answer": "写了很久的理由", "record": ""}
    answer = signed_in(world.manager).post(f"/evaluation/objections/{raised.pk}/", said)
    assert answer.status_code == 422 and "写了很久的理由" in answer.content.decode()
    assert Objection.objects.get().state == "raised"


@pytest.mark.parametrize(("month", "code"), [(202609, "forms_late"), (200001, "forms_late")])
def test_forms_are_about_this_month_or_the_last(month: int, code: str) -> None:
    refused(code, forms_send, month=month, actor="user:1")


def test_a_month_is_compared_with_the_month_before_alone(world: District) -> None:
    row = published(world, Kind.GRIDS)
    units = list(Score.objects.filter(evaluation=row).values_list("unit", flat=True))
    later = Evaluation(kind=row.kind, month=202611)
    assert set(scores_before([row], later, units)) == set(units)
    assert scores_before([row], Evaluation(kind=row.kind, month=202612), units) == {}


def test_the_board_says_so_to_whoever_supervises_nobody_scored(world: District) -> None:
    row = published(world)
    other = world.stage.scope("police", Duty.SUPERVISE)
    page = signed_in(other).get(f"/evaluation/{row.pk}/").content.decode()
    assert "Nobody whose work you supervise is scored" in page
    centre = world.stage.scope(CENTRE, Duty.SUPERVISE)
    page = signed_in(centre).get(f"/evaluation/{row.pk}/").content.decode()
    assert "Nobody whose work you supervise" not in page


def test_months_of_a_post_that_stood_elsewhere_are_told_without_a_link(world: District) -> None:
    row = published(world)
    score = score_of(row, world)
    before = Evaluation.objects.create(
        kind=row.kind, month=202609, version=1, state="published", rule=row.rule, reference=row.reference,
        through=row.through, digest="0" * 64, drafted_by="user:1", drafted_at=NOW, signed_at=NOW,
    )  # fmt: skip
    old = Score.objects.create(
        evaluation=before, unit=score.unit, post=score.post, area_code="330199099001001", score=score.score,
        low=score.low, high=score.high, standing=score.standing, working=score.working,
    )  # fmt: skip
    street = signed_in(world.stage.scope(score.area_code[:9], Duty.SUPERVISE))
    page = street.get(f"/evaluation/scores/{score.pk}/").content.decode()
    assert "2026-09" in page and f"/evaluation/scores/{old.pk}/" not in page
    own = signed_in(world.scope(0)).get(f"/evaluation/scores/{score.pk}/").content.decode()
    assert f"/evaluation/scores/{old.pk}/" in own
