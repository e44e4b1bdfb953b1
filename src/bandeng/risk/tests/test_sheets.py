"""Tables that leave the five-colour map: headings that say what stands below them, figures that can be added up."""

import csv
import io
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from bandeng.core.rules import SYSTEM
from bandeng.desk.tests.officers import signed_in
from bandeng.dispatch.tests.factories import house
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE, scope
from bandeng.risk.selectors.clusters import run_shown
from bandeng.risk.selectors.clusters_sheet import surge_rows
from bandeng.risk.services.scan import surveillance_run
from bandeng.risk.tests import test_pages
from bandeng.risk.tests.surges import matters, weeks_before
from bandeng.risk.tests.test_pages import MAP, Town

pytestmark = pytest.mark.django_db
_today, town = test_pages._today, test_pages.town
CHINESE = {"accept-language": "zh-hans"}


def test_figures_of_the_map_leave_as_numbers_under_headings_of_their_own(town: Town) -> None:
    client = signed_in(town.centre)
    text = client.get(f"{MAP}table.csv", headers=CHINESE).getvalue().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert "分母" in head and "反对" not in head and len(set(head)) == len(head)
    added = [row[head.index("对指数的贡献")] for row in rows]
    assert any(float(each) < 0 for each in added)
    book = load_workbook(io.BytesIO(client.get(f"{MAP}table.xlsx", headers=CHINESE).getvalue()))
    lines: list[tuple[Any, ...]] = list(book.worksheets[0].values)
    assert [float(each) for each in added] == [line[head.index("对指数的贡献")] for line in lines[1:]]
    assert all(isinstance(line[head.index("计数")], int | float) for line in lines[1:])


def test_no_two_columns_of_surges_are_called_the_same() -> None:
    built = house()
    weeks_before(20)
    matters(30)
    centre = scope(Duty.SUPERVISE, organisation=built.organisations[CENTRE])
    shown = run_shown(surveillance_run(actor=SYSTEM), centre)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            head = next(surge_rows(shown))
        assert len(set(head)) == len(head)
        assert language == "en" or {"界限", "区间上限", "区间下限"} <= set(head)
