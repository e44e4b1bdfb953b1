"""Pages of surges and clusters: what they show, to whom, with how many queries; findings and what follows."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bandeng.areas.tests.factories import COMMUNITIES, STREETS
from bandeng.core import clock
from bandeng.core.models import AuditEntry, OutboxEvent
from bandeng.core.rules import SYSTEM
from bandeng.desk.tests.officers import signed_in
from bandeng.dispatch.tests.factories import House, house
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.clusters import Surge, SurgeFinding, SurveillanceRun
from bandeng.risk.models import Alert
from bandeng.risk.rules import FindingKind, NotAllowed, NotYours, SurgeKind
from bandeng.risk.scan_rules import surge_settings
from bandeng.risk.selectors.clusters import run_shown, surge_line, weeks_charted
from bandeng.risk.services import scan
from bandeng.risk.services.clusters import NewFinding, finding_add
from bandeng.risk.services.scan import surveillance_run
from bandeng.risk.tests.factories import ACTOR, NOW
from bandeng.risk.tests.surges import matters, weeks_before

pytestmark = pytest.mark.django_db
LIST = "/risk/clusters/"
QUERIES = 24
"""Most that a page may ask the database: however many surges there are."""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings = replace(surge_settings(), runs=199)
    monkeypatch.setattr(scan, "surge_settings", lambda: settings)
    with clock.fixed(NOW):
        yield


class Town:
    """A small district, one of whose grids has thirty matters in a week."""

    def __init__(self) -> None:
        self.house: House = house()
        weeks_before(200)
        self.matters = matters(30)
        self.run: SurveillanceRun = surveillance_run(actor=SYSTEM)
        self.centre = self.scope(CENTRE, Duty.SUPERVISE, Duty.DISPATCH)
        self.street = self.scope(STREETS[0], Duty.SUPERVISE)
        self.other = self.scope(STREETS[1], Duty.SUPERVISE, Duty.HANDLE)

    def scope(self, code: str, *duties: Duty) -> Scope:
        """A new post."""
        return scope(*duties, organisation=self.house.organisations[code])

    def surge(self, kind: SurgeKind = SurgeKind.CLUSTER) -> Surge:
        """The surge of a kind."""
        return self.run.surges.get(kind=kind.value)

    def page(self, kind: SurgeKind = SurgeKind.CLUSTER) -> str:
        """Where it is."""
        return f"{LIST}{self.surge(kind).pk}/"


@pytest.fixture
def town() -> Town:
    return Town()


def finding(
    kind: FindingKind = FindingKind.EXPLAINED, *, seen: int = 0, text: str = "一处配电箱坏了"
) -> NewFinding:
    return NewFinding(kind=kind, text=text, seen=seen)


def test_every_page_opens_with_few_queries_in_both_languages(town: Town) -> None:
    paths = (
        LIST,
        f"{LIST}runs/",
        f"{LIST}runs/{town.run.pk}/",
        f"{LIST}definitions/",
        town.page(),
        town.page(SurgeKind.RISE),
    )
    for language in ("en", "zh-hans"):
        client = signed_in(town.centre)
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(path, headers={"accept-language": language})
            assert answer.status_code == 200, path
            assert len(asked) <= QUERIES, (path, len(asked))
            body = answer.content.decode()
            assert not any(code in body for code in (">farrington<", ">cluster<", ">rise<", "ears_c")), path


def test_queries_do_not_grow_with_the_surges(town: Town) -> None:
    client, rise = signed_in(town.centre), town.surge(SurgeKind.RISE)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    groups = [group.code for group in surge_settings().groups if group.code != rise.group]
    for group in groups:
        Surge.objects.create(
            **{
                field.attname: getattr(rise, field.attname)
                for field in Surge._meta.concrete_fields
                if field.name != "id"
            }
            | {"group": group}
        )
    with CaptureQueriesContext(connection) as many:
        assert client.get(LIST).status_code == 200
    assert len(many) <= len(few)


def test_the_list_says_in_a_sentence_what_there_is(town: Town) -> None:
    body = signed_in(town.centre).get(LIST).content.decode()
    assert "1 cluster of neighbouring grids" in body
    assert "1 surge of a street" in body
    assert "1 has not been looked into." in body
    assert "street surges too" in body
    # Nothing is new on a first look.
    assert "is new" not in body
    assert ">new<" not in body


def test_before_the_first_run_the_page_says_what_comes(settings: Any) -> None:
    built = house()
    centre = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
    client = signed_in(centre)
    assert "Not looked at yet" in client.get(LIST).content.decode()
    assert "Not looked at yet" in client.get(f"{LIST}runs/").content.decode()
    surveillance_run(actor=SYSTEM)
    assert "The past is too short" in client.get(LIST).content.decode()
    weeks_before(60)
    surveillance_run(actor=SYSTEM)
    assert "Nothing stands out" in client.get(LIST).content.decode()


def test_another_street_sees_only_that_there_is_more(town: Town) -> None:
    client = signed_in(town.other)
    body = client.get(LIST).content.decode()
    assert "2 surges of other streets are not shown to your post." in body
    assert client.get(town.page()).status_code == 404
    rows = table(client, town)
    assert len(rows) == 1
    own = signed_in(town.street)
    assert own.get(town.page()).status_code == 200
    assert len(table(own, town)) == 3
    community = signed_in(town.scope(COMMUNITIES[0], Duty.HANDLE))
    assert community.get(town.page()).status_code == 200


def table(client: Client, town: Town) -> list[list[str]]:
    answer = client.get(f"{LIST}runs/{town.run.pk}/table.csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def test_strangers_and_unknown_numbers_get_nowhere(town: Town) -> None:
    assert Client().get(LIST).status_code == 302
    client = signed_in(town.centre)
    for path in (f"{LIST}runs/999/", f"{LIST}999/", f"{LIST}runs/{town.run.pk}/table.pdf"):
        assert client.get(path).status_code == 404, path
    assert client.post(f"{LIST}999/finding", {"kind": "real", "text": "x", "seen": 0}).status_code == 404


def test_the_matters_behind_are_those_that_the_post_may_see(town: Town) -> None:
    body = signed_in(town.centre).get(town.page()).content.decode()
    assert body.count("/desk/matters/") == 20
    assert "路灯不亮" in body
    department = town.scope("police", Duty.HANDLE)
    other = signed_in(department).get(town.page()).content.decode()
    assert "/desk/matters/" not in other
    assert "30 more are counted that your post may not see." in other


def test_tables_leave_with_a_line_in_the_log(town: Town) -> None:
    rows = table(signed_in(town.centre), town)
    assert len({len(row) for row in rows}) == 1
    assert {row[0] for row in rows[1:]} == {"Cluster", "Surge"}
    xlsx = signed_in(town.centre).get(f"{LIST}runs/{town.run.pk}/table.xlsx")
    assert xlsx.getvalue()[:2] == b"PK"
    assert AuditEntry.objects.filter(action="risk.surges_exported").count() == 2


def test_the_weeks_of_a_chart_add_up_to_what_is_told(town: Town) -> None:
    for kind in SurgeKind:
        surge = Surge.objects.select_related("run").get(pk=town.surge(kind).pk)
        weeks = weeks_charted(surge)
        inside = [week for week in weeks if week.is_in]
        assert sum(week.count for week in inside) == surge.observed
        assert sum(week.expected or 0.0 for week in inside) == pytest.approx(surge.expected, rel=1e-9)
    rise = Surge.objects.select_related("run").get(pk=town.surge(SurgeKind.RISE).pk)
    assert weeks_charted(rise)[-1].bound == rise.bound


def test_a_finding_is_kept_with_its_author(town: Town) -> None:
    made = finding_add(surge_id=town.surge().pk, new=finding(), actor=ACTOR, scope=town.street)
    assert (made.kind, made.name, made.alert) == (FindingKind.EXPLAINED.value, ACTOR.name, None)
    entry = AuditEntry.objects.get(action="risk.surge_finding_added")
    assert entry.actor == ACTOR.key
    shown = run_shown(town.run, town.centre)
    assert shown.open == 0
    assert "All have been looked into." in signed_in(town.centre).get(LIST).content.decode()


def test_two_officers_at_once_record_one_finding_each_knowing_of_the_other(town: Town) -> None:
    surge = town.surge()
    client = signed_in(town.street)
    given = {"kind": "real", "text": "路灯整段不亮", "seen": "0"}
    assert client.post(f"{town.page()}finding", given).status_code == 302
    again = client.post(f"{town.page()}finding", given)
    assert again.status_code == 422
    body = again.content.decode()
    assert "Somebody else has recorded a finding meanwhile" in body
    assert body.count("路灯整段不亮") == 2
    assert 'name="seen" value="1"' in body
    assert SurgeFinding.objects.filter(surge=surge).count() == 1
    assert client.post(f"{town.page()}finding", given | {"seen": "1"}).status_code == 302


def test_an_incomplete_finding_keeps_what_was_typed(town: Town) -> None:
    answer = signed_in(town.street).post(f"{town.page()}finding", {"text": "查过了", "seen": "0"})
    assert answer.status_code == 422
    assert "查过了" in answer.content.decode()
    assert not SurgeFinding.objects.exists()


def test_who_does_not_answer_for_the_street_records_nothing(town: Town) -> None:
    handler = town.scope("police", Duty.HANDLE, Duty.SUPERVISE)
    with pytest.raises(NotYours):
        finding_add(surge_id=town.surge().pk, new=finding(), actor=ACTOR, scope=handler)
    given = {"kind": "real", "text": "x", "seen": "0"}
    assert signed_in(handler).post(f"{town.page()}finding", given).status_code == 403
    plain = town.scope(STREETS[0], Duty.HANDLE)
    assert signed_in(plain).post(f"{town.page()}finding", given).status_code == 403
    assert "Record the finding" not in signed_in(plain).get(town.page()).content.decode()
    with pytest.raises(NotAllowed, match="text_missing"):
        finding_add(surge_id=town.surge().pk, new=finding(text=" \n"), actor=ACTOR, scope=town.street)


def test_to_follow_up_raises_an_alert_once(town: Town) -> None:
    made = finding_add(
        surge_id=town.surge().pk, new=finding(FindingKind.FOLLOW_UP), actor=ACTOR, scope=town.centre
    )
    alert = Alert.objects.get()
    assert made.alert == alert
    assert (alert.area_code, alert.indicator) == (STREETS[0], "surge:facilities")
    assert alert.observed == town.surge().observed
    assert OutboxEvent.objects.filter(name="AlertRaised").count() == 1
    rise = finding_add(
        surge_id=town.surge(SurgeKind.RISE).pk,
        new=finding(FindingKind.FOLLOW_UP),
        actor=ACTOR,
        scope=town.centre,
    )
    assert rise.alert == alert
    client = signed_in(town.centre)
    page = client.get(f"/risk/alerts/{alert.pk}/")
    assert page.status_code == 200
    assert "surge:facilities" not in page.content.decode()
    assert f"/risk/clusters/{town.surge().pk}/" in page.content.decode()
    assert "surge:facilities" not in client.get("/risk/alerts/").content.decode()
    assert f"/risk/alerts/{alert.pk}/" in client.get(town.page()).content.decode()


def test_a_finding_stays_with_the_surge_through_later_runs(town: Town) -> None:
    finding_add(surge_id=town.surge().pk, new=finding(), actor=ACTOR, scope=town.street)
    matters(2)
    with clock.fixed(NOW + timedelta(hours=1)):
        later = surveillance_run(actor=SYSTEM)
    surge = later.surges.get(kind=SurgeKind.CLUSTER.value)
    assert surge.pk != town.surge().pk
    line = surge_line(surge)
    assert line.finding is not None
    assert line.finding.surge_id == town.surge().pk
    shown = run_shown(later, town.centre)
    assert (shown.open, shown.fresh, shown.has_earlier) == (0, 0, True)
    with pytest.raises(NotAllowed, match="looked_into"):
        finding_add(surge_id=surge.pk, new=finding(seen=0), actor=ACTOR, scope=town.street)
    assert "一处配电箱坏了" in signed_in(town.street).get(f"{LIST}{surge.pk}/").content.decode()


def test_only_the_district_has_a_run_made(town: Town) -> None:
    assert signed_in(town.street).post(f"{LIST}ask").status_code == 403
    assert signed_in(town.centre).post(f"{LIST}ask").status_code == 302
    assert AuditEntry.objects.filter(action="risk.surveillance_asked").count() == 1
    assert signed_in(town.centre).get(f"{LIST}ask").status_code == 405


def test_runs_come_in_pages(town: Town) -> None:
    kept = SurveillanceRun.objects.get(pk=town.run.pk)
    for number in range(35):
        kept.pk, kept.inputs_digest = None, f"{number:064d}"
        kept.monday -= timedelta(weeks=1)
        kept.save(force_insert=True)
    body = signed_in(town.centre).get(f"{LIST}runs/").content.decode()
    assert len(re.findall(r'href="/risk/clusters/runs/\d+/"', body)) == 30
    assert "page=2" in body


def test_chinese_words_stand_for_every_code(town: Town) -> None:
    with translation.override("zh-hans"):
        body = signed_in(town.centre).get(LIST, headers={"accept-language": "zh-hans"}).content.decode()
    assert "突增与聚集" in body
    assert "市政设施" in body


def test_a_week_that_was_looked_into_can_be_followed_up_again_by_a_person(town: Town) -> None:
    new = finding(FindingKind.FOLLOW_UP)
    first = finding_add(surge_id=town.surge().pk, new=new, actor=ACTOR, scope=town.centre).alert
    Alert.objects.update(state="closed", closed_at=NOW)
    client = signed_in(town.centre)
    answer = client.post(f"{town.page()}finding", {"kind": "follow_up", "text": "又来了", "seen": "1"})
    assert answer.status_code == 302
    second = Alert.objects.get(closed_at__isnull=True)
    assert second != first and second.area_code == STREETS[0]


@pytest.mark.parametrize(("language", "words"), [("en", "weeks from"), ("zh-hans", "共 3 周")])
def test_an_alert_of_a_cluster_tells_its_whole_period(town: Town, language: str, words: str) -> None:
    surge = town.surge()
    first = surge.run.monday - timedelta(weeks=2)
    Surge.objects.filter(pk=surge.pk).update(first_monday=first, weeks=3)
    made = finding_add(surge_id=surge.pk, new=finding(FindingKind.FOLLOW_UP), actor=ACTOR, scope=town.centre)
    page = signed_in(town.centre).get(f"/risk/alerts/{made.alert_id}/", headers={"accept-language": language})
    text = page.content.decode()
    assert words in text and "2026-11-02" in text and "2026-11-22" in text
