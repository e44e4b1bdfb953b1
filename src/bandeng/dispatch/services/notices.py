"""Words to organisations: each once per occasion."""

from bandeng.areas.rules import CODE_LENGTH, Level
from bandeng.core import clock
from bandeng.dispatch.models import Notice
from bandeng.dispatch.rules import NoticeKind
from bandeng.matters.models import Matter
from bandeng.organisations.models import Organisation
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import directory


def organisation_at(*, area_code: str, level: Level) -> Organisation | None:
    """Who answers for an area at a level: its team, committee or office; the centre for the district."""
    known = directory()
    if level is not Level.DISTRICT:
        length = CODE_LENGTH[level]
        return known.by_code.get(area_code[:length]) if len(area_code) >= length else None
    centres = (
        each for each in known.by_id.values() if each.kind == OrganisationKind.CENTRE.value and each.active
    )
    return next(centres, None)


def dispatcher_of(*, area_code: str, level: Level) -> Organisation | None:
    """Who answers at a level, or at the next one above where nobody does."""
    for each in (step for step in sorted(Level, reverse=True) if step <= level):
        found = organisation_at(area_code=area_code, level=each)
        if found is not None:
            return found
    return None


def notice_create(
    *, matter: Matter, organisation_id: int, kind: NoticeKind, occasion: str, text: str = ""
) -> None:
    """Tell an organisation, unless it was told on this occasion before."""
    Notice.objects.bulk_create(
        [
            Notice(
                matter_id=matter.pk,
                organisation_id=organisation_id,
                kind=kind.value,
                occasion=occasion[:60],
                text=text,
                created_at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )


def notices_read(*, organisation_id: int, up_to: int) -> int:
    """Mark an organisation's notices up to a key as read; returns how many."""
    unread = Notice.objects.filter(organisation_id=organisation_id, read_at__isnull=True, pk__lte=up_to)
    return unread.update(read_at=clock.now())
