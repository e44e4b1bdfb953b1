"""Photos of matters, to those who may see the matter."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bandeng.dispatch.selectors import NotVisible, matter_for
from bandeng.intake.selectors.stories import photo_by_id, photo_followed
from bandeng.intake.views.following import secrets_followed
from bandeng.intake.views.uploads import picture_response
from bandeng.organisations.permission import current_scope


@require_GET
def photo(request: HttpRequest, photo_id: int) -> HttpResponse:
    """A photo to its reporter's session or to staff within their scope; whether others exist is not told."""
    name = _name_for(request, photo_id)
    root = Path(settings.MEDIA_ROOT).resolve()
    path = (root / name).resolve() if name else root
    if not name or not path.is_relative_to(root) or not path.is_file():
        raise Http404
    return picture_response(path)


def _name_for(request: HttpRequest, photo_id: int) -> str:
    """The photo's file under MEDIA_ROOT, or an empty text for somebody who may not see it."""
    scope = current_scope(request)
    found = photo_by_id(photo_id) if scope is not None else None
    if scope is not None and found is not None:
        try:
            matter_for(scope=scope, matter_id=found.matter_id)
        except NotVisible:
            found = None
    if found is None:
        found = photo_followed(photo_id=photo_id, secrets=secrets_followed(request))
    return str(found.file) if found else ""
