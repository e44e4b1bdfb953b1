"""Which matters a post may see."""

from django.db.models import Exists, OuterRef, QuerySet

from bandeng.areas.rules import is_within
from bandeng.dispatch.models import Task
from bandeng.matters.models import Matter
from bandeng.matters.rules import AccessClass
from bandeng.matters.selectors import WORKING_DUTIES, within_access, within_area
from bandeng.organisations.rules import Duty, Scope

DISTRICT_CODE_LENGTH = 6


class NotVisible(LookupError):
    """There is no such matter for this post; whether it exists is not told."""


def visible(scope: Scope) -> QuerySet[Matter]:
    """The matters that a post may see: its area's, or those in which its organisation has a task."""
    matters = Matter.objects.all()
    if scope.sees_area:
        matters = within_area(matters, scope.area_code)
    else:
        # Asked for each matter: SQLite would gather the keys of all that the organisation ever had for an IN.
        matters = matters.filter(Exists(given(scope).filter(matter_id=OuterRef("pk"))))
    return within_access(matters, scope)


def given(scope: Scope) -> QuerySet[Task]:
    """All tasks, done and open, of the post's organisation."""
    return Task.objects.filter(organisation_id=scope.organisation_id)


def sees(scope: Scope, matter: Matter) -> bool:
    """Whether a post may see this matter; its organisation's tasks count wherever the matter lies."""
    if matter.access_class == AccessClass.SEALED.value and not scope.has(Duty.UNSEAL):
        return False
    if matter.access_class == AccessClass.RESTRICTED.value and not any(
        scope.has(duty) for duty in WORKING_DUTIES
    ):
        return False
    if covers(scope, matter) or matter.lead_id == scope.organisation_id:
        return True
    return given(scope).filter(matter_id=matter.pk).exists()


def covers(scope: Scope, matter: Matter) -> bool:
    """Whether the matter lies in the area that the post oversees."""
    if not scope.sees_area:
        return False
    return len(scope.area_code) <= DISTRICT_CODE_LENGTH or is_within(
        code=matter.area_code, area=scope.area_code
    )


def matter_for(scope: Scope | None, matter_id: int) -> Matter:
    """The matter, if the post may see it (`None`: the house itself). Raises NotVisible."""
    matter = Matter.objects.filter(pk=matter_id).first()
    if matter is None or (scope is not None and not sees(scope, matter)):
        raise NotVisible(matter_id)
    return matter
