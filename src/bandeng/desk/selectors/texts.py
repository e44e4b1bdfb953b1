"""Message templates with their words in braces filled in, and the draft of a reply."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import pgettext

from bandeng.desk.selectors.clocks import moment_words
from bandeng.dispatch.models import Task
from bandeng.dispatch.rules import TaskRole
from bandeng.dispatch.selectors import Act, templates_for
from bandeng.dispatch.selectors.procedure import procedure
from bandeng.matters.models import Matter
from bandeng.organisations.rules import Scope
from bandeng.organisations.selectors import directory

WORD = re.compile(r"\{([a-z]{1,20})\}")


@dataclass(frozen=True)
class Text:
    """A template's name and its text for one matter."""

    id: int
    name: str
    text: str


def texts_for(act: str, matter: Matter, scope: Scope, *, result: str = "") -> list[Text]:
    """The texts from which an act may start, for this matter: one query."""
    return [
        Text(row.pk, row.name, filled(row.text, matter, result=result)) for row in templates_for(act, scope)
    ]


def filled(text: str, matter: Matter, *, result: str = "") -> str:
    """The text with the words in braces replaced by the matter's; a word that nobody knows stays as it is."""
    known: dict[str, Callable[[], str]] = {
        "number": lambda: matter.number,
        "title": lambda: matter.title,
        "place": lambda: matter.address or pgettext("template", "the place"),
        "lead": lambda: (
            directory().official_name(matter.lead_id) or pgettext("template", "the department in charge")
        ),
        "due": lambda: moment_words(matter.due_at) if matter.due_at else pgettext("template", "the deadline"),
        "result": lambda: _sentence(result),
        "days": lambda: str(procedure().reopen_days),
    }
    return WORD.sub(lambda found: known[found[1]]() if found[1] in known else found[0], text)


def _sentence(text: str) -> str:
    plain = text.strip()
    return plain if not plain or plain.endswith(("。", ".", "！", "？")) else f"{plain}。"


def result_for(matter: Matter) -> str:
    """The same, with the tasks read: one query."""
    return result_of(list(Task.objects.filter(matter_id=matter.pk).order_by("id")))


def result_of(tasks: Sequence[Task]) -> str:
    """What the lead wrote when it reported the matter handled."""
    leads = [task.result for task in tasks if task.role == TaskRole.LEAD.value and task.result]
    return leads[-1] if leads else ""


@dataclass(frozen=True)
class Draft:
    """A reply that waits for a person to change and send it."""

    act: Act
    template: int
    name: str
    text: str


def draft_for(matter: Matter, acts: frozenset[Act], scope: Scope, *, result: str) -> Draft | None:
    """A draft of what the reporters could be told now; one query, none where nothing may be said."""
    act = Act.CLOSE if Act.CLOSE in acts else Act.REPLY
    if act not in acts:
        return None
    found = texts_for(act.value, matter, scope, result=result)
    return Draft(act, found[0].id, found[0].name, found[0].text) if found else None
