"""What pages of evaluations say: when an act is possible, what an objection is about, what a drawing leaves out."""

import re
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import pytest

from bandeng.core import clock
from bandeng.desk.tests.officers import signed_in
from bandeng.evaluation.models import Evaluation, Score
from bandeng.evaluation.rules import Kind
from bandeng.evaluation.selectors import pages
from bandeng.evaluation.selectors.counting import rule_of
from bandeng.evaluation.selectors.drawing import chart_of
from bandeng.evaluation.services import evaluations as services
from bandeng.evaluation.templatetags.evaluation import signed
from bandeng.evaluation.tests.district import MONTH, NOW, District
from bandeng.evaluation.tests.test_objections import answered, raised
from bandeng.evaluation.tests.test_pages import page_of, score_of
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@dataclass
class Figure:
    """A month's score as a history has it."""

    score: float | None
    low: float | None = None
    high: float | None = None


@pytest.fixture
def grids(world: District) -> Evaluation:
    """A month of the grid index, open to objections."""
    row = services.evaluation_draft(kind=Kind.GRIDS, month=MONTH, actor="user:1")
    return services.evaluation_open(evaluation_id=row.pk, actor="user:1")


def words_of(scope: Scope, path: str, language: str = "en") -> str:
    """The page as text."""
    answer = signed_in(scope).get(path, headers={"accept-language": language})
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_period_is_ended_only_when_its_time_is_over_and_all_is_answered(
    world: District, opened: Evaluation
) -> None:
    board, act = f"/evaluation/{opened.pk}/", f"/evaluation/{opened.pk}/do/close"
    early = words_of(world.manager, board)
    assert act not in early and "can be ended from" in early
    objection = raised(world, opened)
    with clock.fixed(NOW + timedelta(days=8)):
        waiting = words_of(world.manager, board)
        assert act not in waiting and "when 1 objection has been answered" in waiting
        answered(world, objection)
        assert act in words_of(world.manager, board)
    with clock.fixed(NOW + timedelta(days=8)):
        services.evaluation_close(evaluation_id=opened.pk, actor="user:1")
        assert "can be ended" not in words_of(world.manager, board)


def test_a_month_without_a_score_is_a_gap_on_the_axis_of_time() -> None:
    known = Figure(50.0, 40.0, 60.0)
    months = [("2026-06", known), ("2026-07", known), ("2026-08", Figure(None)), ("2026-10", known)]
    chart = chart_of(months)
    assert chart is not None and chart.has_gap
    first, second, last = (float(each.x) for each in chart.points)
    assert last - second == pytest.approx(3 * (second - first), abs=0.2)
    assert chart.path.count("M") == 2 and chart.path.count("L") == 1
    assert [text for _, text in chart.dates] == ["26-10", "26-09", "26-08", "26-07", "26-06"]


def test_months_one_after_another_are_one_line() -> None:
    months = [(f"{2025 + n // 12}-{n % 12 + 1:02d}", Figure(50.0, 40.0, 60.0)) for n in range(24)]
    chart = chart_of(months)
    assert chart is not None and not chart.has_gap and chart.path.count("M") == 1
    places = [float(x) for x, _ in chart.dates]
    assert all(one - other >= 50.0 for one, other in pairwise(places))
    assert chart_of(months[:1]) is None


def test_the_funnel_names_its_axes_and_shapes_and_tells_what_it_cuts_off(
    world: District, opened: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = words_of(world.manager, f"/evaluation/{opened.pk}/").split("<figure")[1].split("</figure>")[0]
    assert "overdue" not in drawn and "events seen ÷ events expected" in drawn
    assert "As expected" in drawn and "upper edge" not in drawn
    monkeypatch.setattr(pages, "TALLEST", 1.0)
    rows = list(Score.objects.filter(evaluation=opened).values("score", "standing", "working"))
    funnel = pages.funnel_of(rows, rule_of(opened.rule))
    assert funnel is not None and 0 < funnel.beyond < len(funnel.dots)
    text = words_of(world.manager, f"/evaluation/{opened.pk}/", "zh-hans")
    assert "高于 1，画在上边缘" in text and "纵轴：实际发生数 ÷ 预期发生数" in text


@pytest.mark.parametrize("path", ["/evaluation/", "/evaluation/staffing/", "/evaluation/forms/"])
def test_a_month_says_how_it_is_written(world: District, path: str) -> None:
    page = words_of(world.manager, path)
    assert "Year and month, such as 2026-11." in page
    assert re.search(r'name="month"[^>]*aria-describedby="[^"]*hint', page)


def test_an_objection_says_what_it_is_about_and_until_when(world: District, opened: Evaluation) -> None:
    score = score_of(opened, world)
    address = page_of(score, "serving_residents/object")
    page = words_of(world.scope(0), address)
    assert "Evaluation of posts" in page and "2026-10" in page
    assert f"{opened.objections_until:%Y-%m-%d}" in page and "Send the objection" in page
    assert "This is about the duty as a whole" in page
    with clock.fixed(NOW + timedelta(days=30)):
        late = words_of(world.scope(0), address)
        assert "The period ended on" in late and "Send the objection" not in late


def test_who_has_no_score_is_told_so(world: District, grids: Evaluation) -> None:
    assert "This post has no score" in words_of(world.stage.scope("police", Duty.HANDLE), "/evaluation/mine/")
    assert "This post has no score" not in words_of(world.scope(0), "/evaluation/mine/")


def test_a_post_without_grids_sees_no_empty_drawings(world: District, grids: Evaluation) -> None:
    page = words_of(world.stage.scope("police", Duty.SUPERVISE), "/evaluation/grids/")
    assert "No grids here" in page and "<figure" not in page and "0 grids" not in page
    assert "No grids here" not in words_of(world.manager, "/evaluation/grids/")


def test_the_map_leads_from_the_district_to_streets_and_from_a_street_to_its_grids(
    world: District, grids: Evaluation
) -> None:
    units = sorted(Score.objects.filter(evaluation=grids).values_list("unit", flat=True))
    drawn = words_of(world.manager, "/evaluation/grids/").split('class="map-legend')[0]
    for street in {unit[:9] for unit in units}:
        assert f'href="/evaluation/grids/{street}/?month={MONTH}"' in drawn
    street = units[0][:9]
    inner = words_of(world.manager, f"/evaluation/grids/{street}/").split('class="map-legend')[0]
    for each in Score.objects.filter(evaluation=grids, unit__startswith=street):
        link = re.search(rf'<a href="/evaluation/scores/{each.pk}/"[^>]*aria-label="([^"]+)"', inner)
        assert link is not None and link[1]
    other = Score.objects.filter(evaluation=grids).exclude(unit__startswith=street)
    assert all(f"/evaluation/scores/{each.pk}/" not in inner for each in other)


@pytest.mark.parametrize(
    ("value", "written"), [(-0.04, "0.0"), (0.0, "0.0"), (-1.26, "\u22121.3"), (0.31, "+0.3")]
)
def test_changes_have_a_sign_and_a_true_minus(value: float, written: str) -> None:
    assert signed(value) == written


def test_what_the_seed_and_the_file_of_rules_are_is_explained(world: District) -> None:
    assert "anybody can draw the same records again" in words_of(world.auditor, "/evaluation/audits/")
    keeper = world.stage.scope(CENTRE, Duty.RULES)
    assert "JSON 是供程序读取的文本文件" in words_of(keeper, "/evaluation/rules/", "zh-hans")
