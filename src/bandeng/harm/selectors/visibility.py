"""Who sees what of an enterprise: those who watch its area, the department given the alert, never itself."""

from django.db.models import QuerySet

from bandeng.areas.rules import code_range
from bandeng.harm.models import Alert, Enterprise
from bandeng.harm.rules import oversees, sees_clues, whole_district
from bandeng.organisations.models import Post
from bandeng.organisations.rules import Duty, OrganisationKind, Scope

MOST_MERGED = 5
"""So many times at most an enterprise that was merged is followed to the one that stays."""


class NotVisible(LookupError):
    """There is no such row for this post; whether it exists is not told."""


def visible_enterprises(scope: Scope) -> QuerySet[Enterprise]:
    """The enterprises that a post may see: every list, count, search and page begins here.

    What only a clue names is shown to nobody who may not see clues; whoever holds or ever held a post in an
    enterprise sees nothing of it, whichever post is in use now.
    """
    rows = Enterprise.objects.filter(merged_into__isnull=True)
    if oversees(scope):
        rows = _within(rows, scope)
    elif scope.kind == OrganisationKind.DEPARTMENT:
        rows = rows.filter(pk__in=_given(scope).values("enterprise_id"))
    else:
        return Enterprise.objects.none()
    if not sees_clues(scope):
        rows = rows.filter(documented=True)
    return rows.exclude(name__in=_own_names(scope.user_id))


def _within(rows: QuerySet[Enterprise], scope: Scope) -> QuerySet[Enterprise]:
    if whole_district(scope):
        return rows
    start, end = code_range(scope.area_code)
    return rows.filter(area_code__gte=start, area_code__lt=end)


def _given(scope: Scope) -> QuerySet[Alert]:
    """The alerts that a department was given, if the post does such work."""
    if not (scope.has(Duty.HANDLE) or scope.has(Duty.SUPERVISE)):
        return Alert.objects.none()
    return Alert.objects.filter(lead_id=scope.organisation_id)


def _own_names(user_id: int) -> list[str]:
    posts = Post.objects.filter(user_id=user_id, organisation__kind=OrganisationKind.ENTERPRISE.value)
    names = posts.values_list("organisation__name", "organisation__short_name")
    return [name for pair in names for name in pair]


def visible_alerts(scope: Scope) -> QuerySet[Alert]:
    """The alerts that a post may see: of its area's enterprises, or those that its department was given."""
    rows = Alert.objects.filter(enterprise__in=visible_enterprises(scope).values("pk"))
    if not oversees(scope):
        rows = rows.filter(lead_id=scope.organisation_id)
    return rows


def alert_for(scope: Scope, alert_id: int) -> Alert:
    """One alert. Raises NotVisible, in the same way for one that is hidden and one that is not there."""
    row = visible_alerts(scope).filter(pk=alert_id).select_related("enterprise", "lead", "person").first()
    if row is None:
        raise NotVisible
    return row


def enterprise_for(scope: Scope, number: str) -> Enterprise:
    """One enterprise, or the one that it turned out to be. Raises NotVisible."""
    for _ in range(MOST_MERGED):
        merged = Enterprise.objects.filter(number=number, merged_into__isnull=False)
        number = merged.values_list("merged_into__number", flat=True).first() or number
    row = visible_enterprises(scope).filter(number=number).select_related("parent").first()
    if row is None:
        raise NotVisible
    return row
