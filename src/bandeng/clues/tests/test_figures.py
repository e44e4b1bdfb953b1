"""Statistics are published once a month, the same on the page and in a file; who takes a file away is written down."""

import csv
import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from bandeng.areas.tests.factories import COMMUNITIES
from bandeng.clues.models import PublishedMonth
from bandeng.clues.rules import ClueKind
from bandeng.clues.selectors.figures import published_months, published_table
from bandeng.clues.services import hiding
from bandeng.clues.services.publishing import figures_publish
from bandeng.clues.tests.factories import (
    HANDLING,
    MORNING,
    STREET,
    District,
    by,
    client_of,
    clue,
    district,
    later,
)
from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.organisations.rules import Duty
from bandeng.organisations.tests.factories import CENTRE

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/clues/figures/"


@pytest.fixture
def built() -> Iterator[District]:
    with clock.fixed(MORNING):
        yield district()


def march(built: District) -> str:
    """Clues of March, among them one of a kind; returns a number of the larger group."""
    numbers = [clue(area_code=COMMUNITIES[place % 3]).number for place in range(9)]
    clue(kind=ClueKind.GANG, text="菜场有人收保护费，不交就砸摊子。")
    return numbers[0]


def test_a_month_is_published_once_after_its_end(built: District) -> None:
    march(built)
    figures_publish()
    assert MORNING.date().replace(day=1) not in published_months()
    with later(days=40):
        assert figures_publish() == 1
        assert figures_publish() == 0
    assert AuditEntry.objects.filter(action="clue_figures.published").count() == len(published_months())


def test_an_accusation_that_comes_to_light_later_changes_no_published_figure(built: District) -> None:
    number = march(built)
    with later(days=40):
        figures_publish()
        month = published_months()[0]
        before = published_table(month)
        known = {**by(built.receiver, number), "reason": "材料里写明是街道的人收钱"}
        hiding.accusation_add(organisation_id=built.id_of(STREET), **known)
        figures_publish()
        assert published_table(month) == before
        row = PublishedMonth.objects.get(month=month)
        assert row.cells[-1][-1] is not None or None in row.cells[-1]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_holds_what_the_page_holds_and_is_written_down(built: District, form: str) -> None:
    march(built)
    with later(days=40):
        figures_publish()
        client = client_of(built.receiver)
        shown = client.get(f"{ADDRESS}?month=2026-03").context["table"].published
        answer = client.get(f"{ADDRESS}export/{form}?month=2026-03")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = taken(answer.getvalue(), form)
    cells = [[None if each == "不公开" else int(each) for each in line[1:]] for line in lines[1:-1]]
    assert cells == [list(line) for line in zip(*shown.cells, strict=True)]
    assert any(each is None for line in cells for each in line)
    entry = AuditEntry.objects.get(action="clue_figures.exported")
    assert entry.actor == built.receiver.actor and form in entry.content


def taken(content: bytes, form: str) -> list[list[str]]:
    """The rows of a file."""
    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    rows = load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    return [[str(cell) for cell in row if cell is not None] for row in rows]


def test_before_anything_is_published_the_page_says_so_and_there_is_no_file(built: District) -> None:
    for language, words in (("zh-hans", "尚未公布"), ("en", "Nothing is published yet")):
        assert words in client_of(built.receiver, language=language).get(ADDRESS).content.decode()
    assert client_of(built.receiver).get(f"{ADDRESS}export/csv").status_code == 404


def test_only_who_reads_the_statistics_takes_them_away(built: District) -> None:
    march(built)
    with later(days=40):
        figures_publish()
        for scope, status in (
            (built.scope("police", *HANDLING), 403),
            (built.scope(CENTRE, Duty.UNSEAL), 403),
            (built.scope(STREET, Duty.SUPERVISE), 200),
        ):
            assert client_of(scope).get(f"{ADDRESS}export/csv").status_code == status
        assert client_of(built.receiver).get(f"{ADDRESS}export/pdf").status_code == 404


def test_what_is_withheld_stands_as_a_word_that_is_explained_once(built: District) -> None:
    march(built)
    words = (("zh-hans", "不公开", "少于 5 的数不公开"), ("en", "withheld", "Counts below 5 are withheld"))
    with later(days=40):
        figures_publish()
        for language, word, explained in words:
            shown = (
                client_of(built.receiver, language=language).get(f"{ADDRESS}?month=2026-03").content.decode()
            )
            assert f'<span class="cap">{word}</span></td>' in shown and "‹" not in shown
            assert shown.count(explained) == 1


def test_limits_name_their_sources_in_the_readers_language(built: District) -> None:
    chinese = client_of(built.receiver).get(ADDRESS).content.decode()
    english = client_of(built.receiver, language="en").get(ADDRESS).content.decode()
    assert "信访工作条例" in chinese and "Regulations on the Work of Letters and Visits" not in chinese
    assert "Regulations on the Work of Letters and Visits" in english and "条例" not in english
