"""Staff add photos to a matter, from before and after the work."""

from typing import BinaryIO

from bandeng.core.rules import Actor
from bandeng.dispatch.selectors.acts import Act, check_act
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.selectors.refusals import Refusal, Refused
from bandeng.dispatch.selectors.stories import photos_kept
from bandeng.dispatch.selectors.visibility import matter_for
from bandeng.matters.models import Photo
from bandeng.matters.services.photos import photo_add
from bandeng.organisations.rules import Scope


def matter_photo_add(
    *, matter_id: int, file: BinaryIO, phase: str, actor: Actor, scope: Scope | None
) -> Photo:
    """Add a photo. Raises NotVisible, DutyMissing, Refused, and PhotoRefused for a file that is none.

    The picture is decoded before the matter is locked, so that a slow one holds nobody up.
    """
    matter = matter_for(scope, matter_id)
    check_act(act=Act.PHOTO, matter=matter, scope=scope)
    if photos_kept(matter) >= procedure().photos_per_matter:
        raise Refused(Refusal.PHOTOS_MANY)
    return photo_add(matter=matter, file=file, phase=phase, actor=actor)
