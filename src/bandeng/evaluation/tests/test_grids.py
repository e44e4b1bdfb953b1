"""The grid index: its board, its months, its export, and what a change of rules would have done."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.tests.officers import signed_in
from bandeng.evaluation.labels import TRICKS
from bandeng.evaluation.models import Evaluation, RuleDraft, RuleVersion, Score
from bandeng.evaluation.rules import Kind
from bandeng.evaluation.rules.editing import changed, changes_of, differences
from bandeng.evaluation.rules.settings import shipped_content
from bandeng.evaluation.rules.skills import skills_shipped
from bandeng.evaluation.rules.study import study_kept
from bandeng.evaluation.selectors import grids
from bandeng.evaluation.selectors.counting import rule_of
from bandeng.evaluation.selectors.months import changes_of as points_changed
from bandeng.evaluation.selectors.months import history_of
from bandeng.evaluation.selectors.pages import duty_lines
from bandeng.evaluation.selectors.what_if import what_if
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.services.rule_drafts import rule_draft_adopt, rule_draft_begin, rule_draft_drop
from bandeng.evaluation.services.skills import skill_end, skill_record
from bandeng.evaluation.services.versions import rules_change
from bandeng.evaluation.tests.changes import heavier
from bandeng.evaluation.tests.district import MONTH, NOW, District, offices
from bandeng.evaluation.tests.test_flow import refused
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE
from reckon.index import duties_shipped
from reckon.index.gaming import OPEN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture
def months(world: District) -> list[Evaluation]:
    """Two months of the grid index, both open to objections."""
    rows = [
        services.evaluation_draft(kind=Kind.GRIDS, month=month, actor="user:1")
        for month in (MONTH - 1, MONTH)
    ]
    return [services.evaluation_open(evaluation_id=row.pk, actor="user:1") for row in rows]


def test_the_board_shows_a_viewer_their_own_area_and_no_more(
    world: District, months: list[Evaluation]
) -> None:
    page = signed_in(world.manager).get("/evaluation/grids/")
    assert page.context["count"] == 4
    assert sum(each.count for each in page.context["counts"]) == 4
    units = sorted({each.organisation.code for each in world.posts})
    street = signed_in(world.stage.scope(units[0][:9], Duty.SUPERVISE))
    seen = {line.code for line in street.get("/evaluation/grids/").context["lines"]}
    assert seen == {unit for unit in units if unit.startswith(units[0][:9])}
    assert street.get(f"/evaluation/grids/{units[0][:6]}/").status_code == 404
    assert signed_in(world.scope(0)).get("/evaluation/grids/").status_code == 403


def test_a_board_without_any_month_says_so(world: District) -> None:
    page = signed_in(world.manager).get("/evaluation/grids/")
    assert page.status_code == 200
    assert "No month was reckoned yet" in page.content.decode()


def test_a_department_has_no_grids(world: District, months: list[Evaluation]) -> None:
    page = signed_in(world.stage.scope("police", Duty.SUPERVISE)).get("/evaluation/grids/")
    assert page.status_code == 200
    assert page.context["count"] == 0


def test_pooled_grids_are_scored_by_the_sum_of_their_cases(months: list[Evaluation]) -> None:
    """An area of one grid is that grid; of two, no less sure than either."""
    row = months[-1]
    rule = rule_of(row.rule)
    found = Score.objects.filter(evaluation=row).order_by("unit")
    rows: list[Any] = list(found.values("score", "low", "high", "working"))
    alone = grids.pooled({"a": rows[:1]}, row=row, rule=rule)["a"]
    assert alone[0] == pytest.approx(rows[0]["score"])
    score, low, high = grids.pooled({"a": rows[:2]}, row=row, rule=rule)["a"]
    assert score is not None and low is not None and high is not None
    assert high - low < max(each["high"] - each["low"] for each in rows[:2])


def test_a_month_that_is_published_counts_until_its_revision_is(
    world: District, months: list[Evaluation]
) -> None:
    Evaluation.objects.filter(pk=months[-1].pk).update(state="published", signed_at=NOW)
    copy = Evaluation.objects.get(pk=months[-1].pk)
    copy.pk, copy.version, copy.state = None, 2, "answered"
    copy.save()
    assert [each.version for each in grids.months_seen(world.manager)] == [1, 1]
    Evaluation.objects.filter(pk=months[-1].pk).update(state="superseded")
    assert [each.version for each in grids.months_seen(world.manager)] == [2, 1]


def test_history_and_changes_add_up(months: list[Evaluation]) -> None:
    score = Score.objects.select_related("evaluation__rule").filter(evaluation=months[-1]).first()
    assert score is not None
    history = history_of(score, with_drafts=False)
    assert [each.evaluation.month for each in history] == [MONTH - 1, MONTH]
    lines = duty_lines(score, rule_of(score.evaluation.rule))
    moved = sum(each.points for each in points_changed(lines, history))
    whole = history[-1].working["earned"] - history[0].working["earned"]
    assert moved == pytest.approx(whole, abs=0.05 * len(lines))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_has_every_duty_and_is_told(world: District, months: list[Evaluation], form: str) -> None:
    answer = signed_in(world.manager).get(f"/evaluation/grids/{MONTH}/export.{form}")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if form == "csv":
        head, *lines = content.decode("utf-8-sig").strip().splitlines()
        assert len(head.split(",")) == 9 + 8
        assert len(lines) == 4
    assert AuditEntry.objects.filter(action="evaluation.exported").count() == 1
    assert signed_in(world.manager).get(f"/evaluation/grids/203001/export.{form}").status_code == 404


def test_every_page_of_a_grid_is_there(world: District, months: list[Evaluation]) -> None:
    score = Score.objects.filter(evaluation=months[-1]).first()
    assert score is not None
    client = signed_in(world.manager)
    page = client.get(f"/evaluation/scores/{score.pk}/")
    assert len(page.context["months"]) == 2
    assert page.context["chart"] is not None
    records = client.get(f"/evaluation/scores/{score.pk}/lasting_settlement/")
    assert records.context["page"].total == score.working["cases"][6]


def test_what_if_leaves_everything_as_it_was(months: list[Evaluation]) -> None:
    before = list(Score.objects.order_by("pk").values())
    (same,) = what_if(shipped_content())
    assert same.most == pytest.approx(0.0, abs=1e-9)
    assert same.units == 4
    (found,) = what_if(changed(shipped_content(), heavier()))
    assert found.most > 0.0
    assert found.month == "2026-10"
    assert list(Score.objects.order_by("pk").values()) == before


def test_a_change_of_rules_is_prepared_tried_and_adopted(world: District, months: list[Evaluation]) -> None:
    keeper = signed_in(world.stage.scope(CENTRE, Duty.RULES))
    form = keeper.get("/evaluation/rules/drafts/").context["form"]
    given = {name: field.initial for name, field in form.fields.items()}
    given |= {"first_month": "2026-12", "reason": "采集更重要"}
    assert keeper.post("/evaluation/rules/drafts/", given).status_code == 422  # nothing is changed
    given["weight_information_collection"] = 30
    assert keeper.post("/evaluation/rules/drafts/", given).status_code == 302
    row = RuleDraft.objects.get()
    page = keeper.get(f"/evaluation/rules/drafts/{row.pk}/")
    assert [(each.before, each.after) for each in page.context["differences"]] == [(15, 30)]
    assert signed_in(world.manager).post(f"/evaluation/rules/drafts/{row.pk}/decide", {}).status_code == 403
    seen = RuleDraft.objects.get(pk=row.pk).edition
    assert f'value="{seen}"' in keeper.get(f"/evaluation/rules/drafts/{row.pk}/").content.decode()
    keeper.post(f"/evaluation/rules/drafts/{row.pk}/decide", {"act": "adopt", "seen": "2026-01-01"})
    assert not RuleVersion.objects.filter(version=2).exists()
    keeper.post(f"/evaluation/rules/drafts/{row.pk}/decide", {"act": "adopt", "seen": seen})
    made = RuleVersion.objects.get(version=2)
    assert (made.first_month, made.content["duties"]["duty"][0]["weight"]) == (202612, 30)
    assert all(services.evaluation_check(evaluation_id=each.pk) for each in months)


def draft_of(first_month: int = 202612) -> RuleDraft:
    return rule_draft_begin(first_month=first_month, changes=heavier(), reason="改", actor="user:1")


def test_adopting_is_refused_backwards_twice_and_on_an_old_base() -> None:
    late = draft_of()
    with clock.fixed(NOW + timedelta(days=60)):
        refused(
            "retroactive",
            rule_draft_adopt,
            draft_id=late.pk,
            seen=late.edition,
            actor="user:1",
        )
    dropped = rule_draft_drop(draft_id=draft_of().pk, actor="user:1")
    refused("state", rule_draft_adopt, draft_id=dropped.pk, seen=dropped.edition, actor="user:1")
    row = draft_of(202701)
    other = changed(shipped_content(), replace(heavier(), settings=changes_of(shipped_content()).settings))
    rules_change(content=other, first_month=202612, reason="别的", actor="user:2")
    refused("based_on_old", rule_draft_adopt, draft_id=row.pk, seen=row.edition, actor="user:1")


@pytest.mark.parametrize(("month", "code"), [(MONTH, "retroactive"), (202812, "too_far")])
def test_a_change_is_prepared_for_a_month_to_come_within_two_years(month: int, code: str) -> None:
    given: dict[str, Any] = {"first_month": month, "reason": "改", "actor": "user:1"}
    refused(code, rule_draft_begin, changes=heavier(), **given)
    refused(code, rules_change, content=changed(shipped_content(), heavier()), **given)
    assert draft_of(202811).first_month == 202811


def test_an_edit_moves_what_it_names_and_nothing_else() -> None:
    content = shipped_content()
    assert changed(content, changes_of(content)) == content
    assert {name for _, name, _, _ in differences(content, changed(content, heavier()))} == {
        "information_collection",
        "window_months",
    }


def test_what_tricks_gain_is_for_everybody_who_is_scored(world: District) -> None:
    rows = signed_in(world.scope(0)).get("/evaluation/rules/gaming/").context["rows"]
    assert all(name for name, _, _ in rows)
    assert max(gain.mean - reach for _, gain, reach in rows if gain.trick not in OPEN) <= 0.0
    assert {gain.trick for _, gain, reach in rows if gain.mean > reach} == set(OPEN)


def test_the_study_that_is_kept_is_of_the_duties_of_today() -> None:
    """Otherwise measure anew: bandeng evaluation gaming --seeds 5 --keep src/bandeng/evaluation/data/gaming.json."""
    assert study_kept().duties == duties_shipped().digest
    assert {gain.trick for gain in study_kept().gains} == set(TRICKS)


def test_the_longest_category_says_which_skill_is_asked_for() -> None:
    skills = skills_shipped()
    assert skills.asked_by("01.04.01") == "mediation"
    assert skills.asked_by("01.02.01") == "city_services"
    assert skills.asked_by("14.03.01") == "safety"
    assert skills.asked_by("99.01") is None


def test_a_skill_is_recorded_once_and_kept_when_it_ends(world: District) -> None:
    held = offices(world)[0]
    given: dict[str, Any] = {"post_id": held.pk, "evidence": "培训证明", "actor": "user:1"}
    row = skill_record(skill="safety", is_first=True, **given)
    assert row.is_first
    refused("skill_known", skill_record, skill="safety", is_first=False, **given)
    refused("skill_unknown", skill_record, skill="flying", is_first=False, **given)
    refused("no_text", skill_record, skill="welfare", is_first=False, **(given | {"evidence": " "}))
    ended = skill_end(post_skill_id=row.pk, actor="user:1")
    assert ended.until is not None
    refused("state", skill_end, post_skill_id=row.pk, actor="user:1")
    page = signed_in(world.manager).get(f"/evaluation/staffing/skills/{held.pk}/")
    assert [mark.is_first for mark in page.context["line"].skills] == [True]
