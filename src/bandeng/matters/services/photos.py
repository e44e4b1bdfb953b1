"""Photos: checked by their content, decoded within bounds, written anew without hidden data, kept once."""

import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import pgettext
from PIL import Image, ImageOps, UnidentifiedImageError

from bandeng.core import audit, clock
from bandeng.core.rules import Actor
from bandeng.matters.models import Matter, Photo

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2048
QUALITY = 85
PHASES = frozenset({"report", "before", "after"})
FORMATS = ("JPEG", "PNG", "WEBP")
SIGNATURES = {"JPEG": (b"\xff\xd8\xff",), "PNG": (b"\x89PNG\r\n\x1a\n",), "WEBP": (b"RIFF",)}


class PhotoRefused(ValueError):
    """A file that is not taken as a photo; the text says why and what to do."""


@dataclass(frozen=True)
class Picture:
    """A checked picture, written anew as JPEG."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def photo_add(
    *, matter: Matter, file: BinaryIO, phase: str, actor: Actor, step_id: int | None = None
) -> Photo:
    """Check, rewrite and keep a photo of a matter; the same picture in the same phase is kept once.

    Raises PhotoRefused. The caller has checked that the actor may do this.
    """
    if phase not in PHASES:
        raise PhotoRefused(pgettext("photo", "A photo is of the report, from before or from after the work."))
    return picture_add(
        matter=matter, picture=picture_checked(file), phase=phase, actor=actor, step_id=step_id
    )


def picture_add(
    *, matter: Matter, picture: Picture, phase: str, actor: Actor, step_id: int | None = None
) -> Photo:
    """Keep a checked picture as a photo of a matter; the same picture in the same phase is kept once."""
    name = _kept(picture)
    with transaction.atomic():
        Matter.objects.select_for_update(of=("self",)).only("pk").get(pk=matter.pk)
        known = Photo.objects.filter(matter_id=matter.pk, phase=phase, digest=picture.digest).first()
        if known is not None:
            return known
        photo = Photo.objects.create(
            matter_id=matter.pk, step_id=step_id, phase=phase, file=name, digest=picture.digest, width=picture.width,
            height=picture.height, size=len(picture.content), added_at=clock.now(),
        )  # fmt: skip
        audit.record(
            action="photo.added", subject=("matters.matter", str(matter.pk)), actor=actor.key,
            after={"photo": photo.pk, "phase": phase, "digest": photo.digest},
        )  # fmt: skip
    return photo


def picture_checked(file: BinaryIO) -> Picture:
    """The picture in a file, upright, at most LONGEST_SIDE wide and high, without hidden data. Raises PhotoRefused."""
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PhotoRefused(pgettext("photo", "The file is larger than 12 MB. Choose a smaller picture."))
    if not content:
        raise PhotoRefused(pgettext("photo", "The file is empty. Take the picture again."))
    kind = _kind_of(content)
    try:
        # Pillow warns of large pictures before decoding; here a warning is a refusal.
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            _verified(content, kind)
            return _rewritten(content, kind)
    except PhotoRefused:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise PhotoRefused(
            pgettext("photo", "The picture is damaged. Take it again or choose another one.")
        ) from error


def _kind_of(content: bytes) -> str:
    """The format by the file's first bytes, whatever its name says. Raises PhotoRefused."""
    for kind, starts in SIGNATURES.items():
        if content.startswith(starts) and (kind != "WEBP" or content[8:12] == b"WEBP"):
            return kind
    if content[4:8] == b"ftyp":
        raise PhotoRefused(
            pgettext(
                "photo",
                "Pictures in HEIC or AVIF cannot be read here. Send it as JPEG: phones can be set so.",
            )
        )
    raise PhotoRefused(pgettext("photo", "The file is no photo. Send JPEG, PNG or WebP."))


def _verified(content: bytes, kind: str) -> None:
    """Check structure and size from the header, before anything is decoded."""
    try:
        with Image.open(BytesIO(content), formats=(kind,)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise PhotoRefused(
                    pgettext("photo", "The picture has more than 40 million pixels. Choose a smaller one.")
                )
            image.verify()
    except UnidentifiedImageError as error:
        raise PhotoRefused(pgettext("photo", "The file is no photo. Send JPEG, PNG or WebP.")) from error


def _rewritten(content: bytes, kind: str) -> Picture:
    """Decode and encode again: EXIF, place, colour profile and anything appended stay behind."""
    with Image.open(BytesIO(content), formats=(kind,)) as opened:
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image = ImageOps.exif_transpose(opened)
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = Image.new("RGB", image.size, "white")
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            layered = image.convert("RGBA")
            plain.paste(layered, mask=layered.getchannel("A"))
        else:
            plain.paste(image.convert("RGB"))
    out = BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(out.getvalue(), plain.width, plain.height)


def _kept(picture: Picture) -> str:
    """Write the picture unless it is there, so that a crash cannot halve it; returns its name under MEDIA_ROOT."""
    folder = clock.now().strftime("%Y/%m")
    name = f"{folder}/{picture.digest}.jpg"
    path = Path(settings.MEDIA_ROOT) / name
    known = Photo.objects.filter(digest=picture.digest).values_list("file", flat=True).first()
    if known is not None and (Path(settings.MEDIA_ROOT) / known).exists():
        return known
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _written(path, picture.content)
    return name


def _written(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-", suffix=".jpg")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@dataclass(frozen=True)
class Staged:
    """A checked picture that waits for its matter, known by its digest."""

    digest: str
    width: int
    height: int


def photo_stage(file: BinaryIO) -> Staged:
    """Check, rewrite and keep a picture whose matter does not exist yet. Raises PhotoRefused."""
    picture = picture_checked(file)
    path = staged_path(picture.digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _written(path, picture.content)
    return Staged(picture.digest, picture.width, picture.height)


def staged_path(digest: str) -> Path:
    """Where a staged picture lies. Raises ValueError for what is no digest."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError(digest)
    return Path(settings.MEDIA_ROOT) / "staged" / f"{digest}.jpg"


def staged_attach(*, matter: Matter, staged: Iterable[Staged], phase: str, actor: Actor) -> list[Photo]:
    """Make staged pictures photos of a matter; one that was cleared away meanwhile is left out."""
    photos = []
    for each in staged:
        path = staged_path(each.digest)
        if path.exists():
            picture = Picture(path.read_bytes(), each.width, each.height)
            photos.append(picture_add(matter=matter, picture=picture, phase=phase, actor=actor))
    return photos


def staged_clear(*, older_than: timedelta) -> int:
    """Delete staged pictures whose reports were never sent; returns how many."""
    before = (clock.now() - older_than).timestamp()
    old = [
        path for path in (Path(settings.MEDIA_ROOT) / "staged").glob("*.jpg") if path.stat().st_mtime < before
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
