"""Forms of the reporter: what, about whom and where, who says it; the mailbox."""

from typing import Any

from django import forms
from django.utils.translation import pgettext_lazy

from bandeng.clues.forms.fields import KeyField, PicturesField, WordsField, area_choices, name_of
from bandeng.clues.labels import CLUE_KINDS
from bandeng.clues.rules import TEXT_LENGTH
from bandeng.organisations.labels import ORGANISATION_KINDS
from bandeng.organisations.rules import OrganisationKind
from bandeng.organisations.selectors import directory

SHORTEST = 10
PHONE = r"^[0-9+() -]{7,20}$"


class WhatForm(forms.Form):
    """What it is about."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("clue form", "What is it about?"),
        choices=CLUE_KINDS,
        widget=forms.RadioSelect,
        error_messages={
            "required": pgettext_lazy("clue form", "Choose what comes closest; “something else” will do.")
        },
    )
    text = WordsField(
        label=pgettext_lazy("clue form", "What do you know?"),
        help_text=pgettext_lazy(
            "clue form",
            "What happened, when, where, who did it, how you can tell. Phone numbers, accounts, web addresses "
            "and names of firms help most. Say nothing about yourself here.",
        ),
        min_length=SHORTEST,
        max_length=TEXT_LENGTH,
        rows=8,
        error_messages={
            "required": pgettext_lazy("clue form", "Write what you know; one sentence is enough."),
            "min_length": pgettext_lazy("clue form", "Write a little more, so that it can be looked into."),
        },
    )


class AboutForm(forms.Form):
    """Whom it is about, and where."""

    accused = WordsField(
        label=pgettext_lazy("clue form", "Whom is it about?"),
        help_text=pgettext_lazy(
            "clue form",
            "Names of people or firms. If they work for an office of the district, they never see this.",
        ),
        required=False,
        max_length=300,
    )
    organisation = forms.ChoiceField(
        label=pgettext_lazy("clue form", "Is it about an office of the district?"),
        help_text=pgettext_lazy(
            "clue form",
            "That office, the offices above it and all who work there will see nothing of your clue.",
        ),
        required=False,
    )
    area = forms.ChoiceField(label=pgettext_lazy("clue form", "Street and community"), required=False)
    place = WordsField(label=pgettext_lazy("clue form", "Place"), required=False, max_length=200)
    pictures = PicturesField()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["area"].choices = area_choices()  # type: ignore[attr-defined]
        self.fields["organisation"].choices = office_choices()  # type: ignore[attr-defined]


def office_choices() -> list[Any]:
    """The offices of the district by kind, without grid teams: of these the committee is chosen."""
    groups = []
    for kind, label in ORGANISATION_KINDS:
        if kind in {OrganisationKind.GRID_TEAM, OrganisationKind.ENTERPRISE}:
            continue
        rows = [row for row in directory().by_id.values() if row.kind == kind and row.active]
        if rows:
            groups.append((label, [(str(row.pk), name_of(row)) for row in rows]))
    return [("", pgettext_lazy("clue form", "No, or I don't know")), *groups]


class WhoForm(forms.Form):
    """Who says it; anonymous is a full way."""

    ANONYMOUS, NAMED = "anonymous", "named"
    who = forms.ChoiceField(
        label=pgettext_lazy("clue form", "Do you want to say who you are?"),
        choices=[
            (ANONYMOUS, pgettext_lazy("clue form", "Stay anonymous")),
            (NAMED, pgettext_lazy("clue form", "Leave name and phone, sealed")),
        ],
        widget=forms.RadioSelect,
        initial=ANONYMOUS,
    )
    name = WordsField(
        label=pgettext_lazy("clue form", "Name"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.RegexField(
        PHONE,
        label=pgettext_lazy("clue form", "Phone"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"invalid": pgettext_lazy("clue form", "Write a phone number such as 138 0000 0000.")},
    )

    def clean(self) -> dict[str, Any]:
        """A named clue needs name and phone; an anonymous one keeps neither, whatever they are."""
        data = super().clean() or {}
        if data.get("who") == self.ANONYMOUS:
            for field in ("name", "phone"):
                self.errors.pop(field, None)
            return {**data, "name": "", "phone": ""}
        missing = {
            "name": pgettext_lazy("clue form", "Write your name, or choose to stay anonymous."),
            "phone": pgettext_lazy("clue form", "Write your phone number, or choose to stay anonymous."),
        }
        for field, words in missing.items():
            if not data.get(field) and field not in self.errors:
                self.add_error(field, forms.ValidationError(words))
        return data


class MailboxForm(forms.Form):
    """Number and code of a mailbox."""

    number = WordsField(
        label=pgettext_lazy("clue form", "Number"),
        max_length=30,
        help_text=pgettext_lazy("clue form", "Such as XS-ABCD-EFGH-0, on your receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    secret = WordsField(
        label=pgettext_lazy("clue form", "Mailbox code"),
        max_length=30,
        help_text=pgettext_lazy("clue form", "Twelve letters and digits, on your receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class LetterForm(forms.Form):
    """Something to add."""

    text = WordsField(
        label=pgettext_lazy("clue form", "Write to the people who look into it"),
        min_length=2,
        max_length=4000,
        rows=4,
    )
    pictures = PicturesField()
    key = KeyField()
