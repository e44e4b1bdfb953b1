"""What pages of maps say beside the figures: held colours, columns named on a phone, signs and ranges."""

import math
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from bandeng.core import clock
from bandeng.desk.tests.officers import signed_in
from bandeng.risk.templatetags.clusters import apart
from bandeng.risk.templatetags.risk import change, figure
from bandeng.risk.tests.factories import NOW, STREET
from bandeng.risk.tests.test_pages import MAP, Town

pytestmark = pytest.mark.django_db
OFFENCES = f"{MAP}indicators/confirmed_offences/"


@pytest.fixture(autouse=True)
def _today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    with clock.fixed(NOW):
        yield


@pytest.fixture
def town() -> Town:
    return Town()


def words_of(town: Town, path: str, language: str = "en") -> str:
    """The page as text."""
    answer = signed_in(town.centre).get(path, headers={"accept-language": language})
    return answer.content.decode()


def row_of(page: str, code: str) -> str:
    """The line of a table that leads to a street."""
    rows: list[str] = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    return next(row for row in rows if f"streets/{code}/" in row)


def test_a_held_colour_says_so_and_stands_without_a_share(town: Town) -> None:
    answer = signed_in(town.centre).get(OFFENCES)
    held = [line for line in answer.context["lines"] if line.is_held]
    assert STREET in {line.code for line in held}
    row = row_of(answer.content.decode(), STREET)
    assert ">held<" in row and "%" not in row
    assert "does not fall" in answer.content.decode()
    assert "延续：沿用此前月份的颜色" in words_of(town, OFFENCES, "zh-hans")


def test_a_colour_by_its_own_figure_keeps_its_share(town: Town) -> None:
    answer = signed_in(town.centre).get(OFFENCES)
    free = [line for line in answer.context["lines"] if not line.is_held]
    assert free
    for line in free:
        row = row_of(answer.content.decode(), line.code)
        assert "held" not in row and "%" in row


def test_a_streets_page_marks_its_held_indicators(town: Town) -> None:
    answer = signed_in(town.centre).get(f"{MAP}streets/{STREET}/")
    lines = [line for each in answer.context["dimensions"] for line in each.lines]
    held = {line.working.indicator.code for line in lines if line.is_held}
    assert "confirmed_offences" in held
    row = next(each for each in answer.content.decode().split("<tr>") if "#confirmed_offences" in each)
    assert ">held<" in row and "does not fall" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        MAP,
        OFFENCES,
        f"{MAP}streets/{STREET}/",
        f"{MAP}forecasts/",
        "/risk/alerts/",
        "/risk/versions/",
        "/risk/stocks/",
    ],
)
def test_a_table_names_its_columns_in_each_row_for_a_phone(town: Town, path: str) -> None:
    page = words_of(town, path)
    tables = re.findall(r'<table class="[^"]*records-cards.*?</table>', page, re.DOTALL)
    assert tables
    for table in tables:
        heads = " ".join(re.findall(r"<th scope=\"col[^>]*>(.*?)</th>", table, re.DOTALL))
        named = re.findall(r'data-label="([^"]*)"', table)
        assert named and all(label and label in heads for label in named), path


@pytest.mark.parametrize(
    ("value", "alone", "with_sign"),
    [(-0.04, "0.0", "0.0"), (0.0, "0.0", "0.0"), (-0.8, "\u22120.8", "\u22120.8"), (1.25, "1.2", "+1.2")],
)
def test_numbers_have_a_true_minus_and_nought_has_none(value: float, alone: str, with_sign: str) -> None:
    assert (figure(value), change(value)) == (alone, with_sign)


def test_marks_that_lie_upon_each_other_are_moved_apart_and_others_stay() -> None:
    marks: list[dict[str, Any]] = [
        {"x": x, "y": 100.0, "size": 25.0} for x in (100.0, 100.0, 110.0, 130.0, 600.0)
    ]
    apart(marks)
    assert (marks[-1]["x"], marks[-1]["y"]) == (600.0, 100.0)
    for one, other in combinations(marks, 2):
        assert math.hypot(one["x"] - other["x"], one["y"] - other["y"]) >= 49.0


def test_the_history_names_its_colours_in_whole_words(town: Town) -> None:
    page = words_of(town, f"{MAP}streets/{STREET}/")
    drawn = re.findall(r"<text[^>]*>(\w+)</text>", page.split("Months and forecast")[1])
    assert {"Red", "Orange", "Yellow", "Blue", "Green"} <= set(drawn)


def test_weights_of_dimensions_are_named_once_as_such(town: Town) -> None:
    page = words_of(town, f"{MAP}weights/")
    for form in re.findall(r"<fieldset.*?</fieldset>", page, re.DOTALL):
        legend = re.findall(r"<legend[^>]*>(.*?)</legend>", form)[0]
        labels = re.findall(r"<label[^>]*>\s*(.*?)\s*</label>", form)
        assert labels[0] == "Weight of the dimension" and legend not in labels


def test_definitions_begin_with_a_plain_sentence_and_sources_are_in_the_readers_language(town: Town) -> None:
    english, chinese = (words_of(town, f"{MAP}definitions/", language) for language in ("en", "zh-hans"))
    sheet = english.split('class="sheet-body stack"')[1]
    assert sheet.index("how much worse things went") < sheet.index("(observed + a)")
    assert "article 34" in english and "信访工作条例" not in english
    assert "信访工作条例第三十四条" in chinese and "the choice is ours" not in chinese
