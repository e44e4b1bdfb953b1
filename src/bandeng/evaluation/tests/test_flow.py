"""From draft to publication, objections, appeals, and the rules that never change backwards."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.evaluation import expressions
from bandeng.evaluation.expressions import Asked
from bandeng.evaluation.models import Evaluation, Objection, RuleVersion, Score
from bandeng.evaluation.rules import EvaluationState, Kind, ObjectionState, Refused
from bandeng.evaluation.rules.settings import shipped_content
from bandeng.evaluation.selectors.counting import figures_of, files_through, mix_from, rule_of, window_of
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services.objections import Point, objection_answer, objection_raise
from bandeng.evaluation.services.versions import rules_change
from bandeng.evaluation.tests.district import MONTH, NOW, District, pair_of
from bandeng.ledger import files
from bandeng.ledger.rules import row_of, table_of
from bandeng.ledger.services import table_write
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Scope
from reckon.index import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def draft(world: District, kind: Kind = Kind.POSTS) -> Evaluation:
    return services.evaluation_draft(kind=kind, month=MONTH, actor=world.manager.actor)


def answered(world: District, kind: Kind = Kind.POSTS) -> Evaluation:
    row = services.evaluation_open(evaluation_id=draft(world, kind).pk, actor=world.manager.actor)
    with clock.fixed(NOW + timedelta(days=8)):
        return services.evaluation_close(evaluation_id=row.pk, actor=world.manager.actor)


def published(world: District, kind: Kind = Kind.POSTS) -> Evaluation:
    row = answered(world, kind)
    signer = world.signer
    services.evaluation_sign(evaluation_id=row.pk, scope=signer, name="签字人", digest=row.digest)
    return services.evaluation_publish(evaluation_id=row.pk, actor=world.manager.actor)


def refused(code: str, act: Any, **given: Any) -> None:
    with pytest.raises(Refused) as caught:
        act(**given)
    assert caught.value.code == code


def score_of(row: Evaluation, world: District, place: int = 0) -> Score:
    return Score.objects.get(evaluation=row, post=world.posts[place])


def also_holds(scope: Scope, post: Post, *, until: date | None = None) -> None:
    """The post is the same person's, who left it on a day."""
    Post.objects.filter(pk=post.pk).update(user_id=scope.user_id, until=until)


def point(score: Score, duty: str = "serving_residents") -> Point:
    """A record that counts against the post."""
    rule = rule_of(score.evaluation.rule)
    declared = next(each for each in rule.declaration.duties if each.code == duty)
    asked = Asked(kind=Kind(score.evaluation.kind), months=window_of(MONTH, rule.settings.window_months))
    with files.opened(files_through(score.evaluation.through)) as engine:
        found = files.fetch(
            engine, expressions.records(declared, declared.numerator, asked=asked, unit=score.unit)
        )
    row = found.to_pylist()[0]
    return Point(duty=duty, text="当时系统故障", source=row["source"], subject=row["subject"])


def test_the_late_post_stands_below_and_the_others_do_not(world: District) -> None:
    row = draft(world)
    late, other = score_of(row, world), score_of(row, world, 3)
    assert late.standing == Standing.FAR_BELOW
    assert other.standing in {Standing.AS_EXPECTED, Standing.ABOVE, Standing.BELOW}
    assert late.score is not None and late.low is not None and late.high is not None
    assert late.low <= late.score <= late.high < (other.score or 0)
    assert sum(late.working["points"]) == pytest.approx(late.working["earned"])


def test_a_grid_is_scored_by_what_happened_in_it(world: District) -> None:
    row = draft(world, Kind.GRIDS)
    assert set(Score.objects.filter(evaluation=row).values_list("unit", flat=True)) == {
        each.organisation.code for each in world.posts
    }


