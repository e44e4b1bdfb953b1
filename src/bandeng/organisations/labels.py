"""Words for organisations and duties."""

from django.utils.translation import pgettext_lazy

from bandeng.organisations.rules import Duty, OrganisationKind

ORGANISATION_KINDS = [
    (OrganisationKind.CENTRE.value, pgettext_lazy("organisation kind", "Governance centre")),
    (OrganisationKind.DEPARTMENT.value, pgettext_lazy("organisation kind", "Department")),
    (OrganisationKind.STREET_OFFICE.value, pgettext_lazy("organisation kind", "Street office")),
    (OrganisationKind.COMMUNITY_COMMITTEE.value, pgettext_lazy("organisation kind", "Community committee")),
    (OrganisationKind.GRID_TEAM.value, pgettext_lazy("organisation kind", "Grid team")),
    (OrganisationKind.ENTERPRISE.value, pgettext_lazy("organisation kind", "Enterprise")),
]

DUTIES = [
    (Duty.REPORT.value, pgettext_lazy("duty", "Report from the field")),
    (Duty.INTAKE.value, pgettext_lazy("duty", "Register and accept")),
    (Duty.DISPATCH.value, pgettext_lazy("duty", "Dispatch")),
    (Duty.HANDLE.value, pgettext_lazy("duty", "Handle")),
    (Duty.VERIFY.value, pgettext_lazy("duty", "Verify")),
    (Duty.SUPERVISE.value, pgettext_lazy("duty", "Supervise")),
    (Duty.UNSEAL.value, pgettext_lazy("duty", "Open sealed contacts")),
    (Duty.RULES.value, pgettext_lazy("duty", "Edit rules and calendars")),
    (Duty.AUDIT.value, pgettext_lazy("duty", "Read the audit log")),
    (Duty.ADMINISTER.value, pgettext_lazy("duty", "Administer accounts")),
]
