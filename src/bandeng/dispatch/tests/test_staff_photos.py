"""Photos that staff add: who may, how many, and what the story says."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from bandeng.core import clock
from bandeng.dispatch.selectors import NotVisible, Refused
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.services import photos
from bandeng.dispatch.services.photos import matter_photos_add, pictures_checked
from bandeng.dispatch.tests.stories import Stage, actor_of, audited, fresh, kinds_of
from bandeng.matters.models import Matter, Photo, Step
from bandeng.matters.services.photos import PhotoRefused
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import DutyMissing, Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    with clock.fixed(MORNING):
        yield Stage()


def file(colour: str) -> BytesIO:
    body = BytesIO()
    Image.new("RGB", (60, 40), colour).save(body, "JPEG")
    return BytesIO(body.getvalue())


def added(matter: Matter, scope: Scope, *colours: str) -> list[Photo]:
    pictures = pictures_checked([file(colour) for colour in colours])
    return matter_photos_add(
        matter_id=matter.pk, pictures=pictures, phase="after", actor=actor_of(scope), scope=scope
    )


def test_photos_come_with_one_line_in_the_story(stage: Stage) -> None:
    matter, lead = stage.opened().matter, stage.handler("city_management")
    assert len(added(matter, lead, "red", "blue", "red")) == 2
    step = Step.objects.get(matter_id=matter.pk, kind="noted")
    assert step.data == {"photos": 2, "phase": "after"} and not step.public
    assert set(Photo.objects.filter(matter_id=matter.pk).values_list("step_id", flat=True)) == {step.pk}
    assert audited("photo.added", matter.pk).actor == lead.actor
    assert added(matter, lead, "blue") == [] and kinds_of(matter).count("noted") == 1


def test_photos_are_refused_to_others_and_after_the_end(stage: Stage) -> None:
    matter = stage.opened(type_code="01.01.02").matter
    with pytest.raises(NotVisible):
        added(stage.opened().matter, stage.handler("housing"), "red")
    with pytest.raises(DutyMissing):
        added(matter, stage.scope("police"), "red")
    Matter.objects.filter(pk=matter.pk).update(state="withdrawn")
    with pytest.raises(Refused):
        added(fresh(matter), stage.handler("housing"), "red")
    assert not Photo.objects.exists()


def test_a_matter_has_so_many_photos_and_no_more(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(procedure(), photos_per_matter=2)
    monkeypatch.setattr(photos, "procedure", lambda: few)
    matter, lead = stage.opened().matter, stage.handler("city_management")
    with pytest.raises(PhotoRefused, match="2"):
        added(matter, lead, "red", "blue", "green")
    assert len(added(matter, lead, "red", "blue")) == 2
    assert "noted" in kinds_of(matter)
