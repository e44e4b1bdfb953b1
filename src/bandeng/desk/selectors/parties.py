"""Who may be asked to take part in a matter, and why a post may not act on it."""

from collections.abc import Sequence

from django.utils.translation import pgettext

from bandeng.core.labels import listed
from bandeng.desk.labels import ACT_NAMES
from bandeng.desk.selectors.people import Option, organisations_for
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import OPEN_TASK_STATES, TaskRole, TaskState
from bandeng.dispatch.selectors import Act, Party
from bandeng.dispatch.selectors.acts import ACT_RULES
from bandeng.matters.models import Matter
from bandeng.matters.selectors import taxonomy
from bandeng.organisations.labels import duty_names
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import directory

PARTY_WORDS = {
    Party.AREA: lambda: pgettext("party", "a post that oversees the place"),
    Party.LEAD: lambda: pgettext("party", "the lead"),
    Party.CO_HANDLER: lambda: pgettext("party", "a co-handler with an open task"),
}


def organisations_at(matter: Matter) -> list[Option]:
    """Those that may work where the matter lies; without a place, every street as well, which then gives it one."""
    found = organisations_for(frozenset([matter.area_code]))
    if matter.area_code:
        return found
    streets = [
        row
        for row in directory().by_id.values()
        if row.active and row.kind == OrganisationKind.STREET_OFFICE.value
    ]
    known = {key for key, _ in found}
    return [*found, *((str(row.pk), row.name) for row in streets if str(row.pk) not in known)]


def co_handlers_of(matter: Matter, *, every: bool = False) -> list[Option]:
    """The co-handlers' tasks by key and name: the open ones, or every one."""
    tasks = Task.objects.filter(matter_id=matter.pk, role=TaskRole.CO_HANDLER.value).order_by("id")
    return [
        (str(task.pk), directory().name(task.organisation_id))
        for task in tasks
        if every or TaskState(task.state) in OPEN_TASK_STATES
    ]


def types_listed() -> list[Option]:
    """Every type in force: its code, and its names from the first level down."""
    kinds = taxonomy()
    found = []
    for code in sorted(kinds.by_code):
        path = [row.called for row in kinds.path(code)]
        found.append((code, " / ".join(path)))
    return found


def who_may(act: Act) -> str:
    """Whose act it is, in a sentence for somebody who may not do it."""
    pairs: dict[Party, list[str]] = {}
    for duty, party in ACT_RULES[act].who:
        pairs.setdefault(party, []).append(duty.value)
    parts = [_who(duties, party) for party, duties in pairs.items()]
    words = {"act": ACT_NAMES[act], "who": pgettext("between persons", "; ").join(parts)}
    return (
        pgettext("refusal", "“%(act)s” is not for your post to do with this matter. It is for: %(who)s.")
        % words
    )


def _who(duties: Sequence[str], party: Party) -> str:
    words = {"party": PARTY_WORDS[party](), "duties": listed(duty_names(duties))}
    return pgettext("refusal", "%(party)s with the duty %(duties)s") % words
