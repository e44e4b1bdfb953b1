"""How an alert went: the colour that it was raised with, later ones with their months, supervision more than once."""

from collections.abc import Iterator
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.desk.tests.officers import signed_in
from bandeng.documents.tests.judging import faults, said
from bandeng.risk.models import Alert, AlertTask, RiskMap, StreetRisk, Supervision
from bandeng.risk.rules import NotAllowed, SupervisionState
from bandeng.risk.selectors.alerts import courses_of, standing_of
from bandeng.risk.services import following
from bandeng.risk.services.alerting import alerts_raise
from bandeng.risk.services.following import NewTask
from bandeng.risk.tests.factories import NOW, STREET, history, published
from bandeng.risk.tests.test_alerts import Town, raised
from reckon.colours import Colour

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW):
        yield


def coloured(row: RiskMap, level: Colour) -> RiskMap:
    """The map with the street in another colour."""
    StreetRisk.objects.filter(risk_map=row, area_code=STREET).update(level=level.value)
    return row


def test_an_alert_tells_each_colour_with_the_month_that_it_came_in() -> None:
    town = Town()
    history()
    Alert.objects.all().delete()
    for month, level in ((202608, Colour.ORANGE), (202609, Colour.RED), (202610, Colour.ORANGE)):
        alerts_raise(coloured(published(month, alerts=False), level))
    alert = Alert.objects.get(area_code=STREET)
    course = ((202608, 3), (202609, 4))
    assert courses_of([alert]) == {alert.pk: course}
    assert courses_of([alert], until=202608) == {alert.pk: course[:1]}
    client = signed_in(town.centre)
    for language, words in (
        ("zh-hans", "2026-08 橙色，2026-09 升为红色"),
        ("en", "Orange in 2026-08, risen to Red in 2026-09"),
    ):
        for path in (f"/risk/alerts/{alert.pk}/", "/risk/alerts/"):
            assert words in client.get(path, headers={"accept-language": language}).content.decode()


def test_the_paper_of_a_map_has_no_alert_of_a_later_month() -> None:
    town = Town()
    history()
    Alert.objects.all().delete()
    for month, level in ((202608, Colour.YELLOW), (202609, Colour.ORANGE), (202610, Colour.RED)):
        alerts_raise(coloured(published(month, alerts=False), level))
    client = signed_in(town.centre)

    def words(month: int) -> str:
        paper = client.get(f"/risk/maps/{month}/1/report.pdf", headers={"accept-language": "en"}).content
        assert faults(paper) == []
        return " ".join(said(paper).split())

    assert "No alert is open." in words(202608)
    september = words(202609)
    assert "Alerts and measures, as of 2026-11-23" in september
    assert "To be examined" in september and "risen to" not in september
    assert "risen to" in words(202610)


def test_the_paper_says_what_an_alert_of_a_surge_is_about() -> None:
    town = Town()
    history()
    published(202609, alerts=False)
    raised(indicator="surge:facilities", level=Colour.NONE)
    paper = signed_in(town.centre).get("/risk/maps/202609/1/report.pdf", headers={"accept-language": "en"})
    text = said(paper.content)
    assert "About" in text and "Municipal facilities" in text and "Colour of the street" in text


def test_the_screen_shows_a_street_as_it_is_now_and_says_what_it_was() -> None:
    town = Town()
    history()
    coloured(published(202609, alerts=False), Colour.YELLOW)
    StreetRisk.objects.exclude(area_code=STREET).update(level=Colour.GREEN.value)
    client = signed_in(town.centre)
    for language, words, present in (
        ("zh-hans", "提示于 2026-09，曾为橙色", "黄"),
        ("en", "alert of 2026-09, was Orange", "Yellow"),
    ):
        page = client.get("/screen/parts/colours", headers={"accept-language": language}).content.decode()
        needs = page[page.index("wall-colours") :]
        assert words in needs and f'aria-label="{present}"' in needs


def test_a_street_that_is_red_again_is_supervised_again() -> None:
    town = Town(level=Colour.RED)
    by: dict[str, Any] = town.by(town.centre)

    def planned(plan: str) -> Supervision:
        visits = [
            NewTask(title="上门督查", organisation_id=town.key(code), due_at=None)
            for code in ("police", "housing")
        ]
        return following.supervision_plan(**by, plan=plan, visits=visits)

    def visited() -> None:
        for task in AlertTask.objects.filter(kind="visit", state="open"):
            following.task_report(task_id=task.pk, finding="已督查", actor=by["actor"], scope=town.centre)

    first = planned("第一次联合督办")
    visited()
    following.supervision_release(**by, reason="整改到位")
    second = planned("第二次联合督办")
    assert standing_of(town.alert).supervision is SupervisionState.PLANNED
    with pytest.raises(NotAllowed, match="planned_already"):
        planned("第三次")
    text = signed_in(town.centre).get(f"/risk/alerts/{town.alert.pk}/").content.decode()
    assert text.index("第一次联合督办") < text.index("第二次联合督办") and "整改到位" in text
    visited()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("released", "visiting")
    following.supervision_release(**by, reason="再次到位")
    assert standing_of(town.alert).supervision is SupervisionState.RELEASED
