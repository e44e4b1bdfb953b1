"""The classifier learns from corrections."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from bandeng.core import clock
from bandeng.core.models import AuditEntry
from bandeng.dispatch.knowledge import classifier
from bandeng.dispatch.services.corrections import base_rows, base_rows_keep, category_of, classifier_retrain
from bandeng.dispatch.services.retyping import matter_retype
from bandeng.dispatch.tests.stories import Stage, actor_of
from bandeng.matters.tests.factories import MORNING
from reckon.classification import LabelledText, MessageText

pytestmark = pytest.mark.django_db

LAMPS = ("路灯不亮", "街灯坏了", "灯杆歪了", "照明线路故障", "路灯闪烁")
ROADS = ("路面坑洼", "道路塌陷", "人行道破损", "沥青开裂", "路面积水坑")
ROWS = [
    LabelledText(text=f"{place}{text}{times}次", category=category)
    for category, texts in (("01.01.01", LAMPS), ("01.01.02", ROADS))
    for text in texts
    for place in ("古渡路", "柳岸街", "明湖巷")
    for times in ("两", "三")
]


@pytest.fixture
def stage(settings: Settings, tmp_path: Path) -> Iterator[Stage]:
    settings.CLASSIFIER_FILE = tmp_path / "models" / "classifier"
    classifier.forget()
    with clock.fixed(MORNING):
        yield Stage()


def test_base_rows_survive(stage: Stage) -> None:
    assert base_rows_keep(ROWS) == len(ROWS)
    assert list(base_rows()) == ROWS


def test_classifier_retrain_needs_rows_and_corrections(stage: Stage) -> None:
    assert classifier_retrain().kept == "too few corrections"
    assert classifier_retrain(always=True).kept == "no base rows"
    assert classifier() is None


def test_classifier_retrain_learns_what_officers_said(stage: Stage) -> None:
    base_rows_keep(ROWS)
    for number in range(3):
        matter = stage.waiting(title="窨井", text=f"门前窨井松动{number}处").matter
        matter_retype(
            matter_id=matter.pk, type_code="01.01.02", actor=actor_of(stage.centre), scope=stage.centre
        )
    result = classifier_retrain(always=True)
    assert (result.kept, result.corrections) == ("", 3)
    model = classifier()
    assert model is not None
    assert model.predict([MessageText(text="小区外窨井松动", title="窨井")])[0].category == "01.01.02"
    assert AuditEntry.objects.filter(action="classifier.retrained").count() == 1


def test_category_of_takes_the_level_that_the_classifier_knows(stage: Stage) -> None:
    assert category_of("01.01.02", {"01", "02"}) == "01"
    assert category_of("01.01.02", {"城乡建设"}) == "城乡建设"
    assert category_of("01.01.02", {"01.01.02", "01"}) == "01.01.02"
    assert category_of("01.01.02", {"教育"}) is None
