"""Photos that come with a form before there is a matter: checked, staged, shown again."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from bandeng.intake.services.drafts import draft_read
from bandeng.matters.services.photos import PhotoRefused, photo_stage, staged_path

MOST_PHOTOS = 6


def photos_staged(
    files: "Sequence[UploadedFile[bytes]]", *, room: int
) -> tuple[list[dict[str, Any]], list[str]]:
    """Staged photos for a draft, and the reasons why others were refused, each with its file's name."""
    staged, refusals = [], []
    for file in files[:room]:
        try:
            staged.append(asdict(photo_stage(file)))  # type: ignore[arg-type]
        except PhotoRefused as refused:
            words = pgettext("photo", "%(name)s: %(reason)s")
            refusals.append(words % {"name": file.name, "reason": refused})
    if len(files) > room:
        refusals.append(
            ngettext(
                "%(count)d photo at most; the others were left out.",
                "%(count)d photos at most; the others were left out.",
                MOST_PHOTOS,
            )
            % {"count": MOST_PHOTOS}
        )
    return staged, refusals


@require_GET
def draft_photo(request: HttpRequest, digest: str) -> HttpResponse:
    """A staged photo, to the session whose draft holds it."""
    if digest not in {each["digest"] for each in draft_read(request.session).photos}:
        raise Http404
    path = staged_path(digest)
    if not path.exists():
        raise Http404
    return picture_response(path)


def picture_response(path: Path) -> HttpResponse:
    """A JPEG that its asker may keep for long, and nobody in between; it was written by us and is small."""
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    return HttpResponse(path.read_bytes(), content_type="image/jpeg", headers=headers)
