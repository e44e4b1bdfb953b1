"""Pictures of a clue: checked and rewritten as photos are, then sealed before they touch the disk."""

import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from bandeng.clues import vault
from bandeng.clues.models import Attachment, Clue, ClueMessage
from bandeng.core import clock
from bandeng.matters.services.photos import picture_checked

MOST = 6
NAME_BYTES = 24


@dataclass(frozen=True)
class Waiting:
    """A checked, sealed picture whose clue does not exist yet."""

    name: str
    width: int
    height: int


def folder() -> Path:
    """Where sealed pictures lie."""
    return Path(settings.DATA) / "clues"


def picture_stage(file: BinaryIO) -> Waiting:
    """Check, rewrite and seal a picture that waits for its clue. Raises PhotoRefused."""
    picture = picture_checked(file)
    name = secrets.token_hex(NAME_BYTES)
    _write(name, vault.seal_bytes(picture.content, purpose="waiting picture", subject=name))
    return Waiting(name, picture.width, picture.height)


def waiting_picture(name: str) -> bytes | None:
    """A waiting picture as JPEG; None once it is gone."""
    path = _path(name)
    if path is None or not path.exists():
        return None
    return vault.open_bytes(path.read_text("ascii"), purpose="waiting picture", subject=name)


def pictures_unlike(kept: Iterable[Waiting], fresh: Iterable[Waiting]) -> list[Waiting]:
    """The fresh pictures that are not among those kept already: a form sent twice brings the same ones again."""
    known = {waiting_picture(each.name) for each in kept}
    new = []
    for each in fresh:
        content = waiting_picture(each.name)
        if content in known:
            remove([each.name])
        else:
            new.append(each)
            known.add(content)
    return new


def pictures_attach(
    *, clue: Clue, waiting: Iterable[Waiting], message: ClueMessage | None = None
) -> list[Attachment]:
    """Make waiting pictures attachments of a clue, sealed anew for it; one that is gone is left out."""
    rows = []
    for each in waiting:
        content = waiting_picture(each.name)
        if content is None:
            continue
        name = secrets.token_hex(NAME_BYTES)
        _write(name, vault.seal_bytes(content, purpose=f"picture {name}", subject=clue.number))
        rows.append(
            Attachment.objects.create(
                clue=clue, message=message, file=name, width=each.width, height=each.height, at=clock.now()
            )
        )
        transaction.on_commit(lambda gone=each.name: remove([gone]))  # type: ignore[misc]
    return rows


def picture_of(clue: Clue, attachment: Attachment) -> bytes | None:
    """An attachment as JPEG; None where its file is gone."""
    path = _path(attachment.file)
    if path is None or not path.exists():
        return None
    return vault.open_bytes(
        path.read_text("ascii"), purpose=f"picture {attachment.file}", subject=clue.number
    )


def remove(names: Sequence[str]) -> None:
    """Delete sealed files."""
    for name in names:
        path = _path(name)
        if path is not None:
            path.unlink(missing_ok=True)


def stray_clear(*, older_than: timedelta) -> int:
    """Delete sealed files that belong to no clue and are old: their reports were never sent; returns how many."""
    known = set(Attachment.objects.values_list("file", flat=True))
    before = (clock.now() - older_than).timestamp()
    stray = [
        path for path in folder().glob("*.sealed") if path.stem not in known and path.stat().st_mtime < before
    ]
    for path in stray:
        path.unlink(missing_ok=True)
    return len(stray)


def files() -> Iterable[Path]:
    """Every sealed file."""
    return folder().glob("*.sealed")


def _path(name: str) -> Path | None:
    """Where a file lies; None for a name that we did not make."""
    if len(name) != NAME_BYTES * 2 or not set(name) <= set("0123456789abcdef"):
        return None
    return folder() / f"{name}.sealed"


def _write(name: str, envelope: str) -> None:
    path = _path(name)
    assert path is not None
    file_replace(path, envelope)


def file_replace(path: Path, envelope: str) -> None:
    """Write a sealed file whole or not at all, for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(envelope)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
