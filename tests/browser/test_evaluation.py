"""The pages of evaluations, by day and night, in both languages, narrow and wide, judged by axe."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page

from bandeng.core import clock
from bandeng.evaluation.models import AuditSample, Objection, PostSkill, Rating, Score, StaffingPlan
from bandeng.evaluation.rules import Kind, Relation
from bandeng.evaluation.services import evaluations
from bandeng.evaluation.services.audits import audit_draw
from bandeng.evaluation.services.objections import Point, objection_raise
from bandeng.evaluation.services.ratings import ratings_invite
from bandeng.evaluation.services.rule_drafts import rule_draft_begin
from bandeng.evaluation.services.staffing import plan_propose
from bandeng.evaluation.services.versions import rules_load
from bandeng.evaluation.tests.changes import heavier
from bandeng.evaluation.tests.district import MONTH, NOW, District, district, offices
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE
from tests.browser.conftest import Judge, PageAt, SignIn, judged

LOOKS = [("zh", "paper"), ("en", "ink")]


@pytest.fixture(autouse=True)
def world(settings: Any, tmp_path: Path) -> District:
    settings.DATA = tmp_path
    settings.DEMO = True
    with clock.fixed(NOW):
        rules_load()
        made = district()
        row = evaluations.evaluation_draft(kind=Kind.POSTS, month=MONTH, actor="user:1")
        evaluations.evaluation_open(evaluation_id=row.pk, actor="user:1")
        evaluations.evaluation_draft(kind=Kind.GRIDS, month=MONTH, actor="user:1")
        score = Score.objects.get(evaluation=row, post=made.posts[0])
        point = Point(duty="serving_residents", text="当时停电，请核对")
        objection_raise(score_id=score.pk, point=point, scope=made.scope(0), own=True)
        audit_draw(kind=Kind.POSTS, month=MONTH, actor="user:1")
        asked = [(made.posts[1].pk, made.posts[0].pk, Relation.PEER)]
        ratings_invite(month=MONTH, invitations=asked, actor="user:1")
        offices(made)
        plan_propose(month=MONTH + 1, actor="user:1")
    return made


def signed(page: Page, sign_in: SignIn, scope: Scope) -> Page:
    sign_in(page.context, get_user_model().objects.get(pk=scope.user_id))
    return page


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_pages_of_those_who_manage(
    page_at: PageAt, sign_in: SignIn, violations: Judge, world: District, language: str, theme: str
) -> None:
    keeper = world.stage.scope(
        CENTRE, Duty.SUPERVISE, Duty.RULES, Duty.AUDIT, Duty.UNSEAL, Duty.INTAKE, Duty.HANDLE
    )
    page = signed(page_at(1280, language=language), sign_in, keeper)
    posts, grids = (Score.objects.filter(evaluation__kind=kind).first() for kind in ("posts", "grids"))
    assert posts is not None and grids is not None
    first = f"/evaluation/{posts.evaluation_id}/"
    one, sample, plan = (row.objects.get().pk for row in (Objection, AuditSample, StaffingPlan))
    officer = PostSkill.objects.first().post_id  # type: ignore[union-attr]
    change = rule_draft_begin(first_month=202712, changes=heavier(), reason="试算", actor="user:1")
    tails = (
        "", "objections/", f"objections/{one}/", "comments/", "audits/", f"audits/{sample}/", "rules/", "rules/1/",
        "staffing/", f"staffing/{plan}/", f"scores/{grids.pk}/", f"{grids.evaluation_id}/", "grids/",
        f"grids/{grids.area_code[:9]}/", "staffing/skills/", f"staffing/skills/{officer}/", "rules/drafts/",
        f"rules/drafts/{change.pk}/", "rules/gaming/", "forms/",
    )  # fmt: skip
    addresses = [first, f"{first}sign", *[f"/evaluation/{tail}" for tail in tails]]
    assert judged(page, addresses, violations, theme) == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_pages_of_whoever_is_scored(
    page_at: PageAt, sign_in: SignIn, violations: Judge, world: District, language: str, theme: str
) -> None:
    page = signed(page_at(390, language=language), sign_in, world.scope(0))
    score = Score.objects.get(post=world.posts[0])
    own = f"/evaluation/scores/{score.pk}/"
    addresses = [
        "/evaluation/mine/", own, f"{own}serving_residents/", f"{own}serving_residents/object",
        f"/evaluation/forms/{Rating.objects.get().pk}/", "/evaluation/rules/1/",
    ]  # fmt: skip
    assert judged(page, addresses, violations, theme) == []
