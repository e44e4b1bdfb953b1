"""Numbers leave as numbers, codes as texts, and nothing that a spreadsheet would take for a formula."""

import csv
import io

import pytest
from openpyxl import load_workbook

from bandeng.documents.sheets import Cell, csv_chunks, safe_cell, xlsx_chunks

#: Codes of areas, of firms and of people's phones: digits that are no numbers.
CODES = ("330199001001", "0571", "91330100MA2ABCDE0X", "330199001001003", "1234567890123456", "13800000000")


@pytest.mark.parametrize(
    "formula", ["=1+1", "-1+cmd", "+1", "@x", "-", "--1", "-1-1", "-1e", "-.5", "-1\n+1", "-１"]
)
def test_what_could_be_a_formula_gets_an_apostrophe(formula: str) -> None:
    assert safe_cell(formula) == f"'{formula}"


@pytest.mark.parametrize("number", ["-0.09686", "-1", "0", "12.5", "-1e-05", "3e+20"])
def test_a_plain_number_is_left_as_it_is(number: str) -> None:
    assert safe_cell(number) == number


def test_numbers_are_numbers_and_codes_are_texts_in_both_forms() -> None:
    numbers: tuple[Cell, ...] = (-0.09686, 202610, 1e-07, 0)
    rows: list[list[Cell]] = [[*CODES, "=1+1"], [*numbers, float("nan"), ""]]
    book = load_workbook(io.BytesIO(b"".join(xlsx_chunks(rows, sheet="图"))))
    sheet = book.worksheets[0]
    codes, figures = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert codes == [*CODES, "'=1+1"]
    assert tuple(figures[:4]) == numbers and all(type(each) is not str for each in figures[:4])
    assert not any(figures[4:])
    text = b"".join(csv_chunks(rows)).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        [*CODES, "'=1+1"],
        ["-0.09686", "202610", "1e-07", "0", "", ""],
    ]
