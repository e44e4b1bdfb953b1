"""Pages: what they show, to whom, with how many queries; what they refuse."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.tests.officers import signed_in
from bandeng.dispatch.tests.factories import House
from bandeng.documents.tests.judging import faults, said
from bandeng.ledger.services import entries_write, figures_count, touch, touched_take
from bandeng.matters.models import Matter
from bandeng.matters.rules import number_of
from bandeng.matters.tests.factories import matter_opened
from bandeng.organisations.rules import Duty, Scope
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.calculation import assessed
from bandeng.risk.models import Alert, RiskMap, StreetRisk
from bandeng.risk.selectors.maps import shown
from bandeng.risk.selectors.pages import CommunityLine, community_lines, hidden_in_company
from bandeng.risk.services.maps import map_draft
from bandeng.risk.tests.factories import ACTOR, LAST, NOW, STREET, district, fraud_wave, history, published
from reckon.colours import probabilities

pytestmark = pytest.mark.django_db
MAP = f"/risk/maps/{LAST}/1/"
OTHER = "330199001"
QUERIES = 22
"""Most that a page may ask the database: however many streets there are."""


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW):
        yield


class Town:
    """The small district with a published map."""

    def __init__(self) -> None:
        self.house: House = district()
        history(boost=fraud_wave)
        published(202609)
        published(LAST)
        self.centre = self.scope(CENTRE, Duty.SUPERVISE, Duty.DISPATCH)

    def scope(self, code: str, *duties: Duty) -> Scope:
        """A new post."""
        return scope(*duties, organisation=self.house.organisations[code])


@pytest.fixture
def town() -> Town:
    return Town()


INSIDE = (
    "", "definitions/", "weights/", "forecasts/", "report.pdf", "indicators/confirmed_fraud/", f"streets/{STREET}/",
    f"streets/{STREET}/records/confirmed_fraud/", f"streets/{STREET}/report.pdf",
)  # fmt: skip
PAGES = [*(f"{MAP}{inside}" for inside in INSIDE), "/risk/versions/", "/risk/alerts/", "/risk/indicators/"]


def test_every_page_opens_with_few_queries(town: Town) -> None:
    client = signed_in(town.centre)
    for path in PAGES:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200, path
        assert len(asked) <= QUERIES, (path, len(asked))


def test_the_front_page_leads_to_the_newest_published_map(town: Town) -> None:
    map_draft(month=202611, actor=ACTOR)
    for who in (town.centre, town.scope("police", Duty.HANDLE)):
        assert signed_in(who).get("/risk/").headers["Location"] == MAP


def test_the_map_says_how_sure_it_is_and_what_it_is_not(town: Town) -> None:
    text = signed_in(town.centre).get(MAP).content.decode()
    row = StreetRisk.objects.get(risk_map__month=LAST, area_code=STREET)
    assert f"{row.probability:.0%}" in text
    assert "no warning of an emergency" in text and "signed by 方玲" in text
    for code in ("330199001", "confirmed_fraud<", "orange<", "published<"):
        assert f">{code}" not in text


def test_strangers_are_sent_to_sign_in(town: Town) -> None:
    for path in PAGES:
        assert Client().get(path).status_code == 302


def test_another_streets_page_and_records_are_closed(town: Town) -> None:
    for code in (OTHER, f"{OTHER}001", GRIDS[0]):
        client = signed_in(town.scope(code, Duty.SUPERVISE, Duty.HANDLE))
        assert client.get(MAP).status_code == 200
        assert f"streets/{STREET}/" not in client.get(MAP).content.decode()
        assert client.get(f"{MAP}streets/{STREET}/").status_code == 403
        assert client.get(f"{MAP}streets/{STREET}/records/confirmed_fraud/").status_code == 403
        assert client.get(f"{MAP}streets/{OTHER}/").status_code == 200
        inner = f"{MAP}streets/{OTHER}/records/confirmed_fraud/?community={STREET}001"
        assert client.get(inner).status_code == 404
    clerk = signed_in(town.scope("police", Duty.INTAKE))
    assert clerk.get(f"{MAP}streets/{STREET}/").status_code == 403


def test_records_of_a_community_are_closed_while_its_count_is_hidden(town: Town) -> None:
    client, view = signed_in(town.centre), shown(RiskMap.objects.get(month=LAST))
    seen = set()
    for code in view.rules.declaration.codes:
        for line in community_lines(view, STREET, code):
            answer = client.get(f"{MAP}streets/{STREET}/records/{code}/?community={line.code}")
            assert answer.status_code == (404 if line.is_hidden else 200), (code, line)
            seen.add(line.is_hidden)
    assert seen == {True, False}


def test_an_export_holds_only_what_the_reader_may_open_and_is_logged(town: Town) -> None:
    rows = list(csv.reader(io.StringIO(_csv(town.scope(OTHER, Duty.HANDLE)))))
    assert {row[2] for row in rows[1:]} == {"Street 001"} and len(rows) == 13
    assert len(_csv(town.centre).splitlines()) == 25
    assert AuditEntry.objects.filter(action="risk.map_exported").count() == 2
    sheet = signed_in(town.centre).get(f"{MAP}table.xlsx").getvalue()
    assert zipfile.ZipFile(io.BytesIO(sheet)).testzip() is None
    assert signed_in(town.centre).get(f"{MAP}table.pdf").status_code == 404


def _csv(who: Scope) -> str:
    return signed_in(who).get(f"{MAP}table.csv").getvalue().decode("utf-8-sig")


def _paper(who: Scope, path: str = "report.pdf", language: str = "zh-hans") -> bytes:
    answer = signed_in(who).get(f"{MAP}{path}", headers={"accept-language": language})
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.content


@pytest.mark.parametrize("path", ["report.pdf", f"streets/{STREET}/report.pdf"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_papers_are_for_archives_and_for_screen_readers(town: Town, path: str, language: str) -> None:
    paper = _paper(town.centre, path, language)
    assert faults(paper) == []


@pytest.mark.parametrize("inside", ["report.pdf", f"streets/{STREET}/report.pdf"])
@pytest.mark.parametrize(("language", "stamp"), [("zh-hans", "草稿"), ("en", "Draft")])
def test_a_draft_on_paper_is_stamped_and_still_for_archives(
    town: Town, inside: str, language: str, stamp: str
) -> None:
    row = map_draft(month=LAST, actor=ACTOR)
    client = signed_in(town.centre)
    answer = client.get(f"/risk/maps/{LAST}/{row.version}/{inside}", headers={"accept-language": language})
    assert answer.status_code == 200
    assert faults(answer.content) == []
    assert stamp in said(answer.content)


def test_a_paper_of_a_signed_map_is_the_same_to_the_byte_each_time(town: Town) -> None:
    assert _paper(town.centre) == _paper(town.centre)


def test_the_report_has_sections_only_for_streets_that_may_be_opened(town: Town) -> None:
    whole, one = said(_paper(town.centre)), said(_paper(town.scope(OTHER, Duty.HANDLE)))
    assert whole.count("与基准年之比") > one.count("与基准年之比") == 1
    assert (
        signed_in(town.scope(OTHER, Duty.HANDLE)).get(f"{MAP}streets/{STREET}/report.pdf").status_code == 403
    )


def test_taking_a_paper_out_is_logged(town: Town) -> None:
    _paper(town.centre)
    entry = AuditEntry.objects.get(action="risk.map_exported")
    assert json.loads(entry.content)["after"] == {"form": "pdf"}


def test_records_show_what_may_be_seen_and_count_the_rest(town: Town) -> None:
    seen, sealed = (
        matter_opened(area_code=GRIDS[4], type_code="01.01.01", reported_at=NOW).matter for _ in range(2)
    )
    Matter.objects.filter(pk__in=[seen.pk, sealed.pk]).update(
        type_code="11.01.02", area_code=GRIDS[4], state="verifying", opened_at=NOW.replace(month=10)
    )
    Matter.objects.filter(pk=sealed.pk).update(access_class="sealed")
    touch("matters", [seen.pk, sealed.pk])
    touched_take()
    entries_write()
    figures_count()
    text = signed_in(town.centre).get(f"{MAP}streets/{STREET}/records/confirmed_fraud/").content.decode()
    assert number_of(seen.pk) in text and number_of(sealed.pk) not in text
    assert "1 more on this page is counted that your post may not see" in text
    assert "of an imported register have no pages" in text
    police = signed_in(town.scope("police", Duty.HANDLE))
    text = police.get(f"{MAP}streets/{STREET}/records/confirmed_fraud/").content.decode()
    assert number_of(seen.pk) not in text and "2 more on this page are counted" in text


def test_a_street_says_what_its_communities_are_coloured_by_and_what_is_forecast(town: Town) -> None:
    page = signed_in(town.centre).get(f"{MAP}streets/{STREET}/", headers={"accept-language": "zh-hans"})
    text = page.content.decode()
    assert "合计颜色及把握" in text and "各项指标合计评定" in text
    assert "下月公布的指数" in text and "换用其他权重与方法" in text


def test_few_events_of_a_community_are_not_told(town: Town) -> None:
    text = signed_in(town.centre).get(f"{MAP}streets/{STREET}/?where=overturned_answers").content.decode()
    assert "under 3" in text


def test_what_is_unknown_is_not_found(town: Town) -> None:
    client = signed_in(town.centre)
    for path in (
        "/risk/maps/202610/9/", "/risk/maps/209901/1/", f"{MAP}indicators/nothing/", f"{MAP}streets/330199009/",
        f"{MAP}streets/{STREET}/?where=nothing", f"{MAP}streets/{STREET}/records/nothing/", "/risk/alerts/999999/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_a_draft_is_for_those_who_may_sign_it(town: Town) -> None:
    map_draft(month=202611, actor=ACTOR)
    draft = "/risk/maps/202611/1/"
    assert "draft, not signed" in signed_in(town.centre).get(draft).content.decode()
    for code in ("police", OTHER, CENTRE):
        other = signed_in(town.scope(code, Duty.HANDLE))
        assert other.get(draft).status_code == 404
        assert ">2026-11<" not in other.get("/risk/versions/").content.decode()
        assert other.get(f"{draft}streets/{STREET}/").status_code == 404


def test_signing_through_the_page(town: Town) -> None:
    client = signed_in(town.centre)
    made = client.post("/risk/drafts/", {"month": str(LAST)})
    assert made.headers["Location"] == f"/risk/maps/{LAST}/2/"
    row = RiskMap.objects.get(month=LAST, version=2)
    given = {"digest": row.result_digest, "note": "更正"}
    client.post(f"/risk/maps/{LAST}/2/publish", given)
    row.refresh_from_db()
    assert row.status == "draft"  # without the tick
    client.post(f"/risk/maps/{LAST}/2/publish", {**given, "looked": "on"})
    row.refresh_from_db()
    assert (row.status, row.note) == ("published", "更正") and row.signer
    for other in (town.scope(OTHER, Duty.SUPERVISE), town.scope("police", Duty.SUPERVISE)):
        stranger = signed_in(other)
        assert stranger.post("/risk/drafts/", {"month": str(LAST)}).status_code == 403
        assert stranger.post(f"/risk/maps/{LAST}/2/publish", {**given, "looked": "on"}).status_code == 403


def test_other_weights_change_nothing_that_is_kept(town: Town) -> None:
    before = list(StreetRisk.objects.order_by("id").values_list("risk", flat=True))
    client = signed_in(town.centre)
    form = client.get(f"{MAP}weights/").context["form"]
    given = {name: field.initial for name, field in form.fields.items()} | {"try": "1"}
    same = client.get(f"{MAP}weights/", given)
    assert all(line.new_risk == pytest.approx(line.risk) for line in same.context["lines"])
    other = client.get(f"{MAP}weights/", given | {"i-confirmed_fraud": "50"})
    assert any(line.new_risk != pytest.approx(line.risk) for line in other.context["lines"])
    assert client.get(f"{MAP}weights/", given | {"i-confirmed_fraud": "0"}).status_code == 422
    assert list(StreetRisk.objects.order_by("id").values_list("risk", flat=True)) == before


def test_acts_on_an_alert_through_the_page(town: Town) -> None:
    alert = Alert.objects.get(area_code=STREET)
    page = f"/risk/alerts/{alert.pk}/"
    street = signed_in(town.scope(STREET, Duty.SUPERVISE))
    assert "Begin the self-examination" in street.get(page).content.decode()
    for stranger in (town.scope(OTHER, Duty.SUPERVISE), town.scope("housing", Duty.HANDLE)):
        assert signed_in(stranger).get(page).status_code == 404
        assert signed_in(stranger).post(f"{page}take-up").status_code == 404
    community = signed_in(town.scope(f"{STREET}001", Duty.SUPERVISE))
    assert community.post(f"{page}take-up").status_code == 403
    assert street.post(f"{page}take-up").status_code == 302
    assert street.post(f"{page}examine", {"cause": "x"}).status_code == 422
    given = {
        "cause": "原因",
        "communities": [f"{STREET}001"],
        "body": str(town.house.organisations["police"].pk),
    }
    assert street.post(f"{page}examine", given).status_code == 302
    assert street.post(f"{page}measure", {"title": "宣讲"}).status_code == 422
    past = {"title": "宣讲", "organisation": given["body"], "due": "2026-11-01"}
    assert street.post(f"{page}measure", past).status_code == 422
    assert street.post(f"{page}measure", {**past, "due": "2026-12-01"}).status_code == 302
    task = alert.tasks.get(kind="measure")
    police = signed_in(town.scope("police", Duty.HANDLE))
    assert police.post(f"{page}tasks/{task.pk}", {"text": "已宣讲"}).status_code == 302
    assert police.post(f"{page}tasks/999999", {"text": "x"}).status_code == 404
    assert street.post(f"{page}close", {"text": "x"}).status_code == 403
    assert street.post(f"{page}nothing").status_code == 404
    alert.refresh_from_db()
    assert alert.state == "acting"


def test_what_was_typed_is_still_there_when_somebody_was_quicker(town: Town) -> None:
    alert = Alert.objects.get(area_code=STREET)
    page, police = f"/risk/alerts/{alert.pk}/", str(town.house.organisations["police"].pk)
    street = signed_in(town.scope(STREET, Duty.SUPERVISE))
    street.post(f"{page}take-up")
    given = {"cause": "原因", "communities": [f"{STREET}001"], "body": police}
    street.post(f"{page}examine", given)
    street.post(f"{page}measure", {"title": "宣讲", "organisation": police, "due": "2026-12-01"})
    refused = street.post(f"{page}review", {"text": "都做完了，申请复核"})
    text = refused.content.decode()
    assert refused.status_code == 409 and "都做完了，申请复核" in text and "still open" in text
    task = alert.tasks.get(kind="measure")
    own = signed_in(town.scope("police", Duty.HANDLE))
    own.post(f"{page}tasks/{task.pk}", {"text": "已宣讲"})
    assert own.post(f"{page}tasks/{task.pk}", {"text": "再报一次"}).status_code == 409


def test_the_records_behind_an_alert_are_one_click_away(town: Town) -> None:
    alert = Alert.objects.get(area_code=STREET)
    code = alert.reasons["indicators"][0]["indicator"]
    page = f"/risk/alerts/{alert.pk}/"
    assert f'href="{page}records/{code}/"' in signed_in(town.centre).get(page).content.decode()
    assert signed_in(town.centre).get(f"{page}records/{code}/").status_code == 200
    assert signed_in(town.centre).get(f"{page}records/nothing/").status_code == 404


def test_dimensions_and_communities_say_how_sure_their_colours_are(town: Town) -> None:
    context = signed_in(town.centre).get(f"{MAP}streets/{STREET}/").context
    for each in context["dimensions"]:
        assert each.level >= 0 and 0.0 <= each.probability <= 1.0
        assert all(line.probability is not None for line in each.lines if line.level >= 0)
    assert all(0.0 < each.probability <= 1.0 for each in context["communities"])
    view = context["view"]
    for shares in view.result["streets"]["dimension_chances"][view.place(STREET)]:
        assert sum(shares) == pytest.approx(1.0)
    whole = assessed(view.inputs.communities, view.rules)
    sure = probabilities(assessment=whole, rules=view.rules.colours).of(
        np.array(view.result["communities"]["level"])
    )
    # A street's communities alone say the same as all of them together.
    kept = dict(zip(whole.areas, sure, strict=True))
    assert {each.code: each.probability for each in context["communities"]} == {
        code: kept[code] for code in kept if code.startswith(STREET)
    }


def test_forecasts_say_what_they_reached(town: Town) -> None:
    context = signed_in(town.centre).get(f"{MAP}forecasts/").context
    assert [one.level for one in context["together"]] == [0.8, 0.95]
    for place, one in enumerate(context["together"]):
        parts = [[each for each in row.result.coverage if each.adjusted][place] for row in context["kept"]]
        assert (one.inside, one.total) == (sum(p.inside for p in parts), sum(p.total for p in parts))


def test_the_screen_tells_of_colours_and_open_alerts(town: Town) -> None:
    text = signed_in(town.centre).get("/screen/parts/colours").content.decode()
    assert "open alert" in text and "To be examined" in text


def test_without_a_map_the_page_says_what_to_do() -> None:
    built = district()
    centre = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
    text = signed_in(centre).get("/risk/").content.decode()
    assert "No map has been published yet" in text and "Make a draft" in text
    refused = signed_in(centre).post("/risk/drafts/", {"month": "202610"}, follow=True)
    assert "has no figures" in refused.content.decode()


@pytest.mark.parametrize(
    ("counts", "hidden"), [((9, 7, 4, 1), 2), ((9, 7, 2, 1), 2), ((9, 7, 4), 0), ((1,), 1)]
)
def test_a_hidden_count_is_never_alone(counts: tuple[int, ...], hidden: int) -> None:
    lines = [CommunityLine(code=str(n), count=n, is_few=n < 3, is_hidden=n < 3, level=1) for n in counts]
    assert [line.is_hidden for line in hidden_in_company(lines)] == [
        place >= len(counts) - hidden for place in range(len(counts))
    ]