def test_engine_counts_what_a_plain_reading_counts(world: District) -> None:
    """Cases, observed and expected of a post, added up record by record."""
    row = draft(world)
    rule, frozen = rule_of(row.rule), mix_from(row.reference.content)
    months = window_of(MONTH, rule.settings.window_months)
    figures = figures_of(
        names=files_through(row.through), declaration=rule.declaration, frozen=frozen,
        asked=Asked(kind=Kind.POSTS, months=months),
    )  # fmt: skip
    rows = pq.read_table(files.folder() / files_through(row.through)[0]).to_pylist()
    place = rule.declaration.codes.index("finished_tasks")
    unit = figures.units.index(str(world.posts[0].pk))
    own = [
        each
        for each in rows
        if each["post"] == world.posts[0].pk and each["records"] == "tasks" and each["due_month"] in months
    ]
    words = frozen.words
    expected = 0.0
    for each in own:
        category, band = each["category"][:5], each["opened_hour"] // 6
        expected += frozen.mix.shares[
            words.categories.index(category), words.severities.index(each["severity"]), band, place
        ]
    assert figures.expected.cases[unit, place] == len(own)
    assert figures.observed[unit, place] == sum(each["overdue"] for each in own)
    assert figures.expected.expected[unit, place] == pytest.approx(expected, abs=1e-6)


def test_what_is_reckoned_again_is_the_same_to_the_digit(world: District) -> None:
    row = draft(world)
    assert services.evaluation_check(evaluation_id=row.pk)
    unit = str(world.posts[0].pk)
    Evaluation.objects.filter(pk=row.pk).update(
        excluded=[["history", subject, unit, ""] for subject in range(1_000, 1_300)]
    )
    assert not services.evaluation_check(evaluation_id=row.pk)


def test_draft_refused_while_another_is_unsigned(world: District) -> None:
    draft(world)
    refused("open_one", draft, world=world)


def test_draft_refused_without_history_or_rules(world: District) -> None:
    RuleVersion.objects.update(first_month=202501)
    refused("reference_missing", services.evaluation_draft, kind=Kind.POSTS, month=202508, actor="user:1")
    RuleVersion.objects.update(first_month=202701)
    refused("rules_missing", services.evaluation_draft, kind=Kind.POSTS, month=MONTH, actor="user:1")


def test_close_refused_before_its_time_and_with_open_objections(world: District) -> None:
    row = services.evaluation_open(evaluation_id=draft(world).pk, actor="user:1")
    refused("too_early", services.evaluation_close, evaluation_id=row.pk, actor="user:1")
    score = score_of(row, world)
    objection_raise(score_id=score.pk, point=point(score), scope=world.scope(0), own=True)
    with clock.fixed(NOW + timedelta(days=8)):
        refused("unanswered", services.evaluation_close, evaluation_id=row.pk, actor="user:1")


def test_an_upheld_objection_leaves_the_record_out(world: District) -> None:
    row = services.evaluation_open(evaluation_id=draft(world).pk, actor="user:1")
    score = score_of(row, world)
    raised = objection_raise(score_id=score.pk, point=point(score), scope=world.scope(0), own=True)
    manager = world.manager
    objection_answer(objection_id=raised.pk, upheld=True, answer="属实", scope=manager)
    with clock.fixed(NOW + timedelta(days=8)):
        services.evaluation_close(evaluation_id=row.pk, actor="user:1")
    after = Score.objects.get(pk=score.pk)
    assert sum(after.working["observed"]) < sum(score.working["observed"])
    assert (after.score or 0) > (score.score or 0)
    others = Score.objects.filter(evaluation=row).exclude(pk=score.pk)
    assert all(each.score == score_of(row, world, 3).score for each in others.filter(post=world.posts[3]))
    assert services.evaluation_check(evaluation_id=row.pk)


