"""Staff add photos; whoever sees the matter sees them."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from bandeng.core import clock
from bandeng.dispatch.selectors import NotVisible, Refusal, photo_for, photo_path
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.services.photographs import matter_photo_add
from bandeng.dispatch.tests.stories import Stage, actor_of, refused
from bandeng.matters.models import Photo
from bandeng.matters.services.photos import PhotoRefused
from bandeng.matters.tests.factories import MORNING
from bandeng.organisations.rules import Duty, DutyMissing

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(settings: Settings, tmp_path: Path) -> Iterator[Stage]:
    settings.MEDIA_ROOT = tmp_path
    with clock.fixed(MORNING):
        yield Stage()


def picture(shade: int = 0) -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (20, 20), (shade, 0, 0)).save(out, "PNG")
    return BytesIO(out.getvalue())


def test_matter_photo_add_by_the_lead(stage: Stage) -> None:
    matter = stage.opened().matter
    lead = stage.handler("city_management")
    given = {"matter_id": matter.pk, "actor": actor_of(lead), "scope": lead}
    photo = matter_photo_add(file=picture(), phase="after", **given)  # type: ignore[arg-type]
    assert photo_path(photo_for(stage.centre, photo.pk)).exists()
    with pytest.raises(NotVisible):
        photo_for(stage.handler("police"), photo.pk)
    with pytest.raises(NotVisible):
        photo_for(stage.centre, photo.pk + 1)
    with pytest.raises(PhotoRefused):
        matter_photo_add(file=BytesIO(b"<svg/>"), phase="after", **given)  # type: ignore[arg-type]


def test_matter_photo_add_refused(stage: Stage) -> None:
    matter = stage.opened().matter
    auditor = stage.scope("command_centre", Duty.AUDIT)
    with pytest.raises(DutyMissing):
        matter_photo_add(
            matter_id=matter.pk, file=picture(), phase="after", actor=actor_of(auditor), scope=auditor
        )
    row = {
        "matter": matter,
        "phase": "before",
        "file": "x",
        "width": 1,
        "height": 1,
        "size": 1,
        "added_at": MORNING,
    }
    Photo.objects.bulk_create([Photo(digest=str(n), **row) for n in range(procedure().photos_per_matter)])
    refused(
        Refusal.PHOTOS_MANY, matter_photo_add, matter_id=matter.pk, file=picture(), phase="after",
        actor=actor_of(auditor), scope=None,
    )  # fmt: skip
