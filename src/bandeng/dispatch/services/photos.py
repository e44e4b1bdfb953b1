"""Photos that staff add to a matter: from before the work, or from after it."""

from collections.abc import Sequence
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import pgettext

from bandeng.core.rules import Actor
from bandeng.dispatch.selectors.acts import Act
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.dispatch.services.acting import matter_taken
from bandeng.matters.models import Photo
from bandeng.matters.rules import StepKind, clean_text
from bandeng.matters.services.changing import matter_change
from bandeng.matters.services.photos import PhotoRefused, Picture, picture_add, picture_checked
from bandeng.organisations.rules import Scope


def pictures_checked(files: Sequence[BinaryIO]) -> list[Picture]:
    """The pictures in some files, read before anything is locked. Raises PhotoRefused."""
    return [picture_checked(file) for file in files]


@transaction.atomic
def matter_photos_add(
    *,
    matter_id: int,
    pictures: Sequence[Picture],
    phase: str,
    actor: Actor,
    scope: Scope | None,
    note: str = "",
) -> list[Photo]:
    """Add checked pictures with one line in the story; what the matter has already adds neither.

    Raises PhotoRefused.
    """
    matter = matter_taken(matter_id=matter_id, act=Act.PHOTO, scope=scope)
    known = set(Photo.objects.filter(matter_id=matter.pk).values_list("phase", "digest"))
    fresh = {each.digest: each for each in pictures if (phase, each.digest) not in known}
    if not fresh:
        return []
    most = procedure().photos_per_matter
    if len(known) + len(fresh) > most:
        raise PhotoRefused(
            pgettext("photo", "A matter has %(most)d photos at most. Choose those that show the most.")
            % {"most": most}
        )
    step = matter_change(
        matter=matter, kind=StepKind.NOTED, actor=actor, note=clean_text(note),
        data={"photos": len(fresh), "phase": phase},
    )  # fmt: skip
    return [
        picture_add(matter=matter, picture=each, phase=phase, actor=actor, step_id=step.pk)
        for each in fresh.values()
    ]