@pytest.mark.parametrize("code", ["not_own", "no_text", "unknown_record", "duplicate", "too_late", "state"])
def test_objection_refused(world: District, code: str) -> None:
    row = draft(world)
    if code != "state":
        row = services.evaluation_open(evaluation_id=row.pk, actor="user:1")
    score = score_of(row, world)
    given: dict[str, Any] = {
        "score_id": score.pk,
        "point": point(score),
        "scope": world.scope(0),
        "own": True,
    }
    if code == "not_own":
        given["own"] = False
    if code == "no_text":
        given["point"] = Point(duty="serving_residents", text="  ")
    if code == "unknown_record":
        given["point"] = Point(duty="serving_residents", text="不对", source="history", subject=10**9)
    if code == "duplicate":
        objection_raise(**given)
    moment = NOW + timedelta(days=30) if code == "too_late" else NOW
    with clock.fixed(moment):
        refused(code, objection_raise, **given)


@pytest.mark.parametrize("code", ["own_score", "no_text", "state"])
def test_answer_refused(world: District, code: str) -> None:
    row = services.evaluation_open(evaluation_id=draft(world).pk, actor="user:1")
    score = score_of(row, world)
    raised = objection_raise(score_id=score.pk, point=point(score), scope=world.scope(0), own=True)
    given: dict[str, Any] = {
        "objection_id": raised.pk, "upheld": False, "answer": "查明无误", "scope": world.manager,
    }  # fmt: skip
    if code == "own_score":
        given["scope"] = world.scope(1)
    if code == "no_text":
        given["answer"] = " "
    if code == "state":
        objection_answer(**given)
    refused(code, objection_answer, **given)


def test_nobody_signs_what_they_are_scored_in_or_answered_in(world: District) -> None:
    row = services.evaluation_open(evaluation_id=draft(world).pk, actor="user:1")
    score = score_of(row, world)
    raised = objection_raise(score_id=score.pk, point=point(score), scope=world.scope(0), own=True)
    manager = world.manager
    objection_answer(objection_id=raised.pk, upheld=False, answer="查明无误", scope=manager)
    with clock.fixed(NOW + timedelta(days=8)):
        services.evaluation_close(evaluation_id=row.pk, actor="user:1")
    sign = services.evaluation_sign
    seen: dict[str, Any] = {"evaluation_id": row.pk, "digest": Evaluation.objects.get(pk=row.pk).digest}
    refused("same_person", sign, scope=manager, name="甲", **seen)
    also_holds(world.signer, world.posts[2])
    refused("own_score", sign, scope=world.signer, name="乙", **seen)
    assert Evaluation.objects.get(pk=row.pk).signed_by == ""


def test_staff_of_a_grid_do_not_sign_the_grid_index(world: District) -> None:
    row = answered(world, Kind.GRIDS)
    signer = world.signer
    also_holds(signer, world.posts[0])
    given: dict[str, Any] = {"scope": signer, "name": "乙", "digest": row.digest}
    refused("own_score", services.evaluation_sign, evaluation_id=row.pk, **given)


