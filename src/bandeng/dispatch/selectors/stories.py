"""Everything that one matter's page shows to staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet

from bandeng.dispatch.models import Merge, MessageTemplate, Pause, Task
from bandeng.dispatch.selectors.acts import Act, allowed_acts
from bandeng.dispatch.selectors.tracking import LONGEST_CHAIN
from bandeng.dispatch.selectors.visibility import NotVisible, matter_for
from bandeng.matters.models import Matter, Photo, Report, Step
from bandeng.matters.selectors import within_access
from bandeng.organisations.rules import Scope


@dataclass(frozen=True)
class Story:
    """A matter with its whole story, as far as the post may see it."""

    matter: Matter
    steps: Sequence[Step]
    tasks: Sequence[Task]
    pauses: Sequence[Pause]
    reports: Sequence[Report]
    merged: Sequence[Matter]
    children: Sequence[Matter]
    photos: Sequence[Photo]
    acts: frozenset[Act]


def story(matter: Matter, scope: Scope) -> Story:
    """The story of a matter that `matter_for` has let through: six queries and the acts', whatever its length."""
    family = _family(matter, scope)
    merged = [each for each in family if each.parent_id != matter.pk]
    seen = [matter.pk, *(each.pk for each in merged)]
    return Story(
        matter=matter,
        steps=list(Step.objects.filter(matter_id=matter.pk).order_by("id")),
        tasks=list(Task.objects.filter(matter_id=matter.pk).select_related("post__user").order_by("id")),
        pauses=list(Pause.objects.filter(matter_id=matter.pk).order_by("id")),
        reports=list(_reports_in(seen)),
        merged=merged,
        children=[each for each in family if each.parent_id == matter.pk],
        photos=list(Photo.objects.filter(matter_id__in=seen).order_by("id")),
        acts=allowed_acts(matter, scope),
    )


def _family(matter: Matter, scope: Scope) -> list[Matter]:
    """Parts of the matter, and what was merged into it at any depth, as far as the post may see them.

    What was merged into a matter that the post may not see stays hidden with it: one query, more only for chains.
    """
    related = Q(merged_into_id=matter.pk) | Q(parent_id=matter.pk)
    found = list(within_access(Matter.objects.filter(related), scope).order_by("id"))
    level = [each.pk for each in found if each.merged_into_id == matter.pk]
    for _ in range(LONGEST_CHAIN):
        if not level:
            break
        rows = list(within_access(Matter.objects.filter(merged_into_id__in=level), scope).order_by("id"))
        found.extend(rows)
        level = [each.pk for each in rows]
    return found


def merged_ids(matter_id: int) -> list[int]:
    """Keys of the matters merged into this one, at any depth."""
    found: list[int] = []
    level = [matter_id]
    for _ in range(LONGEST_CHAIN):
        level = list(Matter.objects.filter(merged_into_id__in=level).values_list("pk", flat=True))
        if not level:
            break
        found.extend(level)
    return found


def reports_of(matter: Matter) -> QuerySet[Report]:
    """All reports that the matter answers, its own and those of the matters merged into it."""
    return _reports_in([matter.pk, *merged_ids(matter.pk)])


def _reports_in(keys: Sequence[int]) -> QuerySet[Report]:
    return Report.objects.filter(matter_id__in=keys).select_related("contact").order_by("reported_at", "id")


def merges_of(matter: Matter) -> QuerySet[Merge]:
    """Merges into the matter that have not been undone."""
    return (
        Merge.objects.filter(target_id=matter.pk, undone_at__isnull=True)
        .select_related("child")
        .order_by("id")
    )


def templates_for(act: str, scope: Scope) -> QuerySet[MessageTemplate]:
    """Texts to start from, of the post's organisation and of all."""
    known = MessageTemplate.objects.filter(act=act)
    own = known.filter(organisation_id=scope.organisation_id) | known.filter(organisation_id__isnull=True)
    return own.order_by("organisation_id", "name")


def photo_for(scope: Scope | None, photo_id: int) -> Photo:
    """A photo of a matter that the post may see. Raises NotVisible."""
    photo = Photo.objects.filter(pk=photo_id).first()
    if photo is None:
        raise NotVisible(photo_id)
    matter_for(scope, photo.matter_id)
    return photo


def photo_path(photo: Photo) -> Path:
    """Where a photo's file lies; a view that has checked the photo hands it out."""
    return Path(settings.MEDIA_ROOT) / photo.file


def photos_kept(matter: Matter) -> int:
    """How many photos the matter has."""
    return Photo.objects.filter(matter_id=matter.pk).count()
