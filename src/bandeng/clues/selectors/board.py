"""What a post sees of waves and warnings: its own area; drafts only where they are signed."""

from datetime import date

from django.db.models import QuerySet

from bandeng.areas.rules import code_range, is_within
from bandeng.clues.models import FraudWarning
from bandeng.clues.rules import WarningState
from bandeng.clues.selectors.visibility import NotVisible
from bandeng.clues.selectors.waves import Wave, waves
from bandeng.organisations.rules import Duty, OrganisationKind, Scope


def may_sign(scope: Scope) -> bool:
    """Whether a post signs warnings: that is its duty, in the centre or in a department such as the police."""
    kinds = {OrganisationKind.CENTRE, OrganisationKind.DEPARTMENT}
    return scope.has(Duty.FRAUD_WARNING) and scope.kind in kinds


def waves_for(scope: Scope, *, today: date) -> list[Wave]:
    """What there is to tell of the last whole week in a post's area: alarms, and counts that may be told."""
    area = scope.area_code if scope.sees_area else ""
    return [
        each
        for each in waves(until=today)
        if is_within(code=each.street.code, area=area[: len(each.street.code)])
        and (each.alarm or each.band.least)
    ]


def visible_warnings(scope: Scope) -> QuerySet[FraudWarning]:
    """The warnings of a post's area; drafts and dropped ones only for those who sign."""
    rows = FraudWarning.objects.select_related("area", "signed_by")
    if not may_sign(scope):
        rows = rows.filter(state=WarningState.SIGNED.value)
    if scope.sees_area and scope.area_code:
        # A committee reads what its street was sent.
        low, high = code_range(scope.area_code[:9])
        rows = rows.filter(area__code__gte=low, area__code__lt=high)
    return rows.order_by("-week", "area__code", "scam_type")


def warning_for(scope: Scope, warning_id: int) -> FraudWarning:
    """One warning. Raises NotVisible."""
    row = visible_warnings(scope).filter(pk=warning_id).first()
    if row is None:
        raise NotVisible
    return row
