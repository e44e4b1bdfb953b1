"""Forms of the officers: one small form an act, warnings, talks."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MinLengthValidator
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from bandeng.areas.rules import is_within
from bandeng.clues.forms.fields import NEEDED, KeyField, WordsField, area_choices, name_of
from bandeng.clues.labels import SCAM_TYPES, VENUES
from bandeng.clues.rules import REASON_SHORTEST
from bandeng.core import clock
from bandeng.organisations.models import Organisation

MOST_REACHED = 100_000
NOTE_LENGTH = 500
PLANNED_SINCE, PLANNED_UNTIL = timedelta(days=366), timedelta(days=731)
"""From when until when, seen from today, a talk may be planned: those of a year ago are still entered."""


class EmptyForm(forms.Form):
    """Nothing to fill in."""


class WordsForm(forms.Form):
    """One text, its label given by the act."""

    text = WordsField(rows=5, max_length=4000)

    def __init__(self, *args: Any, label: Any, shortest: int = REASON_SHORTEST, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["text"]
        field.label = label
        field.widget.attrs["minlength"] = str(shortest)
        field.validators = [*field.validators, MinLengthValidator(shortest)]


class LetterForm(WordsForm):
    """A letter to the reporter."""

    key = KeyField()


class HideForm(forms.Form):
    """Words to be hidden."""

    words = WordsField(
        label=pgettext_lazy("clue form", "Words that would tell who the reporter is"),
        help_text=pgettext_lazy(
            "clue form",
            "Exactly as they stand in the text or in a letter of the reporter; they are hidden wherever they stand.",
        ),
        max_length=200,
    )


class TransferForm(forms.Form):
    """Where a clue went."""

    reference = WordsField(label=pgettext_lazy("clue form", "Number in the closed network"), max_length=60)
    holder = WordsField(
        label=pgettext_lazy("clue form", "Authority that holds it now"),
        help_text=pgettext_lazy(
            "clue form",
            "Enter the clue there first: what was said here is wiped with this act; number and state stay.",
        ),
        max_length=60,
    )


class OfficeForm(forms.Form):
    """An organisation and some words."""

    organisation = forms.ChoiceField(label=pgettext_lazy("clue form", "Organisation"), error_messages=NEEDED)
    text = WordsField(
        label=pgettext_lazy("clue form", "What to look into"), rows=4, max_length=2000, required=False
    )

    def __init__(self, *args: Any, offices: Iterable[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        rows = sorted(offices, key=lambda row: (row.kind, row.code))
        choices = [("", "—"), *((str(row.pk), name_of(row)) for row in rows)]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]


class AccuseForm(OfficeForm):
    """An accused organisation, with the reason."""

    text = WordsField(label=pgettext_lazy("clue form", "Reason"), rows=3, max_length=2000)


class ScamTypeForm(forms.Form):
    """The kind of fraud."""

    scam_type = forms.ChoiceField(
        label=pgettext_lazy("clue form", "Kind of fraud"), choices=SCAM_TYPES, widget=forms.RadioSelect
    )


class WarningForm(forms.Form):
    """A draft as its signer leaves it; of one that is dropped the words do not count."""

    text = WordsField(label=pgettext_lazy("clue form", "Text of the warning"), rows=7, max_length=2000)

    def __init__(self, *args: Any, drops: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].required = not drops


class TalkForm(forms.Form):
    """A talk as planned."""

    title = WordsField(label=pgettext_lazy("clue form", "Title"), max_length=80)
    scam_type = forms.ChoiceField(
        label=pgettext_lazy("clue form", "Kind of fraud that it is about"),
        choices=[("", pgettext_lazy("clue form", "All kinds")), *SCAM_TYPES],
        required=False,
    )
    venue = forms.ChoiceField(label=pgettext_lazy("clue form", "Where"), choices=VENUES)
    area = forms.ChoiceField(label=pgettext_lazy("clue form", "Street and community"), error_messages=NEEDED)
    place = WordsField(label=pgettext_lazy("clue form", "Place"), max_length=120)
    planned_at = forms.DateTimeField(
        label=pgettext_lazy("clue form", "When"),
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "input-moment"}, format="%Y-%m-%dT%H:%M"
        ),
        error_messages=NEEDED,
    )

    def __init__(self, *args: Any, area_code: str, **more: Any) -> None:
        super().__init__(*args, **more)
        own = [
            (street, [each for each in group if is_within(code=each[0], area=area_code)])
            for street, group in area_choices()[1:]
        ]
        choices = [("", "—"), *((street, group) for street, group in own if group)]
        self.fields["area"].choices = choices  # type: ignore[attr-defined]
        self.fields["planned_at"].initial = timezone.localtime(clock.now(), clock.LOCAL).replace(second=0)

    def clean_planned_at(self) -> datetime:
        """A time that somebody can have meant."""
        moment: datetime = self.cleaned_data["planned_at"]
        if not -PLANNED_SINCE <= moment - clock.now() <= PLANNED_UNTIL:
            words = pgettext_lazy("clue form", "Choose a time from a year ago to two years from now.")
            raise forms.ValidationError(words, code="far")
        return moment


class CancelForm(forms.Form):
    """Why a talk is not held."""

    text = WordsField(
        label=pgettext_lazy("clue form", "Note"), rows=2, max_length=NOTE_LENGTH, required=False
    )


class HeldForm(CancelForm):
    """How a talk went; `cancels`: it is cancelled instead, and nobody was reached."""

    field_order = ("reached", "text")
    reached = forms.IntegerField(
        label=pgettext_lazy("clue form", "People reached"),
        min_value=0,
        max_value=MOST_REACHED,
        widget=forms.NumberInput(attrs={"class": "input-narrow", "inputmode": "numeric"}),
        error_messages=NEEDED,
    )

    def __init__(self, *args: Any, cancels: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.cancels = cancels

    def clean(self) -> dict[str, Any]:
        """Of a talk that is cancelled the number does not count, whatever is wrong with it."""
        data = super().clean() or {}
        if self.cancels:
            self.errors.pop("reached", None)
        return data