@pytest.mark.parametrize("state", [EvaluationState.DRAFT, EvaluationState.OBJECTING])
def test_nothing_is_published_unsigned(world: District, state: EvaluationState) -> None:
    row = draft(world)
    if state is EvaluationState.OBJECTING:
        services.evaluation_open(evaluation_id=row.pk, actor="user:1")
    refused("state", services.evaluation_publish, evaluation_id=row.pk, actor="user:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=row.pk).update(state=EvaluationState.PUBLISHED.value)


def test_publication_names_the_signer_and_stands_in_the_audit_log(world: District) -> None:
    row = published(world)
    assert (row.state, row.signed_name) == (EvaluationState.PUBLISHED.value, "签字人")
    actions = AuditEntry.objects.filter(subject_type="evaluation.evaluation", subject_id=str(row.pk))
    assert set(actions.values_list("action", flat=True)) == {
        "evaluation.drafted", "evaluation.objecting", "evaluation.answered", "evaluation.signed",
        "evaluation.published",
    }  # fmt: skip


def test_an_upheld_appeal_makes_a_new_version_and_keeps_the_old(world: District) -> None:
    first = published(world)
    score = score_of(first, world)
    raised = objection_raise(score_id=score.pk, point=point(score), scope=world.scope(0), own=True)
    assert raised.kind == "appeal"
    manager, signer = world.manager, world.signer
    objection_answer(objection_id=raised.pk, upheld=True, answer="记录有误", scope=manager)
    second = Evaluation.objects.get(kind=first.kind, month=MONTH, version=2)
    assert (second.state, second.reason) == (EvaluationState.ANSWERED.value, "记录有误")
    assert second.rule_id == first.rule_id and second.through == first.through
    assert Evaluation.objects.get(pk=first.pk).state == EvaluationState.PUBLISHED.value
    services.evaluation_sign(evaluation_id=second.pk, scope=signer, name="签字人", digest=second.digest)
    services.evaluation_publish(evaluation_id=second.pk, actor=manager.actor)
    old = Evaluation.objects.get(pk=first.pk)
    assert old.state == EvaluationState.SUPERSEDED.value
    assert score_of(old, world).score == score.score
    assert (score_of(second, world).score or 0) > (score.score or 0)


def test_appeal_refused_after_its_deadline(world: District) -> None:
    row = published(world)
    score = score_of(row, world)
    found = point(score)
    with clock.fixed(NOW + timedelta(days=60)):
        refused("too_late", objection_raise, score_id=score.pk, point=found, scope=world.scope(0), own=True)
    assert not Objection.objects.filter(state=ObjectionState.RAISED.value).exists()


def test_drop_keeps_the_draft_with_its_reason(world: District) -> None:
    row = draft(world)
    refused("no_text", services.evaluation_drop, evaluation_id=row.pk, reason="", actor="user:1")
    services.evaluation_drop(evaluation_id=row.pk, reason="数据未齐", actor="user:1")
    assert draft(world).version == 2
    refused("state", services.evaluation_open, evaluation_id=row.pk, actor="user:1")


@pytest.mark.parametrize("month", [202611, 202610, 202601])
def test_rules_never_change_backwards(world: District, month: int) -> None:
    refused(
        "retroactive", rules_change, content=shipped_content(), first_month=month, reason="改", actor="user:1"
    )


def test_a_change_of_rules_leaves_what_was_scored_alone(world: District) -> None:
    before = published(world)
    digest = before.digest
    content = shipped_content()
    content["duties"]["duty"][0]["weight"] = 50
    new = rules_change(content=content, first_month=202612, reason="加重采集", actor="user:1")
    assert new.version == 2
    assert services.evaluation_check(evaluation_id=before.pk)
    assert Evaluation.objects.get(pk=before.pk).digest == digest
    with clock.fixed(NOW + timedelta(days=50)):
        refused(
            "retroactive", rules_change, content=content, first_month=202612, reason="再改", actor="user:1"
        )


def test_a_task_given_back_stays_with_whoever_gave_it_back(world: District) -> None:
    """It counts as a case that went wrong in the duties of its matter."""

    before = draft(world)
    services.evaluation_drop(evaluation_id=before.pk, reason="重算", actor="user:1")
    given_back = pair_of(999_999, MONTH, world.posts[4], np.random.default_rng(1), 0.0)[1]
    row = row_of(replace(given_back, category="01.02.01", flags=frozenset({"returned"})))
    table_write(table_of([row | {"sign": 1, "recorded": 1}]))
    after = draft(world)
    place = rule_of(after.rule).declaration.codes.index("serving_residents")
    one, other = (score_of(each, world, 4).working for each in (before, after))
    assert other["cases"][place] == one["cases"][place] + 1
    assert other["observed"][place] == one["observed"][place] + 1


def test_only_posts_of_grids_and_seconded_officers_are_scored(world: District) -> None:
    Post.objects.filter(pk=world.posts[5].pk).update(
        organisation=world.stage.house.organisations["police"], area=None
    )
    units = set(Score.objects.filter(evaluation=draft(world)).values_list("post_id", flat=True))
    assert world.posts[5].pk not in units
    assert world.posts[4].pk in units
