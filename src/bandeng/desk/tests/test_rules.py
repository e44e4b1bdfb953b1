"""Rules and calendar pages: drafted, edited, checked, tried, published, and nothing overwritten."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.core.rules import SYSTEM
from bandeng.dispatch.knowledge import in_force
from bandeng.dispatch.models import CalendarYear, DecisionTable
from bandeng.dispatch.services import tables
from bandeng.dispatch.services.intake import matter_intake
from bandeng.dispatch.tests.factories import RULES, House, house
from bandeng.matters.tests.factories import new_matter
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, post
from reckon.routing import table_to_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(client: Client, settings: object) -> House:
    settings.DEMO = True  # type: ignore[attr-defined]  # spares the second factor, which has tests of its own
    ready = house()
    client.force_login(post(Duty.RULES, organisation=ready.organisations[CENTRE]).user)
    return ready


def draft(client: Client) -> DecisionTable:
    client.post("/desk/rules/draft")
    return DecisionTable.objects.order_by("-version")[0]


def edit(client: Client, row: DecisionTable, rule: str, **cells: str) -> int:
    body = {"revision": row.revision, "rule": rule, **{f"cell_{key}": text for key, text in cells.items()}}
    return client.post(f"/desk/rules/{row.version}/rule?rule={rule}", body).status_code


def test_draft_edited_checked_and_published_changes_dispatch(client: Client, built: House) -> None:
    assert (
        matter_intake(new=new_matter(type_code="01.01.01"), actor=SYSTEM).matter.lead_id
        == built.organisations["city_management"].pk
    )
    row = draft(client)
    assert edit(client, row, "lamps", category="属于 01.01.01", lead="housing") == 302
    row.refresh_from_db()
    assert row.content["rules"][0]["outputs"]["lead"] == "housing"
    assert client.get(f"/desk/rules/{row.version}/check").status_code == 200
    client.post(f"/desk/rules/{row.version}/publish", {"revision": row.revision, "reason": "路灯移交住建"})
    row.refresh_from_db()
    assert row.status == "published"
    assert DecisionTable.objects.filter(status="published").count() == 1
    assert (
        matter_intake(new=new_matter(type_code="01.01.01"), actor=SYSTEM).matter.lead_id
        == built.organisations["housing"].pk
    )
    assert AuditEntry.objects.filter(action="rules.published").exists()


def test_two_editors_do_not_overwrite_each_other(client: Client, built: House) -> None:
    row = draft(client)
    assert edit(client, row, "lamps", category="属于 01.01.01", lead="housing") == 302
    assert edit(client, row, "lamps", category="属于 01.01.01", lead="police") == 422, (
        "the revision is an old one"
    )
    row.refresh_from_db()
    assert row.content["rules"][0]["outputs"]["lead"] == "housing"


def test_unknown_codes_are_told_and_not_saved(client: Client, built: House) -> None:
    row = draft(client)
    assert edit(client, row, "lamps", category="属于 99", lead="nobody") == 422
    row.refresh_from_db()
    assert row.revision == 1


def test_shadowed_rule_is_found_before_publishing(client: Client, built: House) -> None:
    row = draft(client)
    client.post(f"/desk/rules/{row.version}/move", {"rule": "rest", "move": "up", "revision": 1})
    client.post(f"/desk/rules/{row.version}/move", {"rule": "rest", "move": "up", "revision": 2})
    answer = client.post(
        f"/desk/rules/{row.version}/publish", {"revision": 3, "reason": "不该发布"}, follow=True
    )
    assert "roads" in answer.content.decode()
    row.refresh_from_db()
    assert row.status == "draft"


def test_published_version_is_never_edited(client: Client, built: House) -> None:
    row = DecisionTable.objects.get(status="published")
    assert edit(client, row, "lamps", category="属于 01.01.01", lead="police") == 404
    client.post(
        f"/desk/rules/{row.version}/move", {"rule": "lamps", "move": "delete", "revision": row.revision}
    )
    client.post(f"/desk/rules/{row.version}/discard")
    row.refresh_from_db()
    assert len(row.content["rules"]) == len(RULES)


def test_trial_routes_past_matters_on_their_own_facts(client: Client, built: House) -> None:
    for code in ("01.01.01", "01.01.01", "01.01.02"):
        matter_intake(new=new_matter(type_code=code, reported_at=clock.now()), actor=SYSTEM)
    row = draft(client)
    edit(client, row, "lamps", category="属于 01.01.01", lead="housing")
    row.refresh_from_db()
    report = tables.trial(table=tables.table_of(row)).report
    assert (report.total, report.unchanged) == (3, 1)
    assert report.leads["city_management", "housing"] == 2
    page = client.get(f"/desk/rules/{row.version}/trial?days=7").content.decode()
    assert "3 件" in page and "2 件" in page


def test_table_travels_as_csv_and_json(client: Client, built: House) -> None:
    present = in_force()
    assert present is not None
    exported = client.get(f"/desk/rules/{present.version}/export.csv").content.decode("utf-8-sig")
    assert exported == table_to_csv(table=present.table)
    client.post(
        "/desk/rules/draft", {"file": SimpleUploadedFile("rules.csv", exported.encode()), "note": "往返"}
    )
    row = DecisionTable.objects.order_by("-version")[0]
    assert json.dumps(row.content, sort_keys=True) == json.dumps(
        json.loads(client.get(f"/desk/rules/{present.version}/export.json").content), sort_keys=True
    )


def test_broken_file_is_refused_with_its_problems(client: Client, built: House) -> None:
    before = DecisionTable.objects.count()
    answer = client.post("/desk/rules/draft", {"file": SimpleUploadedFile("rules.json", b'{"rules": 1}')})
    assert answer.status_code == 422 and DecisionTable.objects.count() == before


def test_sample_says_where_a_matter_goes(client: Client, built: House) -> None:
    present = in_force()
    assert present is not None
    page = client.post(f"/desk/rules/{present.version}/sample", {"text": "路灯不亮", "category": "01.01.01"})
    assert "城市管理" in page.content.decode()


def test_year_is_previewed_then_saved_and_moves_deadlines(client: Client, built: House) -> None:
    body = {
        "year": 2027,
        "holidays": "2027-01-01 2027-01-03",
        "makeup_days": "2027-01-09",
        "source": "测试通知第一号",
    }
    looked = client.post("/desk/calendar/year", {**body, "look": "1"})
    assert looked.status_code == 200 and not CalendarYear.objects.filter(year=2027).exists()
    assert client.post("/desk/calendar/year", {**body, "save": "1"}).status_code == 302
    assert CalendarYear.objects.get(year=2027).holidays == ["2027-01-01", "2027-01-02", "2027-01-03"]


@pytest.mark.parametrize(
    "field", [{"holidays": "元旦"}, {"holidays": "2026-01-01"}, {"makeup_days": "2027-01-02"}]
)
def test_wrong_year_is_told(client: Client, built: House, field: dict[str, str]) -> None:
    body = {
        "year": 2027,
        "holidays": "2027-01-01 2027-01-03",
        "makeup_days": "",
        "source": "测试通知第一号",
        **field,
    }
    assert client.post("/desk/calendar/year", {**body, "save": "1"}).status_code == 422
    assert not CalendarYear.objects.filter(year=2027).exists()


@pytest.mark.parametrize(
    "path",
    ["/desk/rules/", "/desk/rules/1/", "/desk/rules/1/trial", "/desk/calendar/", "/desk/calendar/year"],
)
def test_only_rule_keepers_enter(client: Client, built: House, path: str) -> None:
    client.force_login(post(Duty.HANDLE, organisation=built.organisations["police"]).user)
    assert client.get(path).status_code == 403
