"""What an officer may do on a clue's page: each act with its words, its form and the service that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from bandeng.clues.forms.officers import (
    AccuseForm,
    EmptyForm,
    HideForm,
    LetterForm,
    OfficeForm,
    ScamTypeForm,
    TransferForm,
    WordsForm,
)
from bandeng.clues.selectors.page import CluePage, assignable
from bandeng.clues.services import hiding, openings, scam_types, triage
from bandeng.core.rules import Actor
from bandeng.organisations.rules import OrganisationKind, Scope
from bandeng.organisations.selectors import directory


@dataclass(frozen=True)
class Doing:
    """Who does it to which clue, with the checked form."""

    number: str
    data: Mapping[str, Any]
    actor: Actor
    scope: Scope

    def known(self) -> dict[str, Any]:
        """What every service wants to know."""
        return {"number": self.number, "actor": self.actor, "scope": self.scope}


Form = Callable[[CluePage, Any], forms.Form]
Do = Callable[[Doing], object]


@dataclass(frozen=True)
class Act:
    """One act: its button, what its page explains, the form, the service."""

    button: Any
    lead: Any
    form: Form
    do: Do
    main: bool = False


def _words(label: Any, shortest: int = 10) -> Form:
    return lambda page, data: WordsForm(data, label=label, shortest=shortest)


def _plain(kind: type[forms.Form]) -> Form:
    return lambda page, data: kind(data)


def _assign(it: Doing) -> object:
    return triage.clue_assign(
        **it.known(), organisation_id=int(it.data["organisation"]), note=it.data["text"]
    )


def _to_accuse() -> list[Any]:
    """All offices but grid teams: of these the committee is chosen, and what is below it is shut out too."""
    known = directory().by_id.values()
    return [row for row in known if row.active and row.kind != OrganisationKind.GRID_TEAM]


REASON = pgettext_lazy("clue act", "Reason")
ACTS: dict[str, Act] = {
    "accept": Act(
        pgettext_lazy("clue act", "Accept"),
        pgettext_lazy("clue act", "The reporter sees it at once in the mailbox."),
        _plain(EmptyForm),
        lambda it: triage.clue_accept(**it.known()),
        main=True,
    ),
    "assign": Act(
        pgettext_lazy("clue act", "Assign"),
        pgettext_lazy(
            "clue act", "Offices that are accused, and those above and below them, are not in the list."
        ),
        lambda page, data: OfficeForm(data, offices=assignable(page.clue)),
        _assign,
        main=True,
    ),
    "reassign": Act(
        pgettext_lazy("clue act", "Give it to another office"),
        pgettext_lazy("clue act", "The present office no longer sees it."),
        lambda page, data: OfficeForm(data, offices=assignable(page.clue)),
        _assign,
    ),
    "transfer": Act(
        pgettext_lazy("clue act", "Transfer to the closed network"),
        pgettext_lazy(
            "clue act",
            "The law moves this kind there: this platform takes in, passes on, tells, and looks into nothing.",
        ),
        _plain(TransferForm),
        lambda it: triage.clue_transfer(
            **it.known(), reference=it.data["reference"], holder=it.data["holder"]
        ),
        main=True,
    ),
    "handle": Act(
        pgettext_lazy("clue act", "Write down the outcome"),
        pgettext_lazy("clue act", "The receiving office reads it and answers the reporter."),
        _words(pgettext_lazy("clue act", "What was found and done")),
        lambda it: triage.clue_handle(**it.known(), outcome=it.data["text"]),
        main=True,
    ),
    "answer": Act(
        pgettext_lazy("clue act", "Answer the reporter and close"),
        pgettext_lazy("clue act", "The text goes into the mailbox as it stands."),
        _words(pgettext_lazy("clue act", "Answer")),
        lambda it: triage.clue_answer(**it.known(), text=it.data["text"]),
        main=True,
    ),
    "send_back": Act(
        pgettext_lazy("clue act", "Have it looked into again"), "", _words(REASON),
        lambda it: triage.clue_send_back(**it.known(), reason=it.data["text"]),
    ),
    "return": Act(
        pgettext_lazy("clue act", "Hand back"), "", _words(REASON),
        lambda it: triage.clue_return(**it.known(), reason=it.data["text"]),
    ),
    "reject": Act(
        pgettext_lazy("clue act", "Not accept"),
        pgettext_lazy("clue act", "The reporter reads the reason in the mailbox."),
        _words(REASON),
        lambda it: triage.clue_reject(**it.known(), reason=it.data["text"]),
    ),
    "reopen": Act(
        pgettext_lazy("clue act", "Take up again"), "", _words(REASON),
        lambda it: triage.clue_reopen(**it.known(), reason=it.data["text"]),
        main=True,
    ),
    "reply": Act(
        pgettext_lazy("clue act", "Write to the reporter"),
        pgettext_lazy("clue act", "Ask what is missing, or say how it stands. Your name is not shown."),
        lambda page, data: LetterForm(data, label=pgettext_lazy("clue act", "Letter"), shortest=2),
        lambda it: triage.clue_reply(**it.known(), text=it.data["text"], key=it.data["key"]),
    ),
    "open": Act(
        pgettext_lazy("clue act", "Ask to open the identity"),
        pgettext_lazy(
            "clue act",
            "A second person with the duty to supervise decides. Every step is written down, and the reporter sees it.",
        ),
        _words(pgettext_lazy("clue act", "Why it is needed")),
        lambda it: openings.opening_request(**it.known(), reason=it.data["text"]),
    ),
    "hide": Act(
        pgettext_lazy("clue act", "Hide more words"),
        pgettext_lazy("clue act", "What was written stays sealed and is not lost."),
        _plain(HideForm),
        lambda it: hiding.words_hide(**it.known(), words=it.data["words"]),
    ),
    "accuse": Act(
        pgettext_lazy("clue act", "Enter an accused office"),
        pgettext_lazy(
            "clue act",
            "From then on it sees nothing of this clue. If it is your own office, you will not see it either.",
        ),
        lambda page, data: AccuseForm(data, offices=_to_accuse()),
        lambda it: hiding.accusation_add(
            **it.known(), organisation_id=int(it.data["organisation"]), reason=it.data["text"]
        ),
    ),
    "type": Act(
        pgettext_lazy("clue act", "Set the kind of fraud"), "", _plain(ScamTypeForm),
        lambda it: scam_types.scam_type_set(**it.known(), scam_type=it.data["scam_type"]),
    ),
}  # fmt: skip


def offered(page: CluePage) -> list[tuple[str, Act]]:
    """The acts of a page, in the order above."""
    return [(name, act) for name, act in ACTS.items() if name in page.acts]
