"""Stocks: files read line by line, looked at, brought in; earlier numbers kept; sums that are whole or missing."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from bandeng.areas.tests.factories import GRIDS, STREETS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.tests.officers import signed_in
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.models import Stock, StockUpload
from bandeng.risk.rules import NotAllowed, NotYours
from bandeng.risk.selectors.stocks import (
    changes_of,
    children,
    stock_months,
    stocks_known,
    template_rows,
    total_of,
)
from bandeng.risk.services.stocks import (
    StockRow,
    StocksInvalid,
    stocks_bring,
    stocks_read,
    upload_bring,
    upload_keep,
)
from bandeng.risk.tests.factories import ACTOR, NOW, district

pytestmark = pytest.mark.django_db
HEAD = "area_code,kind,valid_from,value,source\n"
LINE = "330199001001,population,2026-07-01,6000,统计年鉴\n"


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW), translation.override("en"):
        yield


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "stocks.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    district()
    before = Stock.objects.count()
    rows = stocks_read(written(tmp_path, HEAD + LINE))
    assert stocks_bring(rows=rows, actor=ACTOR) == 1
    assert stocks_bring(rows=rows, actor=ACTOR) == 0
    assert Stock.objects.count() == before + 1


def test_a_corrected_number_follows_and_the_earlier_one_is_kept() -> None:
    district()
    row = StockRow(
        area_code="330199001001", kind="population", valid_from=date(2025, 1, 1), value=7_000, source="普查"
    )
    assert stocks_bring(rows=[row], actor=ACTOR) == 1
    both = Stock.objects.filter(area_code=row.area_code, kind=row.kind).order_by("id")
    assert [(each.value, each.superseded_at) for each in both] == [(5_000, NOW), (7_000, None)]
    assert stocks_known("population")["330199001001"].values == (7_000,)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("330199999999,population,2026-07-01,6000,x", "no street, community or grid"),
        ("3.30199E+11,population,2026-07-01,6000,x", "column as text"),
        ("330199,population,2026-07-01,6000,x", "no street, community or grid"),
        ("330199001001,people,2026-07-01,6000,x", "Resident population"),
        ("330199001001,population,2026-13-01,6000,x", "2026-07-01"),
        ("330199001001,population,2026-07-01,-5,x", "whole number"),
        ("330199001001,population,2026-07-01,1e3,x", "whole number"),
        ("330199001001,population,2026-07-01,99999999999,x", "whole number"),
        ("330199001001,population,2026-07-01,6000,", "source is missing"),
        ("330199001001,population,1999-12-31,6000,x", "not between 2000-01-01"),
        ("330199001001,population,2062-07-01,6000,x", "and 2027-11-24"),
        ("330199001001,population,2026-07-01,6000,x\x00y", "cannot be seen"),
        ("330199001001,population,2026-07-01,6000,x\x1by", "cannot be seen"),
    ],
)
def test_a_wrong_line_is_named_with_its_fault(tmp_path: Path, line: str, words: str) -> None:
    district()
    with pytest.raises(StocksInvalid) as refused:
        stocks_read(written(tmp_path, f"{HEAD}{LINE}{line}\n"))
    (fault,) = refused.value.faults
    assert fault.line == 3 and words in fault.text


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    district()
    with pytest.raises(StocksInvalid) as refused:
        stocks_read(written(tmp_path, f"{HEAD}{LINE}{LINE}x,y,z,1,\n"))
    assert [fault.line for fault in refused.value.faults] == [3, 4, 4, 4, 4]


@pytest.mark.parametrize("text", ["area_code,kind,valid_from,value\n", "a\n1\n", HEAD, ""])
def test_a_file_without_columns_or_numbers_is_refused(tmp_path: Path, text: str) -> None:
    district()
    with pytest.raises(StocksInvalid):
        stocks_read(written(tmp_path, text))


@pytest.mark.parametrize("day", ["2026-07-01", "2026/7/1", "2026年7月1日", "2026-07-01 00:00:00"])
def test_days_and_numbers_as_spreadsheets_write_them(tmp_path: Path, day: str) -> None:
    district()
    (row,) = stocks_read(written(tmp_path, f'{HEAD}330199001001,常住人口,{day},"6,000",年鉴\n'))
    assert (row.valid_from, row.value, row.kind) == (date(2026, 7, 1), 6_000, "population")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_template_is_read_back_with_the_present_numbers(tmp_path: Path, language: str) -> None:
    district()
    with translation.override(language):
        lines = list(template_rows(valid_from=date(2026, 12, 1)))
    for line in lines[1:]:
        line[4] = "年鉴"
    rows = stocks_read(written(tmp_path, "\n".join(",".join(map(str, line)) for line in lines)))
    assert len(rows) == len(lines) - 1 and {row.value for row in rows} == {5_000, 300, 60}


def test_a_total_is_whole_or_missing_and_never_counted_twice() -> None:
    district()
    below, day = children(), date(2026, 7, 15)

    def total(area: str) -> float | None:
        return total_of(area, known=stocks_known("population"), below=below, day=day)

    communities = below[STREETS[0]]
    assert total(STREETS[0]) == 5_000.0 * len(communities)
    grid = StockRow(area_code=GRIDS[0], kind="population", valid_from=date(2025, 1, 1), value=900, source="x")
    stocks_bring(rows=[grid], actor=ACTOR)
    assert total(STREETS[0]) == 5_000.0 * len(communities)
    Stock.objects.filter(area_code=communities[0], kind="population").delete()
    assert total(STREETS[0]) is None
    months = stock_months("population", areas=STREETS, months=[202607])
    assert months[0, 0] != months[0, 0] and months[0, 1] > 0


def _sent(client: Client, text: str, name: str = "stocks.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode(), content_type="text/csv")
    return client.post("/risk/stocks/", {"file": file}, follow=True)


def test_a_file_is_looked_at_before_it_counts() -> None:
    built = district()
    client = signed_in(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))
    before = Stock.objects.count()
    shown = _sent(client, HEAD + LINE)
    upload = StockUpload.objects.get()
    text = shown.content.decode()
    assert Stock.objects.count() == before and "6,000" in text and "5,000" in text
    address = f"/risk/stocks/{upload.pk}/"
    assert client.post(f"{address}bring").headers["Location"] == "/risk/stocks/"
    assert client.post(f"{address}bring", follow=True).status_code == 200  # told that it is in already
    assert Stock.objects.count() == before + 1
    assert Stock.objects.get(upload=upload).value == 6_000
    assert (
        AuditEntry.objects.filter(action="risk.stocks_brought").count() == 2
    )  # the district's own, and this
    client.post(f"{address}drop")
    assert StockUpload.objects.filter(pk=upload.pk).exists()


def test_a_file_with_faults_is_not_kept_and_every_fault_is_shown() -> None:
    built = district()
    client = signed_in(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))
    answer = _sent(client, f"{HEAD}330199001001,people,2026-07-01,6000,x\n")
    assert answer.status_code == 422 and "Line 2" in answer.content.decode()
    assert not StockUpload.objects.exists()


def test_a_dropped_file_is_gone() -> None:
    built = district()
    client = signed_in(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))
    _sent(client, HEAD + LINE)
    upload = StockUpload.objects.get()
    client.post(f"/risk/stocks/{upload.pk}/drop")
    assert not StockUpload.objects.exists()
    assert client.get(f"/risk/stocks/{upload.pk}/").status_code == 404


def test_only_who_answers_for_the_district_brings_stocks(tmp_path: Path) -> None:
    built = district()
    rows = stocks_read(written(tmp_path, HEAD + LINE))
    for code, duty in ((STREETS[0], Duty.SUPERVISE), (CENTRE, Duty.HANDLE), ("police", Duty.SUPERVISE)):
        other = scope(duty, organisation=built.organisations[code])
        with pytest.raises(NotYours):
            upload_keep(path=tmp_path / "stocks.csv", name="x", rows=rows, actor=ACTOR, scope=other)
        assert _sent(signed_in(other), HEAD + LINE).status_code == 403
    own = scope(Duty.RULES, organisation=built.organisations[CENTRE])
    kept = upload_keep(path=tmp_path / "stocks.csv", name="a/b.csv", rows=rows, actor=ACTOR, scope=own)
    assert kept.name == "b.csv"
    upload_bring(upload_id=kept.pk, actor=ACTOR, scope=own)
    with pytest.raises(NotAllowed, match="upload_brought"):
        upload_bring(upload_id=kept.pk, actor=ACTOR, scope=own)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_comes_as_a_file_that_is_read_back(tmp_path: Path, form: str) -> None:
    built = district()
    client = signed_in(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))
    path = tmp_path / f"template.{form}"
    path.write_bytes(io.BytesIO(client.get(f"/risk/stocks/template.{form}").getvalue()).read())
    with pytest.raises(StocksInvalid, match="source"):
        stocks_read(path)  # whose number it is, is left to be filled in
    assert client.get("/risk/stocks/template.pdf").status_code == 404


def test_what_had_better_be_checked_and_what_counts_nowhere_is_marked() -> None:
    built = district()
    client = signed_in(scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE]))
    community, street = f"{STREETS[0]}001", STREETS[0]
    Stock.objects.filter(kind="premises", area_code=community).delete()
    shown = _sent(
        client,
        f"{HEAD}{LINE}"
        f"{GRIDS[0]},population,2026-07-01,900,x\n"  # its community has its own
        f"{STREETS[1]},population,2026-07-01,10000,x\n"  # the sum of its communities
        f"{STREETS[1]}001,population,2026-07-01,5000,x\n"  # the line before overrules it
        f"{community},premises,2026-07-01,300,x\n"  # nothing before
        f"{community},food_premises,2026-07-01,0,x\n",
    )
    lines = {(line.area_code, line.kind): line for line in changes_of(StockUpload.objects.get())}
    grid, whole = lines[GRIDS[0], "population"], lines[STREETS[1], "population"]
    assert GRIDS[0].startswith(community) and grid.is_void and grid.overruled_by == community
    assert (whole.present, whole.is_far, whole.is_bare) == (5_000 * len(children()[STREETS[1]]), False, False)
    part = lines[f"{STREETS[1]}001", "population"]
    assert (part.overruled_by, part.is_void) == (STREETS[1], False)
    assert lines[community, "premises"].is_bare and lines[community, "food_premises"].is_to_check
    assert not lines[community, "population"].overruled_by and street
    text = shown.content.decode()
    assert "this one counts nowhere" in text and "counts below it only" in text
    assert "3 are 0 or follow no number" in text
    answer = client.post(f"/risk/stocks/{StockUpload.objects.get().pk}/bring", follow=True)
    assert "6 numbers were brought in" in answer.content.decode()
