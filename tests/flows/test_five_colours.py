"""A street's orange: four communities, most of all the industrial park; nobody was responsible; the level falls."""

from typing import Any

import pytest

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import clock
from bandeng.core.models import AuditEntry, OutboxEvent
from bandeng.desk.tests.officers import signed_in
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.models import Alert, RiskMap
from bandeng.risk.services.maps import maps_check
from bandeng.risk.tests.factories import MONTHS, NOW, PARK, STREET, district, fraud_wave, history

pytestmark = pytest.mark.django_db
MORE = (*MONTHS, 202611, 202612, 202701, 202702)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path


def signed(client: Any, month: int) -> RiskMap:
    """Draft, look, sign, as the pages do it."""
    address = client.post("/risk/drafts/", {"month": str(month)}).headers["Location"]
    digest = client.get(address).context["row"].result_digest
    client.post(f"{address}publish", {"digest": digest, "looked": "on"})
    return RiskMap.objects.get(month=month, status="published")


def level(row: RiskMap) -> int:
    """The colour of the street of the story."""
    return row.streets.get(area_code=STREET).level


def test_a_street_finds_its_cause_and_its_level_falls() -> None:
    with clock.fixed(NOW.replace(year=2027, month=3)):
        built = district(more=True)
        history(boost=fraud_wave, months=MORE, seed=2)
        centre = signed_in(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))
        street = signed_in(scope(Duty.SUPERVISE, organisation=built.organisations[STREET]))
        park = signed_in(scope(Duty.HANDLE, organisation=built.organisations[PARK]))

        calm = signed(centre, 202607)
        assert level(calm) < 3 and not Alert.objects.filter(area_code=STREET).exists()
        orange = signed(centre, 202608)
        assert level(orange) >= 3
        alert = Alert.objects.get(area_code=STREET)
        assert OutboxEvent.objects.filter(name="AlertRaised", payload__alert_id=alert.pk).exists()

        shown = street.get(f"/risk/maps/202608/1/streets/{STREET}/").context
        assert shown["worst"].code in {"confirmed_fraud", "confirmed_offences"}
        assert shown["communities"][0].code == PARK
        assert shown["change"].change > 0 and shown["ahead"].low < shown["ahead"].high

        page = f"/risk/alerts/{alert.pk}/"
        street.post(f"{page}take-up")
        four = [code for code in sorted(built.organisations) if code.startswith(STREET) and len(code) == 12][
            :4
        ]
        assert PARK in four
        nobody = street.post(f"{page}examine", {"cause": "工业园入职提醒无人负责", "communities": four})
        assert nobody.status_code == 422  # a cause without somebody responsible is no answer
        body = str(built.organisations[PARK].pk)
        given = {"cause": "工业园入职提醒无人负责", "communities": four, "body": body}
        assert street.post(f"{page}examine", given).status_code == 302
        street.post(f"{page}measure", {"title": "入职反诈提醒", "organisation": body, "due": "2027-04-01"})
        task = alert.tasks.get(kind="measure")
        assert park.post(f"{page}tasks/{task.pk}", {"text": "46 家企业已签收"}).status_code == 302
        street.post(f"{page}review", {"text": "措施已完成"})

        signed(centre, 202609)
        centre.post(f"{page}close", {"text": "申请销号"})
        alert.refresh_from_db()
        assert (alert.state, alert.closed_at) == ("reviewing", None)  # the level has not fallen yet

        later = [signed(centre, month) for month in (202610, 202611, 202612, 202701, 202702)]
        assert level(later[-1]) < level(orange)
        centre.post(f"{page}close", {"text": "降级，销号"})
        alert.refresh_from_db()
        assert alert.state == "closed" and str(alert.body_id) == body
        kept = list(alert.steps.order_by("id").values_list("act", flat=True))
        assert kept[:6] == ["raised", "taken_up", "examined", "task_added", "task_done", "reviewed"]
        assert kept[-1] == "closed" and kept.count("level") == 6
        assert AuditEntry.objects.filter(action="risk.map_published").count() == 8
        for month in (202607, 202608, 202702):
            assert [each.differences for each in maps_check(month=month)] == [()]
        stranger = signed_in(scope(Duty.HANDLE, organisation=built.organisations[GRIDS[0]]))
        assert stranger.get(page).status_code == 404
