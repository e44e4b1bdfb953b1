"""Exports: what leaves, in which form, and what is told of it."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bandeng.areas.tests.factories import GRIDS
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.desk.tests.test_queue import signed_in
from bandeng.dispatch.tests.stories import CLERK_DUTIES, Stage
from bandeng.documents.sheets import DANGEROUS, csv_chunks, safe_cell, xlsx_chunks
from bandeng.matters.tests.factories import MORNING
from bandeng.people.services import ContactDetails

FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")')


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_gets_an_apostrophe(formula: str) -> None:
    assert safe_cell(formula) == f"'{formula}"
    assert safe_cell(f"路灯{formula}") == f"路灯{formula}"


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_both_forms_hold_every_text_and_no_formula(rows: list[list[str]]) -> None:
    book = load_workbook(io.BytesIO(b"".join(xlsx_chunks(rows, sheet="事项"))), read_only=False)
    read = [list(line) for line in book.active.iter_rows()]
    for line, row in zip(read, rows, strict=True):
        for cell, text in zip(line, row, strict=False):
            assert cell.data_type in ("s", "n") and (cell.value is None or isinstance(cell.value, str))
            assert not str(cell.value or "").startswith(DANGEROUS)
            assert "".join(str(cell.value or "").split()) == "".join(safe_cell(text).split())
    text = b"".join(csv_chunks(rows)).decode("utf-8-sig")
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert [[safe_cell(cell) for cell in row] for row in rows] == [row or [""] for row in back]


@pytest.mark.django_db
def test_csv_begins_with_a_mark_and_has_no_contacts(stage: Stage) -> None:
    matter = stage.opened(
        title="=cmd|'/c calc'!A0", contact=ContactDetails(name="王某", phone="13800001234")
    ).matter
    stage.opened(grid=GRIDS[7])
    response = signed_in(stage.scope("330199001", *CLERK_DUTIES)).get("/desk/export.csv?queue=all")
    body = body_of(response)
    assert response["Content-Type"].startswith("text/csv") and "attachment" in response["Content-Disposition"]
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1:]] == [matter.number]
    assert rows[1][1] == "'=cmd|'/c calc'!A0"
    assert "13800001234" not in body.decode() and "王某" not in body.decode()


@pytest.mark.django_db
def test_xlsx_opens_with_texts_as_texts_and_counts_as_numbers(stage: Stage) -> None:
    stage.opened(title="=1+1")
    response = signed_in(stage.centre).get("/desk/export.xlsx?queue=open")
    sheet = load_workbook(io.BytesIO(body_of(response))).active
    assert sheet["B2"].data_type == "s" and sheet["B2"].value == "'=1+1"
    assert sheet["A1"].value == "Number"
    counts = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (counts["Reporters"].data_type, counts["Reporters"].value) == ("n", 1)
    assert counts["Type code"].data_type == "s" and counts["Satisfaction"].value is None


@pytest.mark.django_db
def test_every_export_is_told_with_filter_and_rows(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        stage.opened()
    monkeypatch.setattr("bandeng.desk.selectors.sheet_rows.MOST_ROWS", 2)
    monkeypatch.setattr("bandeng.desk.services.exporting.MOST_ROWS", 2)
    response = signed_in(stage.centre).get("/desk/export.csv?queue=open&channel=resident")
    assert len(body_of(response).decode().splitlines()) == 3
    assert response["X-Rows"] == "2+"
    entry = AuditEntry.objects.get(action="matters.exported")
    told = json.loads(entry.content)["after"]
    assert entry.actor == stage.centre.actor
    assert told == {"filter": "queue=open&channel=resident", "rows": 2, "form": "csv", "cut": True}


@pytest.mark.django_db
def test_no_other_form_leaves(stage: Stage) -> None:
    assert signed_in(stage.centre).get("/desk/export.pdf").status_code == 404
