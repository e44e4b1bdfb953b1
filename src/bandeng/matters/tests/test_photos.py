"""Photos: checked, rewritten, kept once."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from pytest_django import Settings

from bandeng.core.models import AuditEntry
from bandeng.core.rules import RESIDENT
from bandeng.matters.models import Photo
from bandeng.matters.services.photos import LONGEST_SIDE, MOST_BYTES, PhotoRefused, photo_add, picture_checked
from bandeng.matters.tests.factories import matter_opened


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(
    *, kind: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object
) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 120 if mode == "L" else "red").save(out, kind, **options)
    return out.getvalue()


def located() -> bytes:
    """A picture lying on its side, with a place in its hidden data."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "SECRETPLACE"
    return picture(exif=exif)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_picture_checked_takes_photos(kind: str, mode: str) -> None:
    checked = picture_checked(BytesIO(picture(kind=kind, mode=mode)))
    with Image.open(BytesIO(checked.content)) as image:
        assert (image.format, image.size) == ("JPEG", (60, 40))


def test_picture_checked_turns_upright_and_drops_hidden_data() -> None:
    checked = picture_checked(BytesIO(located()))
    assert (checked.width, checked.height) == (40, 60)
    assert b"SECRETPLACE" not in checked.content
    with Image.open(BytesIO(checked.content)) as image:
        assert not image.getexif()


def test_picture_checked_shrinks() -> None:
    checked = picture_checked(BytesIO(picture(size=(5000, 2500))))
    assert (checked.width, checked.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "x" * 10_000)
    return out.getvalue()


def bomb() -> bytes:
    """A small PNG that says it is enormous."""
    content = bytearray(picture(kind="PNG", size=(10, 10)))
    content[16:24] = (40_000).to_bytes(4, "big") * 2
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        archive(),
        b"GIF89a" + b"\0" * 50,
        b"\0\0\0\x18ftypheic" + b"\0" * 50,
        b"\xff\xd8\xff" + b"<script>alert(1)</script>" * 20,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"RIFF\0\0\0\0WEBP" + b"\0" * 50,
        b"RIFF\0\0\0\0WAVEfmt ",
        picture()[:200],
        bomb(),
        b"\xff\xd8\xff" + b"\0" * (MOST_BYTES + 10),
        picture(kind="PNG", size=(8000, 6000)),
    ],
)  # fmt: skip
def test_picture_checked_refuses_disguised_and_damaged_files(content: bytes) -> None:
    with pytest.raises(PhotoRefused) as caught:
        picture_checked(BytesIO(content))
    assert str(caught.value)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"]),
)
@hypothesis_settings(max_examples=60)
def test_picture_checked_fails_in_one_way_only(tail: bytes, head: bytes) -> None:
    with pytest.raises(PhotoRefused):
        picture_checked(BytesIO(head + tail))


def test_what_is_appended_to_a_photo_does_not_survive() -> None:
    checked = picture_checked(BytesIO(picture() + archive() + b"<script>alert(1)</script>"))
    assert b"script" not in checked.content and b"PK" not in checked.content[-60:]


@pytest.mark.django_db
def test_photo_add_keeps_the_same_picture_once(folder: Path) -> None:
    first, second = matter_opened().matter, matter_opened().matter
    one = photo_add(matter=first, file=BytesIO(picture()), phase="report", actor=RESIDENT)
    again = photo_add(matter=first, file=BytesIO(picture()), phase="report", actor=RESIDENT)
    other = photo_add(matter=second, file=BytesIO(picture()), phase="after", actor=RESIDENT)
    assert one == again and other.file == one.file
    assert Photo.objects.count() == 2
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [f"{one.digest}.jpg"]
    assert AuditEntry.objects.filter(action="photo.added").count() == 2


@pytest.mark.django_db
def test_photo_add_refuses_an_unknown_phase() -> None:
    with pytest.raises(PhotoRefused):
        photo_add(matter=matter_opened().matter, file=BytesIO(picture()), phase="later", actor=RESIDENT)
