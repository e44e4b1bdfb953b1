"""Words for organisations and duties."""

from collections.abc import Iterable

from django.utils.translation import get_language, pgettext, pgettext_lazy

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


def duty_names(duties: Iterable[str]) -> list[str]:
    """The duties' names in the reader's language, in the order of the list above."""
    wanted = set(duties)
    return [str(label) for value, label in DUTIES if value in wanted]


def in_language(*, name: str, name_en: str) -> str:
    """A stored name in the reader's language; Chinese where there is no English one."""
    return name_en if name_en and (get_language() or "").startswith("en") else name


OUT_OF_REACH = {
    "oneself": pgettext_lazy(
        "refusal", "Nobody changes their own posts or locks themselves. Ask another administrator."
    ),
    "organisation": pgettext_lazy("refusal", "This organisation is not in the area that you administer."),
    "account": pgettext_lazy(
        "refusal", "This person also holds a post that you do not administer. Ask the district."
    ),
    "duty": pgettext_lazy("refusal", "This role carries duties that only the district gives."),
    "area_missing": pgettext_lazy("refusal", "A post in such an organisation needs an area."),
    "area_elsewhere": pgettext_lazy("refusal", "The area lies outside the organisation's area."),
    "ends_before_it_begins": pgettext_lazy("refusal", "The post would end before it begins."),
    "token_of_a_person": pgettext_lazy(
        "refusal", "A token is only for a post with the role “external system”."
    ),
}

TOKEN_SCOPES = [
    ("matters:read", pgettext_lazy("token scope", "Read matters")),
    ("matters:write", pgettext_lazy("token scope", "Send and change matters")),
    ("open311:write", pgettext_lazy("token scope", "Send reports by Open311")),
    ("webhooks", pgettext_lazy("token scope", "Manage webhooks")),
]


def scope_not_allowed(scope: str) -> str:
    """Why a token may not have a scope."""
    if not scope:
        return pgettext("refusal", "Choose at least one thing that the token is for.")
    return pgettext("refusal", "The post's duties do not carry “%(scope)s”.") % {
        "scope": dict(TOKEN_SCOPES).get(scope, scope)
    }
