"""What may be done with an alert: the button, what it means, its form, what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from bandeng.harm.forms.officers import MOVES, AssignForm, CloseForm, FactBackForm, FactForm, NoteForm
from bandeng.harm.labels import signal_choices
from bandeng.harm.rules import AlertState, LetterState, Outcome
from bandeng.harm.selectors import NotVisible
from bandeng.harm.selectors.page import AlertPage
from bandeng.harm.services import casework, letters
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import directory

Form = Callable[[AlertPage, Any], forms.Form]
Given = dict[str, Any]
"""Who acts, in which post, and the newest step that they had before them: `actor`, `scope`, `seen`."""

Do = Callable[[AlertPage, dict[str, Any], Given], object]


@dataclass(frozen=True)
class Act:
    """One act: the button, what it means, its form, what it does."""

    button: Promise
    lead: Promise
    form: Form
    do: Do


def _note(label: Promise) -> Form:
    return lambda page, data: NoteForm(data, label=label)


def _moved(target: AlertState) -> Do:
    return lambda page, data, given: casework.alert_move(
        alert_id=page.alert.pk, target=target, note=data["text"], **given
    )


def _letter(page: AlertPage, state: LetterState) -> int:
    """The newest letter in a state. Raises NotVisible."""
    found = next((one.letter.pk for one in page.letters if one.state is state), None)
    if found is None:
        raise NotVisible
    return int(found)


def _offices(page: AlertPage, data: Any) -> forms.Form:
    rows = [row for row in directory().by_id.values() if row.kind == OrganisationKind.DEPARTMENT]
    return AssignForm(data, offices=[row for row in rows if row.active])


ACTS: dict[str, Act] = {
    "verifying": Act(
        pgettext_lazy("harm act", "Verify"),
        pgettext_lazy("harm act", "A level is a call to look, never a finding. Write down what you will look at."),
        _note(MOVES[AlertState.VERIFYING]),
        _moved(AlertState.VERIFYING),
    ),
    "talking": Act(
        pgettext_lazy("harm act", "Talk with the enterprise"),
        pgettext_lazy("harm act", "Say nothing of who has complained, and nothing of any clue."),
        _note(MOVES[AlertState.TALKING]),
        _moved(AlertState.TALKING),
    ),
    "acting": Act(
        pgettext_lazy("harm act", "Write down measures"),
        pgettext_lazy("harm act", "Measures that the law reserves to an authority are that authority's to take."),
        _note(MOVES[AlertState.ACTING]),
        _moved(AlertState.ACTING),
    ),
    "note": Act(
        pgettext_lazy("harm act", "Write a note"),
        pgettext_lazy("harm act", "Others who work on this alert read it."),
        _note(pgettext_lazy("harm form", "Note")),
        lambda page, data, given: casework.alert_note(
            alert_id=page.alert.pk, note=data["text"], **given
        ),
    ),
    "assign": Act(
        pgettext_lazy("harm act", "Give to a department"),
        pgettext_lazy("harm act", "The department sees this alert and may work on it."),
        _offices,
        lambda page, data, given: casework.alert_assign(
            alert_id=page.alert.pk, organisation_id=int(data["organisation"]), note=data["text"], **given
        ),
    ),
    "fact": Act(
        pgettext_lazy("harm act", "Confirm a fact"),
        pgettext_lazy("harm act", "Confirm only what you have seen or have in writing; hard triggers act on it."),
        lambda page, data: FactForm(
            data, label=pgettext_lazy("harm form", "How it is known"), choices=signal_choices(page.alert.kind)
        ),
        lambda page, data, given: casework.fact_confirm(
            alert_id=page.alert.pk, fact=data["fact"], cases=data["cases"], note=data["text"], **given
        ),
    ),
    "unfact": Act(
        pgettext_lazy("harm act", "Take a fact back"),
        pgettext_lazy("harm act", "The alert is judged again at once without it. Say how the error came about."),
        lambda page, data: FactBackForm(data, label=pgettext_lazy("harm form", "Reason"), choices=page.facts),
        lambda page, data, given: casework.fact_withdraw(
            alert_id=page.alert.pk, record_id=int(data["record"]), note=data["text"], **given
        ),
    ),
    "withdraw": Act(
        pgettext_lazy("harm act", "Withdraw the letter"),
        pgettext_lazy("harm act", "Its code opens nothing from then on."),
        _note(pgettext_lazy("harm form", "Reason")),
        lambda page, data, given: letters.letter_withdraw(
            alert_id=page.alert.pk, letter_id=_letter(page, LetterState.ISSUED), note=data["text"], **given
        ),
    ),
    "consider": Act(
        pgettext_lazy("harm act", "Consider the answer"),
        pgettext_lazy("harm act", "The enterprise reads what you write here."),
        _note(pgettext_lazy("harm form", "What came of the answer, and why")),
        lambda page, data, given: letters.answer_consider(
            alert_id=page.alert.pk, letter_id=_letter(page, LetterState.ANSWERED), text=data["text"], **given
        ),
    ),
    "closed": Act(
        pgettext_lazy("harm act", "Close"),
        pgettext_lazy("harm act", "A false alarm is counted against the method, not against anybody."),
        lambda page, data: CloseForm(data, label=pgettext_lazy("harm form", "Why")),
        lambda page, data, given: casework.alert_close(
            alert_id=page.alert.pk, outcome=Outcome(data["outcome"]), note=data["text"], **given
        ),
    ),
}  # fmt: skip
LETTER = Act(
    pgettext_lazy("harm act", "Tell the enterprise"),
    pgettext_lazy(
        "harm act",
        "It reads your words and what is held against it: documents with their days, people by number. "
        "It never reads who complained, nor anything of clues.",
    ),
    _note(pgettext_lazy("harm form", "To the enterprise")),
    lambda page, data, given: None,
)

ORDER = (
    "talking", "acting", "letter", "consider", "verifying", "fact", "unfact", "assign", "note", "withdraw", "closed",
)  # fmt: skip
#: The act that usually comes next, by the state.
NEXT = {"new": "verifying", "verifying": "talking", "talking": "acting", "acting": "closed"}


def offered(page: AlertPage) -> list[tuple[str, Act]]:
    """The acts that are open to the post, the one that usually comes next first."""
    coming = NEXT.get(page.alert.state)
    known = {**ACTS, "letter": LETTER}
    order = sorted(ORDER, key=lambda name: (name != "consider", name != coming))
    return [(name, known[name]) for name in order if name in page.acts]
