"""Words for organisations and duties."""

from collections.abc import Iterable

from django.utils.translation import pgettext, pgettext_lazy

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
    (Duty.CLUE_TRIAGE.value, pgettext_lazy("duty", "Receive clues")),
    (Duty.CLUE_HANDLE.value, pgettext_lazy("duty", "Look into clues")),
    (Duty.CLUE_IDENTITY.value, pgettext_lazy("duty", "Open identities behind clues")),
    (Duty.FRAUD_WARNING.value, pgettext_lazy("duty", "Sign warnings of fraud")),
    (Duty.RULES.value, pgettext_lazy("duty", "Edit rules and calendars")),
    (Duty.AUDIT.value, pgettext_lazy("duty", "Read the audit log")),
    (Duty.ADMINISTER.value, pgettext_lazy("duty", "Administer accounts")),
]

DUTY_MEANINGS = {
    Duty.REPORT.value: pgettext_lazy("duty meaning", "raise matters on the phone, with photos and place"),
    Duty.INTAKE.value: pgettext_lazy(
        "duty meaning", "register calls, import files, accept or decline matters"
    ),
    Duty.DISPATCH.value: pgettext_lazy(
        "duty meaning", "choose lead and co-handlers, merge, split, decide about returned matters"
    ),
    Duty.HANDLE.value: pgettext_lazy(
        "duty meaning", "work on what the own organisation was given, and reply"
    ),
    Duty.VERIFY.value: pgettext_lazy("duty meaning", "check on the spot what was done, close or send back"),
    Duty.SUPERVISE.value: pgettext_lazy(
        "duty meaning", "see the whole area, pause clocks, extend limits, keep message templates"
    ),
    Duty.UNSEAL.value: pgettext_lazy(
        "duty meaning",
        "see sealed matters and open a reporter's contact; each opening needs a reason and is kept",
    ),
    Duty.CLUE_TRIAGE.value: pgettext_lazy(
        "duty meaning", "read the clues that come in; accept, assign, transfer and answer them"
    ),
    Duty.CLUE_HANDLE.value: pgettext_lazy(
        "duty meaning", "look into the clues that the own organisation was given"
    ),
    Duty.CLUE_IDENTITY.value: pgettext_lazy(
        "duty meaning",
        "ask to open the identity behind a clue; who also supervises decides about others' requests",
    ),
    Duty.FRAUD_WARNING.value: pgettext_lazy("duty meaning", "sign or drop drafted warnings of fraud"),
    Duty.RULES.value: pgettext_lazy(
        "duty meaning", "write and publish dispatch rules, matter types and the working calendar"
    ),
    Duty.AUDIT.value: pgettext_lazy("duty meaning", "read the audit log; changes nothing"),
    Duty.ADMINISTER.value: pgettext_lazy(
        "duty meaning", "manage accounts, posts, roles, organisations and tokens"
    ),
}
"""What whoever has a duty may do, in half a sentence."""


def duty_names(duties: Iterable[str]) -> list[str]:
    """The duties' names in the reader's language, in the order of the list above."""
    wanted = set(duties)
    return [str(label) for value, label in DUTIES if value in wanted]


def duty_explained(value: str) -> str:
    """A duty's name and what it lets people do."""
    words = {"duty": dict(DUTIES)[value], "meaning": DUTY_MEANINGS[value]}
    return pgettext("duty and its meaning", "%(duty)s: %(meaning)s") % words


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
    "roles": pgettext_lazy(
        "refusal", "Roles are the same in all streets, so only the district changes them."
    ),
    "own_role": pgettext_lazy(
        "refusal",
        "Nobody adds duties to a role that they hold themselves. Ask an administrator with another role, "
        "or make a new role.",
    ),
    "role_without_duty": pgettext_lazy("refusal", "A role needs at least one duty. Choose one."),
    "role_name_taken": pgettext_lazy("refusal", "Another role has this name. Choose a different one."),
    "role_changed": pgettext_lazy(
        "refusal", "Somebody else changed this role meanwhile. Look at its duties below and try again."
    ),
    "token_role": pgettext_lazy(
        "refusal", "External systems have no second factor, so this role cannot have a duty that needs one."
    ),
    "last_administrator": pgettext_lazy(
        "refusal",
        "Nobody would be left who administers the whole district. Give another role with this duty to "
        "somebody first.",
    ),
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
